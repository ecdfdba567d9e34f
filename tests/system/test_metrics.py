"""Counters in a file for node-exporter: real kills, restarts, crashes, losses and full disks."""

import contextlib
import os
import re
import signal
import time

import pytest

from daemon import Daemon, kills_in, of_type, records_of, run
from deadline import until
from metrics import Metrics

pytestmark = pytest.mark.kind("metrics")

KILLS = "oomtrace_kills_total"


@pytest.fixture
def metrics(tmp_path):
    return Metrics(tmp_path / "oomtrace.prom")


@pytest.fixture
def daemon(tmp_path, metrics):
    """daemon(*options): a run of oomtrace with the file of the fixture before."""
    started = []

    def start(*args):
        started.append(Daemon(tmp_path / "o", "--metrics", metrics.path, "--audit", 1, *args))
        return started[-1]

    yield start
    for one in started:
        one.end()


def place(row):
    return {"namespace": "", "pod": "", "container": row.directory.name}


def test_kill_is_counted_over_restarts(daemon, metrics, storm, rows):
    """Of its place, with its incident, and the kernel's own count beside it."""
    began = time.time()
    row = rows()[0]
    first = daemon("--no-pin", "--watch", 1)
    until(lambda: metrics.sum("oomtrace_running"), "the first text")
    storm(2, [row])
    metrics.wait(2, "oomtrace_incidents_total", **place(row))
    constraint = kills_in(row, records_of(first.file))[0]["oom"]["constraint"] or "unknown"
    metrics.wait(2, KILLS, kind="killed", constraint=constraint, **place(row))
    metrics.wait(2, "oomtrace_records_total", outcome="written")
    assert began - 1 <= metrics.sum("oomtrace_last_kill_timestamp_seconds", **place(row))
    assert metrics.sum("oomtrace_heartbeat_timestamp_seconds") <= time.time()
    assert metrics.sum("oomtrace_hook_live", hook="mark_victim") == 1
    assert metrics.path.stat().st_mode & 0o777 == 0o644
    metrics.lint()
    first.stop()
    assert metrics.sum("oomtrace_running") == metrics.sum("oomtrace_hook_live") == 0
    assert metrics.sum("oomtrace_unexplained_kills") == 0
    kept = metrics.sum("oomtrace_records_total", outcome="seen")
    second = daemon("--no-pin", "--watch", 1)
    until(lambda: metrics.sum("oomtrace_running"), "the second run's text")
    assert metrics.sum(KILLS, **place(row)) == 2
    storm(1, [row])
    metrics.wait(3, "oomtrace_incidents_total", **place(row))
    assert metrics.sum(KILLS, **place(row)) == 3
    assert metrics.sum("oomtrace_records_total", outcome="seen") >= kept + 1
    second.stop()
    assert metrics.sum("oomtrace_kernel_oom_kills_total") >= 3
    metrics.lint()


def test_kills_while_down_and_around_a_crash_are_counted_once(daemon, metrics, storm, rows, pins):
    row = rows()[0]
    crashed = daemon("--pin-path", pins)
    storm(2, [row])
    until(lambda: len(kills_in(row, records_of(crashed.file))) == 2, "both records")
    crashed.crash()
    storm(2, [row])
    last = daemon("--pin-path", pins)
    metrics.wait(4, KILLS)
    last.stop()
    run("unload", "--pin-path", pins)
    records = of_type(records_of(last.file), "oom_kill")
    assert metrics.sum(KILLS) == len({one["log"]["record"]["uid"] for one in records})
    assert metrics.sum("oomtrace_records_total", outcome="seen") == metrics.sum(KILLS)


def test_loss_is_counted(daemon, metrics, storm, rows):
    """One page of ring, and nobody who empties it."""
    lossy = daemon("--no-pin", "--ring-size", 4096)
    lossy.process.send_signal(signal.SIGSTOP)
    storm(20, rows())
    lossy.process.send_signal(signal.SIGCONT)
    metrics.wait(1, "oomtrace_records_lost_total", stage="ring_full")
    stop = lossy.stop(status=3)
    assert metrics.sum("oomtrace_records_total", outcome="seen") == stop["totals"]["seen"]
    for stage, lost in stop["totals"]["lost"].items():
        assert metrics.sum("oomtrace_records_lost_total", stage=stage) == lost
    metrics.lint()


def listen(process):
    """What it has said on stderr, without waiting for more."""
    pipe, told = process.stderr.fileno(), bytearray()
    os.set_blocking(pipe, False)

    def talk():
        with contextlib.suppress(BlockingIOError):
            while more := os.read(pipe, 65536):
                told.extend(more)
        return told.decode()

    return talk


def test_full_disk_delays_nothing_but_the_metrics(daemon, metrics, storm, rows, small_disk):
    metrics.path = small_disk / "oomtrace.prom"
    row = rows()[0]
    running = daemon("--no-pin", "--metrics", metrics.path)
    until(lambda: metrics.sum("oomtrace_running"), "the first text")
    before = metrics.text()
    ballast = small_disk / "ballast"
    with open(ballast, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass
    talk = listen(running.process)
    storm(1, [row])
    until(lambda: kills_in(row, records_of(running.file)), "the record")
    until(lambda: f"{metrics.path}: No space left" in talk(), "the trouble to be told")
    assert metrics.text() == before
    assert sorted(os.listdir(small_disk)) == ["ballast", "oomtrace.prom"]
    ballast.unlink()
    metrics.wait(1, KILLS, **place(row))
    until(lambda: "works again" in talk(), "that it works again")
    assert talk().count("No space left") == 1


def test_directory_that_comes_later(daemon, metrics, tmp_path):
    metrics.path = tmp_path / "later" / "oomtrace.prom"
    waiting = daemon("--no-pin", "--metrics", metrics.path)
    talk = listen(waiting.process)
    until(lambda: f"{metrics.path}: No such file" in talk(), "the trouble to be told")
    metrics.path.parent.mkdir()
    until(lambda: metrics.sum("oomtrace_running"), "the first text")


def test_damaged_file_is_said_and_replaced(daemon, metrics):
    metrics.path.write_text("# HELP oomtrace_kills_total x\noomtrace_kills_total{kin")
    running = daemon("--no-pin")
    until(lambda: metrics.sum("oomtrace_running"), "the first text")
    metrics.lint()
    running.stop()
    assert re.search(r"oomtrace\.prom: is damaged; metrics begin at zero", running.talk)


@pytest.mark.parametrize(
    "make, why",
    [
        (lambda path: path.write_text("root:x:0:0:\n"), "is no file of oomtrace's metrics"),
        (lambda path: path.symlink_to("/etc/passwd"), "a symbolic link is not followed"),
        (lambda path: path.mkdir(), "is no regular file"),
    ],
    ids=["foreign", "link", "directory"],
)
def test_what_is_not_ours_is_not_replaced(metrics, make, why):
    make(metrics.path)
    inode = metrics.path.lstat().st_ino
    assert why in run("--no-pin", "--metrics", metrics.path, status=1)
    assert metrics.path.lstat().st_ino == inode
