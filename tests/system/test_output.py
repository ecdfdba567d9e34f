"""
What becomes of records when their way out is blocked or taken away: full disks, limits, readers
that sleep or leave, log rotation. Kills are real; what each run wrote to stdout, which has no such
trouble, is compared with what is in the file in the end.
"""

import collections
import contextlib
import fcntl
import os
import re
import resource
import signal
import subprocess
from pathlib import Path
from subprocess import PIPE

import pytest

from deadline import seconds, until
from near import MIB
from tracer import PROGRAM, ROOT, Tracer, has_record, parse, records_in

pytestmark = pytest.mark.kind("output")

LIMIT = 16 * MIB
WORKERS = 12  # whose records fit into 64 KiB


@pytest.fixture
def storm(start, cgroup):
    """storm() -> the manager of workers that are being killed one right after the other."""
    cgroup.limit(LIMIT)
    return lambda: start("group", MIB // 4, WORKERS).go(b"a")


def kill_all(storm):
    manager = storm()
    assert manager.wait() == 0
    return manager.ready["workers"]


def catch_up(tracer, pids):
    """Until stdout has them: to check them takes time, and a reader that lags loses lines."""
    for pid in pids:
        tracer.only_kill_of(pid)


def kills_of(records):
    return sum(record["type"] == "oom_kill" for record in records)


def kills_in(path):
    """Of a file that is being written."""
    return path.read_bytes().count(b'"type":"oom_kill"')


@contextlib.contextmanager
def running(*args, **kwargs):
    process = subprocess.Popen([PROGRAM, "--no-pin", "--format", "json", *args], **kwargs)
    try:
        yield process
    finally:
        process.kill()
        process.wait(seconds(10))


# --- no room ------------------------------------------------------------------------------------


@contextlib.contextmanager
def disk_full(path, _tracer):
    """256 KiB, and somebody else's file in nearly all of them, until the test has gone on."""
    ballast = path.with_name("ballast")
    with open(ballast, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass
    yield
    ballast.unlink()


@contextlib.contextmanager
def file_limited(path, tracer):
    """RLIMIT_FSIZE, whose signal kills who does not care."""
    pid, (_, hard) = tracer.process.pid, resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (path.stat().st_size + 1000, hard))
    yield
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))


@pytest.mark.parametrize(
    "blocked, why", [(disk_full, "No space left"), (file_limited, "File too large")]
)
def test_room_that_comes_back(small_disk, storm, blocked, why):
    path = small_disk / "records"
    with Tracer("-o", path) as tracer:
        with blocked(path, tracer):
            catch_up(tracer, kill_all(storm))
            until(lambda: why in tracer.talk, "the trouble to be told")
            assert kills_in(path) < WORKERS
        until(lambda: kills_in(path) >= WORKERS, "the records that waited")
        tracer.stop()
    assert records_in(path) == tracer.records
    assert "write: works again" in tracer.talk


def test_room_that_never_comes_back(small_disk, storm):
    """What is in the file is whole, and what is not is counted."""
    path = small_disk / "records"
    with Tracer("-o", path) as tracer, disk_full(path, tracer):
        kill_all(storm)
        tracer.process.send_signal(signal.SIGTERM)
        assert tracer.process.wait(seconds(20)) == 3
        stop = tracer.wait(lambda record: record["type"] == "stop", "stop record")
        written = records_in(path)
    assert "No space left" in tracer.talk
    assert written == tracer.records[: len(written)]
    totals = stop["totals"]
    assert totals["seen"] == kills_of(tracer.records) >= WORKERS
    assert totals["written"] == kills_of(written) < WORKERS
    assert sum(totals["lost"].values()) == totals["seen"] - totals["written"]


@pytest.mark.parametrize("args", [["-q", "-o", "/dev/full"], []], ids=["file", "stdout"])
def test_dev_full(args):
    """Without one kill: records that nobody will ever see are no success."""
    with open("/dev/full", "wb") as full, running(*args, stdout=full, stderr=PIPE) as process:
        assert b"No space left" in process.stderr.readline()
        process.terminate()
        assert b"could not be written" in process.stderr.read()
        assert process.wait(seconds(20)) == 3


# --- order --------------------------------------------------------------------------------------


def test_stdout_waits_for_no_disk(storm, tmp_path):
    """Of kills that come together each is on stdout before any of them is made durable, once."""
    env = {"LD_PRELOAD": str(ROOT / "build/preload/order.so")}
    with Tracer("-o", tmp_path / "records", env=env) as tracer:
        # Until the start record is synced.
        until(lambda: steps_of(tracer), "the first sync")
        before = len(steps_of(tracer))
        tracer.process.send_signal(signal.SIGSTOP)
        pids = kill_all(storm)
        tracer.process.send_signal(signal.SIGCONT)
        catch_up(tracer, pids)
        tracer.stop()
    steps = steps_of(tracer)
    file = next(fd for what, fd in steps if what == "sync")
    steps = steps[before:]
    first_sync = steps.index(("sync", file))
    lines = collections.Counter(fd for what, fd in steps[:first_sync] if what == "write")
    assert len(lines) == 2 and set(lines.values()) == {WORKERS}, steps


def steps_of(tracer):
    """What tests/preload/order.c says: (write or sync, descriptor)."""
    return re.findall(r"^order: (\w+) (\d+)$", tracer.talk, re.M)


# --- readers ------------------------------------------------------------------------------------


def test_reader_that_sleeps(storm, tmp_path):
    """The file goes on without it; and it gets whole lines, when it wakes up."""
    path, seen = tmp_path / "records", tmp_path / "seen"
    with open(seen, "wb") as out:
        reader = subprocess.Popen(["cat"], stdin=PIPE, stdout=out)
    fcntl.fcntl(reader.stdin, fcntl.F_SETPIPE_SZ, 4096)
    reader.send_signal(signal.SIGSTOP)
    with running("-o", path, stdout=reader.stdin) as process:
        reader.stdin.close()
        until(has_record(path, "start"), "the start record", 30)
        kill_all(storm)
        until(lambda: kills_in(path) >= WORKERS, "the records in the file")
        assert seen.stat().st_size == 0
        reader.send_signal(signal.SIGCONT)
        until(lambda: kills_in(seen) >= WORKERS, "the reader to catch up")
        process.terminate()
        assert process.wait(seconds(20)) == 0
    assert reader.wait(seconds(20)) == 0
    assert records_in(seen) == records_in(path)


def test_reader_of_the_talk_that_sleeps(storm, tmp_path):
    """As a terminal does after Ctrl-S: what is said on stderr then keeps no record waiting."""
    path, old = tmp_path / "records", tmp_path / "old"
    with running("-q", "-o", path, stderr=PIPE) as process:
        until(has_record(path, "start"), "the start record", 30)
        fill(process.stderr)
        path.rename(old)
        path.mkdir()  # which it says that it can't open
        kill_all(storm)
        until(lambda: kills_in(old) >= WORKERS, "the records in the file")
        process.terminate()
        assert process.wait(seconds(20)) == 0


def fill(pipe):
    """From its reader's end."""
    with open(f"/proc/self/fd/{pipe.fileno()}", "wb", buffering=0) as end:
        fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, 4096)
        end.write(bytes(4096))


def test_reader_that_leaves(storm):
    """A broken pipe is said and is a failure, not a silent death by SIGPIPE."""
    with running(stdout=PIPE, stderr=PIPE) as process:
        assert parse(process.stdout.readline())["type"] == "start"
        process.stdout.close()
        kill_all(storm)
        assert process.wait(seconds(20)) == 3
        assert b"oomtrace: stdout: Broken pipe\n" in process.stderr.read()


def test_reader_that_leaves_and_nothing_happens():
    """`oomtrace | head -1` ends on a machine where nobody is killed."""
    with running(stdout=PIPE, stderr=PIPE) as process:
        assert parse(process.stdout.readline())["type"] == "start"
        process.stdout.close()
        assert process.wait(seconds(20)) == 3
        assert b"oomtrace: stdout: Broken pipe\n" in process.stderr.read()


@pytest.mark.parametrize("asleep", [False, True], ids=["at once", "while lines wait"])
def test_reader_that_leaves_but_the_file_is_there(storm, tmp_path, asleep):
    path = tmp_path / "records"
    with running("-o", path, stdout=PIPE, stderr=PIPE) as process:
        fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, 4096)
        until(has_record(path, "start"), "the start record", 30)
        if asleep:
            kill_all(storm)
            until(lambda: kills_in(path) >= WORKERS, "the records in the file")
        process.stdout.close()
        assert process.stderr.readline().startswith(b"oomtrace: stdout: Broken pipe; going on")
        before = kills_in(path)
        kill_all(storm)
        until(lambda: kills_in(path) >= before + WORKERS, "the records in the file")
        stat = Path(f"/proc/{process.pid}/stat")
        until(lambda: stat.read_text().rpartition(")")[2].split()[0] == "S", "it to wait again")
        process.terminate()
        assert process.wait(seconds(20)) == 0
    assert [record["type"] for record in records_in(path)][-1] == "stop"


# --- rotation -----------------------------------------------------------------------------------


def rotated(path, count):
    """The lines of all files, oldest first: PATH.0, PATH.1, .. and PATH."""
    paths = [path.with_name(f"{path.name}.{number}") for number in range(count)]
    return [record for part in [*paths, path] for record in records_in(part)]


@pytest.mark.parametrize("hup", [True, False], ids=["rename and SIGHUP", "rename"])
def test_rotation_by_rename(storm, tmp_path, hup):
    """As logrotate does it, 30 times, in the middle of kills."""
    path, rotations = tmp_path / "records", 0
    with Tracer("-o", path) as tracer:
        while rotations < 30:
            manager = storm()
            while manager.process.poll() is None:
                if path.exists() and path.stat().st_size:
                    path.rename(f"{path}.{rotations}")
                    rotations += 1
                    if hup:
                        tracer.process.send_signal(signal.SIGHUP)
            catch_up(tracer, manager.ready["workers"])
        tracer.stop()
    assert rotated(path, rotations) == tracer.records


def test_truncation(storm, tmp_path):
    """copytruncate loses lines between its two steps; those that it leaves are whole."""
    path = tmp_path / "records"
    with Tracer("-o", path) as tracer:
        manager = storm()
        while manager.process.poll() is None:
            os.truncate(path, 0)
        tracer.stop()
    left = records_in(path)
    assert left == tracer.records[-len(left) :]


def test_rotation_by_size(storm, tmp_path):
    """Never more than 2 x 64 KiB, and in them the latest records."""
    path, old, most = tmp_path / "records", tmp_path / "records.1", 65536
    path.write_bytes(b'"%s"\n' % (b"x" * 60000))
    with Tracer("-o", path, "--max-size", most, "--max-files", 1) as tracer:
        while not old.exists() or old.read_bytes().startswith(b'"'):
            catch_up(tracer, kill_all(storm))
        tracer.stop()
    assert sorted(tmp_path.iterdir()) == [path, old]
    assert all(file.stat().st_size <= most for file in (path, old))
    kept = records_in(old) + records_in(path)
    assert old.stat().st_size > most / 2
    assert kept == tracer.records[-len(kept) :]


# --- what was there before ----------------------------------------------------------------------


def test_torn_line_is_closed(storm, tmp_path):
    """What a crash of the machine tore stays as it is; what comes is not torn with it."""
    path = tmp_path / "records"
    path.write_bytes(b'{"schema":1,"type":"oom_kill","tim')
    with Tracer("-o", path) as tracer:
        kill_all(storm)
        tracer.stop()
    torn, *rest = path.read_bytes().splitlines(keepends=True)
    assert torn == b'{"schema":1,"type":"oom_kill","tim\n'
    assert [parse(line) for line in rest] == tracer.records
