"""
A program that sees OOM kills, running on a pipe or a terminal: what it said, and when each part of
that was readable.

Any of PEERS is ready when what it says shows that its hooks are live. dmesg and a reader of
/dev/kmsg attach nothing: they have to follow a log that is there.
"""

import os
import re
import shutil
import signal
import subprocess
import threading
import time

from deadline import seconds
from tracer import PROGRAM


class Peer:
    """
    READY and KILL are patterns of its output; in KILL, {pid} is the victim's. Without READY it
    reads the kernel log, and is ready once it has a line that was written there for it.
    """

    def __init__(self, name, argv, ready, kill, on_terminal=None):
        self.name, self.argv, self.ready, self.kill = name, argv, ready, kill
        self.on_terminal = on_terminal or kill

    def is_there(self):
        return shutil.which(self.argv[0]) is not None


OOMKILL = r"OOM kill of PID {pid} .*\n"
LOGGED = r"Killed process {pid} .*\n"
OOMTRACE = Peer(
    "oomtrace",
    [PROGRAM, "--no-pin"],
    r"waiting for OOM kills|\"type\":\"start\".*\n",
    r'"type":"oom_kill".*"process":\{{"pid":{pid},.*\n',
    r"killed \S+ \(pid {pid}.*\n",
)
# oomkill leaves its output to stdio, which keeps it to itself on a pipe until 4 KiB are full.
HOOKS = [
    Peer("oomkill", ["/usr/bin/stdbuf", "-oL", "oomkill"], r"Tracing OOM kills", OOMKILL),
    Peer(
        "oomkill.bt",
        ["bpftrace", "-B", "line", "/usr/sbin/oomkill.bt"],
        r"Tracing oom_",
        OOMKILL,
    ),
]
LOGS = [
    Peer("dmesg -w", ["dmesg", "-w"], None, LOGGED),
    Peer("/dev/kmsg", ["cat", "/dev/kmsg"], None, LOGGED),
]


def _log_line():
    line = f"oomtrace-bench mark {time.monotonic_ns()}"
    with open("/dev/kmsg", "w", encoding="ascii") as kmsg:
        kmsg.write(line + "\n")
    return line


class Run:
    """Ready when the constructor returns, after `ready_ns`; `with` ends it."""

    def __init__(self, peer, terminal=False):
        self.peer, self.text, self._ends, self._since = peer, "", [], 0
        self._kill = peer.on_terminal if terminal else peer.kill
        self._more, self._ended = threading.Condition(), False
        self._fd, write = os.openpty() if terminal else os.pipe()
        began = time.monotonic_ns()
        self.process = subprocess.Popen(
            peer.argv, stdin=subprocess.DEVNULL, stdout=write, stderr=write
        )
        os.close(write)
        threading.Thread(target=self._read, daemon=True).start()
        try:
            self.ready_ns = self.when(peer.ready or _log_line()) - began
            self._since = len(self.text)
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(seconds(10))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _read(self):
        while True:
            try:
                part = os.read(self._fd, 65536)
            except OSError:  # EIO: the terminal has nobody on the other side
                part = b""
            now_ns = time.monotonic_ns()
            with self._more:
                if not part:
                    self._ended = True
                    self._more.notify_all()
                    os.close(self._fd)
                    return
                self.text += part.decode("utf-8", "replace")
                self._ends.append((len(self.text), now_ns))
                self._more.notify_all()

    def when(self, pattern):
        """When what matches was readable to its end; CLOCK_MONOTONIC."""
        find = lambda: re.compile(pattern).search(self.text, self._since)  # noqa: E731
        with self._more:
            self._more.wait_for(lambda: find() or self._ended, seconds(20))
            found = find()
            assert found, f"{self.peer.name} never said {pattern}, but: {self.text[-500:]!r}"
            return next(when for end, when in self._ends if end >= found.end())

    def when_killed(self, pid):
        return self.when(self._kill.format(pid=pid))
