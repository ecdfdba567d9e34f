"""
What one incident costs, from the kill to its being closed, as the node grows and the group does
not: processes that have nothing to do with it, and cgroups.
"""

import contextlib

import cgroup as cgroups
from mark import Marks
from run import OOMTRACE, Run
from table import Rows
from usage import since, usage
from victims import bystanders, kill_one

PROCESSES = (100, 1000, 10_000, 20_000)
CGROUPS = (10, 100, 1000)


def incidents(rows, rounds, what, marks):
    """One after the other, in one run; the first, which finds nothing in any cache, is left out."""
    with Run(OOMTRACE) as run:
        run.when_closed(kill_one())
        for _ in range(rounds):
            marks.forget()  # pids come again after so many
            before = usage(run.process.pid)
            pid = kill_one()
            run.when_closed(pid)
            used = since(before, run.process.pid)
            took = run.when_killed(pid) - marks.when(pid)
            rows.add(f"CPU of an incident, {what}", "ms", OOMTRACE, used.cpu_ms)
            rows.add(f"kill to line, {what}", "ms", OOMTRACE, took / 1e6)


@contextlib.contextmanager
def idle_cgroups(count):
    with cgroups.create() as top:
        for number in range(count):
            top.child(str(number))
        yield


def growth(rounds):
    """Processes last: of thousands that end, the last are on the node for seconds more."""
    rows = Rows()
    with Marks() as marks:
        for count in CGROUPS:
            with idle_cgroups(count):
                incidents(rows, rounds, f"{count:,} more cgroups", marks)
        for count in PROCESSES:
            with bystanders(count):
                incidents(rows, rounds, f"{count:,} more processes", marks)
    return rows
