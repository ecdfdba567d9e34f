"""
A program that sees OOM kills, running on a pipe or a terminal: what it said, and when each part of
that was readable.

Any of PEERS is ready when what it says shows that its hooks are live. dmesg and a reader of
/dev/kmsg attach nothing: they have to follow a log that is there.
"""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import threading
import time

import kernel
from deadline import seconds
from tracer import PROGRAM, ROOT

STAMP = ROOT / "build/bench/stamp"
MIB = 1 << 20


class Peer:
    """
    READY and KILL are patterns of its output; in KILL, {pid} is the victim's. Without READY it
    reads the kernel log, and is ready once it has a line that was written there for it.
    """

    def __init__(self, name, argv, ready, kill, on_terminal=None, stdin=os.devnull):
        self.name, self.argv, self.ready, self.kill = name, argv, ready, kill
        self.on_terminal, self.stdin = on_terminal or kill, stdin

    def is_there(self):
        return shutil.which(self.argv[0]) is not None

    def with_options(self, *options, kill=None):
        return Peer(self.name, [*self.argv, *options], self.ready, kill or self.kill)


OOMKILL = r"OOM kill of PID {pid} .*\n"
LOGGED = r"Killed process {pid} .*\n"
TOLD = r'"type":"oom_kill".*"process":\{{"pid":{pid},.*\n'
TOLD_AS_TEXT = r"killed \S+ \(pid {pid}.*\n"
CLOSED = r'"type":"oom_incident".*"state":"closed".*"victims":\[\{{[^}}]*"pid":{pid},.*\n'
OOMTRACE = Peer(
    "oomtrace",
    [PROGRAM, "--no-pin"],
    r"waiting for OOM kills|\"type\":\"start\".*\n",
    TOLD,
    TOLD_AS_TEXT,
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
    Peer("/dev/kmsg", ["cat"], None, LOGGED, stdin="/dev/kmsg"),
]


def present():
    """Those that can run here; oomtrace first."""
    return [OOMTRACE, *(p for p in HOOKS if kernel.may_kprobe() and p.is_there()), *LOGS]


def _log_line():
    line = f"oomtrace-bench mark {time.monotonic_ns()}"
    with open("/dev/kmsg", "w", encoding="ascii") as kmsg:
        kmsg.write(line + "\n")
    return line


class Run:
    """
    Ready when the constructor returns, after `ready_ns`; `with` ends it. bench/stamp.c reads what
    it says, so that no time is that of a Python thread's turn.
    """

    def __init__(self, peer, terminal=False):
        self.peer, self._parts, self._ends, self._since = peer, [], [], 0
        self._kill = peer.on_terminal if terminal else peer.kill
        self._more, self._ended = threading.Condition(), False
        read, write = os.openpty() if terminal else os.pipe()
        began = time.monotonic_ns()
        with open(peer.stdin, "rb", buffering=0) as stdin:
            os.lseek(stdin.fileno(), 0, os.SEEK_END)  # of the log: what is still to come
            self.process = subprocess.Popen(peer.argv, stdin=stdin, stdout=write, stderr=write)
        self._stamp = subprocess.Popen([STAMP], stdin=read, stdout=subprocess.PIPE)
        # A reader that lags behind a storm must not be what is measured.
        fcntl.fcntl(self._stamp.stdout, fcntl.F_SETPIPE_SZ, MIB)
        os.close(write)
        os.close(read)
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
        self._stamp.wait(seconds(10))

    def _read(self):
        length = 0
        for head in self._stamp.stdout:
            when_ns, part_bytes = map(int, head.split())
            part = self._stamp.stdout.read(part_bytes).decode("utf-8", "replace")
            length += len(part)
            with self._more:
                self._parts.append(part)
                self._ends.append((length, when_ns))
                self._more.notify_all()
        with self._more:
            self._ended = True
            self._more.notify_all()
        self._stamp.stdout.close()

    @property
    def text(self):
        """All that it has said by now; in one piece only when somebody asks."""
        with self._more:
            self._parts = ["".join(self._parts)]
            return self._parts[0]

    def said(self, pattern):
        """Waits for what matches, or for the program's end; the match, or None."""
        find = lambda: re.compile(pattern).search(self.text, self._since)  # noqa: E731
        with self._more:
            self._more.wait_for(lambda: find() or self._ended, seconds(20))
            return find()

    def when(self, pattern):
        """When what matches was readable to its end; CLOCK_MONOTONIC."""
        found = self.said(pattern)
        assert found, f"{self.peer.name} never said {pattern}, but: {self.text[-500:]!r}"
        with self._more:
            return next(when for end, when in self._ends if end >= found.end())

    def line_of(self, pid):
        """The pattern of what it says of a victim."""
        return self._kill.format(pid=pid)

    def victims(self):
        """The pids of all that it has told of by now."""
        return {int(pid) for pid in re.findall(self.line_of(r"(\d+)"), self.text)}

    def when_killed(self, pid):
        return self.when(self.line_of(pid))

    def when_closed(self, pid):
        """oomtrace's last line of the incident."""
        return self.when(CLOSED.format(pid=pid))
