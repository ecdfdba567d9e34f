"""What a process has used, by the kernel's books of its threads."""

import re
from collections import namedtuple
from pathlib import Path

Usage = namedtuple("Usage", "cpu_ms wakeups switches")


def usage(pid):
    """Of all its threads so far: each time that it waited for something, it was woken up."""
    cpu_ns = wakeups = others = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        cpu_ns += int((task / "schedstat").read_text().split()[0])
        status = (task / "status").read_text()
        wakeups += int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", status, re.M)[1])
        others += int(re.search(r"^nonvoluntary_ctxt_switches:\s+(\d+)", status, re.M)[1])
    return Usage(cpu_ns / 1e6, wakeups, wakeups + others)


def since(before, pid):
    return Usage(*(now - then for now, then in zip(usage(pid), before)))
