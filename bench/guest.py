"""
The parts that want kprobes and memory.oom.group, in a virtual machine where this one lacks them:
oomtrace is measured there as well, so that each table has programs on one machine.
"""

import json
import subprocess
import sys

import kernel
from run import ROOT
from table import Rows

KERNEL = "debian-6.12"
PARTS = ("peers", "large_group")


def is_needed(parts):
    there = kernel.may_kprobe() and kernel.CGROUP_VERSION == 2
    return not there and not kernel.GUEST and bool(set(parts) & set(PARTS))


def measure(parts):
    """[(head, rows)], or nothing where the guest did not come so far."""
    wanted = [part for part in PARTS if part in parts]
    done = subprocess.run(
        [ROOT / "scripts/guest", KERNEL, "--cgroup", "v2", "--memory", "2048"]
        + ["--env", "OOMTRACE_GUEST=1", "--env", "OOMTRACE_SLOW=10", "--"]
        + ["scripts/bench", "--raw", "--rounds", "1", *wanted],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("[")]
    if done.returncode:
        print(f"scripts/bench: guest: exit status {done.returncode}", file=sys.stderr)
    if not lines:
        return []
    head, rows = json.loads(lines[-1])
    return [(f"{head} in an emulated machine (scripts/guest {KERNEL})", Rows(rows))]
