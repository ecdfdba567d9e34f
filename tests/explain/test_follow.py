"""oomtrace show -f: what is appended and rotated meanwhile is shown once; waiting costs nothing."""

import fcntl
import gzip
import itertools
import json
import os
import shutil
import signal
import struct
import subprocess
import termios
import threading
from pathlib import Path

import pytest
from deadline import seconds, until
from records import PROGRAM, gap, write


def record(n):
    """The nth of a file that is written to."""
    return gap(f"{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}", n)


def append(path, *records):
    with path.open("ab", buffering=0) as file:
        for one in records:
            file.write(json.dumps(one).encode() + b"\n")


class Follower:
    """A show -f --json: numbers has the count of each record that it has shown so far."""

    def __init__(self, *args):
        self.process = subprocess.Popen(
            [PROGRAM, "show", "-f", "--json", *map(str, args)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.numbers, self.said = [], b""
        self.threads = [threading.Thread(target=self.read), threading.Thread(target=self.listen)]
        for thread in self.threads:
            thread.start()

    def read(self):
        for line in self.process.stdout:
            self.numbers.append(json.loads(line)["count"])

    def listen(self):
        for line in self.process.stderr:
            self.said += line

    def wait_for(self, *numbers):
        until(lambda: len(self.numbers) >= len(numbers), f"{len(numbers)} records")
        assert self.numbers == list(numbers)

    def hears(self, text):
        until(lambda: text in self.said, text)

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        for thread in self.threads:
            thread.join(seconds(20))
        return self.process.wait(seconds(20))


@pytest.fixture
def follow():
    followers = []

    def start(*args):
        followers.append(Follower(*args))
        return followers[-1]

    yield start
    for one in followers:
        one.process.kill()
        one.end(signal.SIGKILL)


@pytest.fixture
def path(tmp_path):
    return write(tmp_path / "events.jsonl", record(1))


def rotate(path, keep=3):
    """As oomtrace and logrotate do it: the last one is removed, each other one renamed."""
    for n in range(keep - 1, 0, -1):
        older = path.with_name(f"{path.name}.{n}")
        if older.exists():
            older.rename(path.with_name(f"{path.name}.{n + 1}"))
    path.rename(path.with_name(f"{path.name}.1"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_is_appended(follow, path, number):
    shown = follow(path)
    shown.wait_for(1)
    append(path, record(2), record(3))
    shown.wait_for(1, 2, 3)
    assert shown.end(number) == 0 and shown.said == b""


def test_half_a_line_waits_for_its_rest(follow, path):
    shown = follow(path)
    shown.wait_for(1)
    line = json.dumps(record(2)).encode() + b"\n"
    with path.open("ab", buffering=0) as file:
        for part in (line[:10], line[10:40], line[40:] + line[:20]):
            file.write(part)
    shown.wait_for(1, 2)
    assert shown.end() == 0 and shown.said == b""


def test_the_rest_of_the_old_file_comes_first(follow, path):
    """A writer goes on in the file that was renamed until it has opened the new one."""
    shown = follow(path)
    shown.wait_for(1)
    with path.open("ab", buffering=0) as writer:
        rotate(path)
        writer.write(json.dumps(record(2)).encode() + b"\n")
        shown.wait_for(1, 2)
        append(path, record(4))
        shown.wait_for(1, 2, 4)
        writer.write(json.dumps(record(3)).encode() + b"\n")
        shown.wait_for(1, 2, 4, 3)
    assert shown.end() == 0


def test_before_the_file_exists(follow, tmp_path):
    path = tmp_path / "events.jsonl"
    shown = follow(path)
    shown.hears(b"events.jsonl: is not there yet: waiting for it")
    append(path, record(1))
    append(tmp_path / "other.jsonl", record(9))
    append(path, record(2))
    shown.wait_for(1, 2)
    assert shown.end() == 0


def test_a_truncated_file(follow, path):
    """With copytruncate: the copy is not shown again."""
    append(path, record(2))
    shown = follow(path)
    shown.wait_for(1, 2)
    shutil.copy(path, path.with_name("events.jsonl.1"))
    os.truncate(path, 0)
    shown.hears(b"events.jsonl: was truncated")
    append(path, record(3))
    shown.wait_for(1, 2, 3)
    assert shown.end() == 0


def test_several_nodes(follow, tmp_path):
    paths = [write(tmp_path / name, record(n)) for n, name in enumerate("ab", 1)]
    shown = follow(*paths)
    shown.wait_for(1, 2)
    for n, path in enumerate(paths[::-1], 3):
        append(path, record(n))
        shown.wait_for(*range(1, n + 1))
    rotate(paths[0])
    append(paths[0], record(5))
    shown.wait_for(1, 2, 3, 4, 5)
    assert shown.end() == 0


def test_the_last_of_what_is_there(follow, path):
    append(path, *(record(n) for n in range(2, 6)))
    shown = follow(path, "-n", 2)
    shown.wait_for(4, 5)
    append(path, record(6))
    shown.wait_for(4, 5, 6)


def test_nothing_of_what_is_there(follow, path):
    append(path, *(record(n) for n in range(2, 6)))
    shown = follow(path, "-n", 0)

    def first(numbers=itertools.count(6)):
        append(path, record(next(numbers)))
        return shown.numbers

    assert until(first, "a new record")[0] > 5


def test_compressed_files_are_shown_once(follow, path):
    """The older ones at the start; none of those that were plain when they were shown."""
    packed = path.with_name("events.jsonl.2.gz")
    packed.write_bytes(gzip.compress(json.dumps(record(0)).encode()))
    shown = follow(path, *path.parent.glob("events.jsonl.*"))
    shown.wait_for(0, 1)
    rotate(path)
    append(path, record(2))
    shown.wait_for(0, 1, 2)
    older = path.with_name("events.jsonl.1")
    path.with_name("events.jsonl.1.gz").write_bytes(gzip.compress(older.read_bytes()))
    older.unlink()
    append(path, record(3))
    shown.wait_for(0, 1, 2, 3)
    assert shown.end() == 0


def test_what_was_deleted_takes_no_room(follow, path):
    """Nor is a file kept open longer than it can be written to."""
    shown = follow(path)
    for n in range(2, 8):
        shown.wait_for(*range(1, n))
        rotate(path, keep=9)
        append(path, record(n))
    shown.wait_for(*range(1, 8))
    path.with_name("events.jsonl.1").unlink()
    until(lambda: opened_by(shown) == [str(path)], "the deleted one to be closed")
    assert shown.end() == 0


def opened_by(shown):
    fds = Path(f"/proc/{shown.process.pid}/fd")
    return [name for name in map(name_of, fds.iterdir()) if "events" in name]


def name_of(fd):
    try:
        return os.readlink(fd)
    except FileNotFoundError:  # closed meanwhile
        return ""


def test_storm_of_rotations(follow, path):
    """Several within one look, with a writer that never waits: no line lost, none twice."""
    path.unlink()
    shown = follow(path)
    shown.hears(b"waiting for it")
    for n in range(1, 801):
        if n % 7 == 0:
            rotate(path, keep=400)
        append(path, record(n))
    until(lambda: len(shown.numbers) >= 800, "800 records", 60)
    assert shown.end() == 0
    assert sorted(shown.numbers) == list(range(1, 801))


ROTATIONS = {  # with dateext, two would have the same name
    "rename": ("nocompress", 4),
    "gzip": ("compress", 4),
    "gzip the older ones": ("compress\ndelaycompress", 4),
    "by date": ("dateext\ndateformat -%s", 1),
    "before the extension": ("extension .jsonl\ncompress", 4),
    "by date before the extension": ("extension .jsonl\ndateext\ndateformat -%s", 1),
}


@pytest.mark.parametrize("how, turns", ROTATIONS.values(), ids=ROTATIONS)
def test_logrotate(follow, path, tmp_path, how, turns):
    config = tmp_path / "logrotate.conf"
    config.write_text(f"{path} {{\nrotate 50\n{how}\n}}\n")
    config.chmod(0o644)
    shown = follow(path)
    for n in range(2, 50 * turns):
        append(path, record(n))
        if n % 50 == 49:
            argv = ["logrotate", "--force", "--state", tmp_path / "state", config]
            subprocess.run(argv, check=True, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    append(path, record(50 * turns))
    until(lambda: len(shown.numbers) >= 50 * turns, "all records", 30)
    assert shown.end() == 0
    assert shown.numbers == list(range(1, 50 * turns + 1))


def test_a_link_leads_to_a_file_that_is_rotated(follow, path, tmp_path):
    """Rotations are those of the file, in its directory; its neighbours are none of them."""
    rotate(path)
    append(path, record(2))
    append(path.with_name("other.jsonl.1"), record(9))
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "link"
    link.symlink_to(Path("..") / path.name)
    shown = follow(link)
    shown.wait_for(1, 2)
    for n in range(3, 7):
        rotate(path, keep=9)
        append(path, record(n))
        shown.wait_for(*range(1, n + 1))
    assert shown.end() == 0 and shown.said == b""


def test_a_link_that_leads_elsewhere_meanwhile(follow, path, tmp_path):
    """What it leads to then is followed in its own directory, from before it is there."""
    link, directory = tmp_path / "link", tmp_path / "later"
    link.symlink_to(path)
    shown = follow(link)
    shown.wait_for(1)
    directory.mkdir()
    (tmp_path / "new").symlink_to(directory / "a.jsonl")
    (tmp_path / "new").rename(link)
    shown.hears(b"link: is not there yet: waiting for it")
    append(directory / "a.jsonl", record(2))
    shown.wait_for(1, 2)
    rotate(directory / "a.jsonl")
    append(directory / "a.jsonl", record(3))
    shown.wait_for(1, 2, 3)
    assert shown.end() == 0


def test_waiting_takes_no_time(follow, path):
    """No clock wakes it: it sleeps until there is something, and is not woken by other files."""
    shown = follow(path)
    shown.wait_for(1)

    def status(key):
        with open(f"/proc/{shown.process.pid}/status", encoding="ascii") as file:
            return next(line.split()[1] for line in file if line.startswith(key))

    def switches():
        return int(status("voluntary_ctxt_switches"))

    until(lambda: status("State") == "S", "sleep")
    before = switches()
    for n in range(200):
        append(path.with_name("other.log"), record(n))
    append(path, record(2))
    shown.wait_for(1, 2)
    assert switches() - before < 20


def test_ends_when_nobody_reads(path):
    """At once, without another record."""
    process = subprocess.Popen([PROGRAM, "show", "-f", path], stdout=subprocess.PIPE)
    assert process.stdout.readline()
    process.stdout.close()
    assert process.wait(seconds(20)) == 0


def test_a_reader_that_sleeps_can_be_left(path):
    """Its pipe is full: all that is in it is whole, but for a last line that was being written."""
    append(path, *(record(n) for n in range(2, 5000)))
    process = subprocess.Popen([PROGRAM, "show", "-f", "--json", path], stdout=subprocess.PIPE)
    room = fcntl.fcntl(process.stdout, fcntl.F_GETPIPE_SZ)
    until(lambda: unread(process.stdout) == room, "a full pipe")
    process.terminate()
    assert process.wait(seconds(20)) == 0
    lines = process.stdout.read().splitlines()[:-1]
    assert [json.loads(line)["count"] for line in lines] == list(range(1, len(lines) + 1))


def unread(pipe):
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))[0]


def test_usage(tmp_path):
    def said(*args):
        done = subprocess.run([PROGRAM, "show", "-f", *args], capture_output=True, check=False)
        assert done.returncode == 1
        return done.stderr

    assert b"none/a: can't be followed: No such file or directory" in said(tmp_path / "none" / "a")


def test_a_directory_that_goes_away(follow, tmp_path):
    directory = tmp_path / "d"
    directory.mkdir()
    path = write(directory / "events.jsonl", record(1))
    shown = follow(path)
    shown.wait_for(1)
    shutil.rmtree(directory)
    assert shown.process.wait(seconds(20)) == 1
    shown.hears(b"is not followed any more: its directory is gone")
