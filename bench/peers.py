"""
oomtrace beside other programs, from their start to the line of a kill: all that one start gives,
because that of a program which compiles itself first takes its time.
"""

import contextlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import kernel
from mark import Marks
from run import MIB, Run, present
from table import Rows
from victims import group, kill_one

KILLS = 3
BPFTOOL = shutil.which("bpftool") or "/usr/sbin/bpftool"
GROUP = 100


class Busy:
    """All CPUs."""

    def __enter__(self):
        loop = ["sh", "-c", "while :; do :; done"]
        self._loops = [subprocess.Popen(loop) for _ in range(os.cpu_count())]

    def __exit__(self, *_):
        for process in self._loops:
            process.kill()
            process.wait()


def bpf_objects(pid):
    """{(kind, id)} of the maps and programs that it has open, or whose links."""
    found = set()
    for path in Path(f"/proc/{pid}/fdinfo").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found.update(re.findall(r"^(map|prog)_id:\s+(\d+)$", path.read_text(), re.M))
    return found


def kernel_mib(pid):
    """What the kernel charges for them, each once."""
    held = 0
    for kind, number in bpf_objects(pid):
        shown = subprocess.check_output([BPFTOOL, "-j", kind, "show", "id", number])
        held += json.loads(shown)["bytes_memlock"]
    return held / MIB


def memory(rows, run):
    """Of the program alone, idle: stdbuf has become it by then."""
    status = Path(f"/proc/{run.process.pid}/status").read_text()
    for key, what in (("VmRSS", "resident memory"), ("VmHWM", "its peak")):
        kib = int(re.search(rf"^{key}:\s+(\d+) kB$", status, re.M)[1])
        rows.add(what, "MiB", run.peer, kib / 1024)
    if run.peer.ready:
        held = kernel_mib(run.process.pid)
        rows.add("maps and programs in the kernel", "MiB", run.peer, held)


def latency(rows, what, run, marks):
    for _ in range(KILLS):
        marks.forget()
        pid = kill_one()
        rows.add(what, "ms", run.peer, (run.when_killed(pid) - marks.when(pid)) / 1e6)


def latency_of_group(rows, run, marks):
    """A program that tells of one victim only has told all that it does then."""
    marks.forget()
    with group(GROUP) as pids:
        last = max((when, pid) for pid, when in marks.all().items() if pid in pids)[1]
        kill_one()  # what is told of this one comes after all of those
        run.when_killed(list(marks.all())[-1])
        told = run.victims() & set(pids)
    rows.add(f"told of a group of {GROUP}", "", run.peer, len(told))
    if last in told:
        took = run.when_killed(last) - marks.all()[last]
        rows.add(f"kill to line, the last of a group of {GROUP}", "ms", run.peer, took / 1e6)


def one_start(rows, peer, terminal, marks):
    where = "a terminal" if terminal else "a pipe"
    with Run(peer, terminal) as run:
        if peer.ready:
            rows.add("exec to hooks live", "ms", peer, run.ready_ns / 1e6)
        memory(rows, run)
        latency(rows, f"kill to line on {where}", run, marks)
        with Busy():
            latency(rows, f"the same, all CPUs busy ({where})", run, marks)
        if kernel.CGROUP_VERSION == 2 and not terminal:
            latency_of_group(rows, run, marks)


def peers(rounds):
    rows = Rows()
    with Marks() as marks:
        for _ in range(rounds):
            for terminal in (False, True):
                for peer in present():
                    one_start(rows, peer, terminal, marks)
    return rows
