"""
The kernel's own time of a kill, in CLOCK_MONOTONIC: oom:mark_victim in an ftrace instance of its
own, which no other user of tracing disturbs.

    hog-181     [001] .....   184.102345: mark_victim: pid=181
"""

import os
import re
import subprocess
from pathlib import Path

from deadline import until

TRACEFS = Path("/sys/kernel/tracing")
LINE = re.compile(r"(\d+)\.(\d{6}): mark_victim: pid=(\d+)\b")


class Marks:
    def __init__(self):
        if not (TRACEFS / "instances").exists():
            subprocess.run(["mount", "-t", "tracefs", "tracefs", TRACEFS], check=True)
        self._instance = TRACEFS / f"instances/oomtrace-bench-{os.getpid()}"
        self._instance.mkdir()
        (self._instance / "trace_clock").write_text("mono")
        (self._instance / "events/oom/mark_victim/enable").write_text("1")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._instance.rmdir()

    def forget(self):
        (self._instance / "trace").write_text("")

    def all(self):
        """{pid: when it was marked first}, in order."""
        found = {}
        for whole, micro, pid in LINE.findall((self._instance / "trace").read_text()):
            found.setdefault(int(pid), int(whole) * 10**9 + int(micro) * 1000)
        return found

    def when(self, pid):
        until(lambda: pid in self.all(), f"a mark of process {pid}", 5)
        return self.all()[pid]
