"""Many kills: in a row, on several outputs, and of one large group."""

import tempfile
import time

import kernel
from mark import Marks
from run import LOGS, OOMTRACE, TOLD_AS_TEXT, Run
from table import Rows
from usage import since, usage
from victims import group, row

KILLS = 20
LARGE_GROUP = 5000
LONG_STORM = 10_000


def told_of_row(kills, peer, marks):
    """How many, how long all of it took, and what the program used for it."""
    with row(kills) as victim, Run(peer) as run:
        marks.forget()
        before, began = usage(run.process.pid), time.monotonic()
        victim.go().wait(300)
        took = time.monotonic() - began
        run.said(run.line_of(list(marks.all())[-1]))
        used = since(before, run.process.pid)
        told = len(run.victims() & marks.all().keys())
    return told, took, used


def storm(rounds):
    rows, kills = Rows(), 200 * min(rounds, 5)
    with Marks() as marks:
        for _ in range(rounds):
            for peer in [OOMTRACE, *LOGS]:
                told, took, used = told_of_row(kills, peer, marks)
                rows.add(f"told of {kills:,} kills in a row", "", peer, told)
                rows.add("kills in a row while it runs", "1/s", peer, kills / took)
                rows.add("CPU for 1,000 of them", "ms", peer, used.cpu_ms * 1000 / kills)
        told, _, _ = told_of_row(LONG_STORM, OOMTRACE, marks)
        rows.add(f"told of {LONG_STORM:,} kills in a row", "", OOMTRACE, told)
    return rows


def latencies(peer, marks):
    """In ms, of each kill in a row."""
    with row(KILLS) as victim, Run(peer) as run:
        marks.forget()
        victim.go().wait(60)
        return [(run.when_killed(pid) - when) / 1e6 for pid, when in marks.all().items()]


def outputs(rounds):
    """From each kill to its line, with one way out, with two, and as text."""
    rows = Rows()
    with Marks() as marks, tempfile.TemporaryDirectory() as directory:
        ways = {
            "JSON": OOMTRACE,
            "JSON, and in a file": OOMTRACE.with_options("-o", f"{directory}/lines"),
            "text": OOMTRACE.with_options("--format", "text", kill=TOLD_AS_TEXT),
        }
        for _ in range(rounds):
            for way, peer in ways.items():
                for took in latencies(peer, marks):
                    rows.add(f"kill to line, {KILLS} in a row: {way}", "ms", peer, took)
    return rows


def large_group(rounds):
    """All of it killed with one decision: from the first mark until the last is told."""
    rows = Rows()
    if kernel.CGROUP_VERSION == 2:
        with Marks() as marks, Run(OOMTRACE) as run, group(LARGE_GROUP) as pids:
            group_pids = set(pids)
            marked = [pid for pid in marks.all() if pid in group_pids]
            took = run.when_killed(marked[-1]) - marks.when(marked[0])
            told = len(run.victims() & group_pids)
        rows.add(f"told of a group of {LARGE_GROUP:,}", "", OOMTRACE, told)
        rows.add(f"a group of {LARGE_GROUP:,} killed and told", "s", OOMTRACE, took / 1e9)
    return rows
