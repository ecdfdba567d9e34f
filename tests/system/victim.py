"""The programs of tests/victims, started inside a cgroup, and the lines they say."""

import ctypes
import json
import os
import re
import signal
import socket
import subprocess
import threading
from pathlib import Path

from deadline import seconds

LIBC = ctypes.CDLL(None)
CLONE_NEWUTS = 0x04000000
ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(os.environ.get("OOMTRACE_VICTIMS", ROOT / "build" / "victims"))


class Victim:
    """A running victim program. Ready, and holding its memory, when the constructor returns."""

    def __init__(self, cgroup, program, *args, env=None, cpu=None, hostname=None):
        self.argv = [os.fsencode(PROGRAMS / program), *map(os.fsencode, map(_text, args))]

        def enter():
            cgroup.enter()
            _usual_score()
            # Ignored in what a shell without job control runs in the background.
            for number in (signal.SIGINT, signal.SIGQUIT):
                signal.signal(number, signal.SIG_DFL)
            if hostname:
                LIBC.unshare(CLONE_NEWUTS)  # os.unshare() is of Python 3.12
                socket.sethostname(hostname)
            if cpu is not None:
                os.sched_setaffinity(0, {cpu})

        self.process = subprocess.Popen(
            self.argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=env or {},
            preexec_fn=enter,
        )
        self.lines = []
        self._more = threading.Condition()
        self._ended = False
        threading.Thread(target=self._read, daemon=True).start()
        try:
            self.ready = self.line(lambda line: "pid" in line)
            self.pid, self.tid = self.ready["pid"], self.ready["tid"]
            self.held_bytes = self.ready["held_bytes"]
            self.status = status(self.pid, self.tid)
            self.start_ticks = start_ticks(self.pid)
        except BaseException:
            self.end()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def _read(self):
        for line in self.process.stdout:
            with self._more:
                self.lines.append(json.loads(line))
                self._more.notify_all()
        with self._more:
            self._ended = True
            self._more.notify_all()

    def line(self, wanted, amount=20):
        """The first line that is WANTED, waiting for it."""
        find = lambda: next(filter(wanted, self.lines), None)  # noqa: E731
        with self._more:
            self._more.wait_for(lambda: find() or self._ended, seconds(amount))
            line = find()
        assert line, f"{self.argv[0]!r} said only {self.lines}"
        return line

    def go(self, byte=b"0"):
        """Lets it go on: grow, as a rule. Does not wait."""
        self.process.stdin.write(byte)
        self.process.stdin.flush()
        return self

    def wait(self, amount=30):
        """
        The exit status, when it has ended and all it said is read. Polls nothing before its end: on
        a machine out of memory the test must not be the one that asks for some.
        """
        with self._more:
            assert self._more.wait_for(lambda: self._ended, seconds(amount)), f"{self.argv} lives"
        return self.process.wait(seconds(amount))

    def grown_bytes(self):
        """What it said that it held last."""
        return max(line.get("held_bytes", 0) for line in self.lines)

    def end(self):
        """Of use where nothing else ended it."""
        self.process.kill()
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.process.wait(seconds(10))


def _usual_score():
    """Whatever the test's own oom_score_adj, where that can be had."""
    try:
        fd = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
        os.write(fd, b"0")
        os.close(fd)
    except PermissionError:
        pass


def _text(arg):
    return arg if isinstance(arg, (str, bytes)) else str(arg)


def status(pid, tid=None):
    """
    The sizes of /proc/PID/status in bytes, and its NStgid line: the pid in each pid namespace. TID
    is a thread that lives: an exited leader shows no sizes.
    """
    text = Path(f"/proc/{pid}/task/{tid or pid}/status").read_bytes().decode("utf-8", "replace")
    sizes = {key: int(kb) << 10 for key, kb in re.findall(r"^(\w+):\s+(\d+) kB$", text, re.M)}
    sizes["NStgid"] = [int(n) for n in re.search(r"^NStgid:(.*)$", text, re.M)[1].split()]
    return sizes


def start_ticks(pid):
    """Field 22 of /proc/PID/stat. The name may contain anything: count from its end."""
    stat = Path(f"/proc/{pid}/stat").read_bytes()
    return int(stat[stat.rindex(b")") + 2 :].split()[22 - 3])
