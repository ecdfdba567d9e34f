"""
oomtrace as a service runs it: JSON lines into a file and nothing on stdout, stopped, crashed and
started again with the same file. Its hooks are pinned only where a test says so.
"""

import os
import signal
import subprocess

from deadline import seconds, until
from tracer import PROGRAM, decode, validate

# The schema is checked in Python, at 2 ms a record: enough of a storm to have seen each kind.
VALIDATED = 200


class Daemon:
    """Ready (its `start` line is in FILE) when the constructor returns; `with` ends it for sure."""

    def __init__(self, file, *args, before=(), command=None):
        """
        BEFORE: words that the command line begins with, such as those of unshare(1). COMMAND:
        another one, which names FILE itself.
        """
        self.file = file
        size = file.stat().st_size if file.exists() else 0
        self.process = launch(*(command or [*before, PROGRAM, "-q", "-o", file]), *args)
        try:
            self.start = until(lambda: self._start(size), "the start record", 30)
        except BaseException:
            self.end()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def _start(self, size):
        assert self.process.poll() is None, self.process.communicate()
        lines = self.file.read_bytes()[size:].splitlines(True) if self.file.exists() else []
        starts = [line for line in lines if b'"type":"start"' in line and line.endswith(b"\n")]
        return validate(decode(starts[0])) if starts else None

    def end(self):
        """No matter how."""
        self.crash()
        self.process.stderr.close()

    def crash(self):
        self.process.kill()
        self.process.wait(seconds(10))

    def stop(self, status=0, torn=0):
        """SIGTERM; the stop record. What was said on stderr is then in `talk`; TORN as below."""
        self.process.send_signal(signal.SIGTERM)
        self.talk = self.process.communicate(timeout=seconds(60))[1]
        assert self.process.returncode == status, f"{self.process.returncode}: {self.talk!r}"
        return records_of(self.file, torn)[-1]


def launch(*argv):
    return subprocess.Popen(
        list(map(os.fspath, map(_text, argv))),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _text(arg):
    return str(arg) if isinstance(arg, int) else arg


def run(*args, status=0):
    """oomtrace to its end; what it said on stderr."""
    process = launch(PROGRAM, *args)
    talk = process.communicate(timeout=seconds(30))[1]
    assert process.returncode == status, f"{process.returncode}: {talk!r}"
    return talk


def records_of(file, torn=0):
    """
    All records of FILE. A crash can cut a line off, which the next start closes: it is no record,
    and comes again as one. TORN is how many of those there may be.
    """
    records = []
    for line in file.read_bytes().splitlines(keepends=True):
        try:
            records.append(decode(line))
        except ValueError:
            torn -= 1
            assert torn >= 0, f"no record: {line!r}"
    for record in records[:VALIDATED] + records[-1:]:
        validate(record)
    return records


def of_type(records, kind):
    return [record for record in records if record["type"] == kind]


def kills_in(cgroup, records):
    """Of the processes of CGROUP itself; those of others on the machine are not a test's own."""
    kills = of_type(records, "oom_kill")
    return [kill for kill in kills if kill["oom"]["victim"]["cgroup_id"] == cgroup.id]
