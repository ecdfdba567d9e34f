"""Kills to measure: of one process, of many in a row, of a group."""

import contextlib

import cgroup as cgroups
import kernel
from run import MIB
from victim import Victim


def kill_one():
    """The pid of a process that the kernel has killed at its limit."""
    with cgroups.create() as cgroup, Victim(cgroup.limit(16 * MIB), "hog") as victim:
        victim.go().wait(60)
        return victim.pid


@contextlib.contextmanager
def row(kills):
    """A victim that, once told to go, has so many killed one right after the other."""
    with cgroups.create() as cgroup, cgroups.create() as outside:
        procs = cgroup.limit(8 * kernel.PAGE).directory / "cgroup.procs"
        with Victim(outside, "storm", kills, str(procs)) as victim:
            yield victim


@contextlib.contextmanager
def group(processes):
    """The pids of a group that memory.oom.group has killed as a whole."""
    with cgroups.create() as cgroup, Victim(cgroup.oom_group(), "crowd", processes - 1) as crowd:
        pids = cgroup.pids()
        cgroup.limit(cgroup.usage() // MIB * MIB + 8 * MIB)
        crowd.go().wait(120)
        yield pids


@contextlib.contextmanager
def bystanders(processes):
    """So many more on the node, idle, in a cgroup of their own."""
    with cgroups.create() as cgroup, Victim(cgroup, "crowd", processes - 1):
        yield
