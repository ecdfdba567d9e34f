"""
More kills than anything is made for, and none of them lost, or each that is lost counted and named.

10,000 kills in a row on a machine of its own speed; where everything is emulated (a guest) a kill
takes fifty times as long and a fork 40 ms: 500 have to do there, in a row and in one group. The
file is safe on disk each second: the default waits for the disk twice a kill, and what is looked
at here is not the disk's speed.
"""

import signal

import pytest

import cgroup as cgroups
import kernel
from daemon import Daemon, kills_in, of_type, records_of
from near import MIB
from tracer import Tracer, check_promises

pytestmark = pytest.mark.kind("storm")

KILLS = 500 if kernel.GUEST else 10_000
ROWS = 64
CROWD = 500 if kernel.GUEST else 5000
TO_STDOUT = 100 if kernel.GUEST else 300  # several times what a pipe and oomtrace's memory take
OPTIONS = ["--no-pin", "--sync", "interval"]


def check_storm(records, rows, kills):
    """KILLS in each of ROWS."""
    check_promises(records)
    assert set(records[-1]["totals"]["lost"].values()) == {0}
    ids = set()
    for row in rows:
        told = kills_in(row, records)
        assert len(told) == row.kills() == kills
        assert {kill["oom"]["kind"] for kill in told} == {"killed"}
        ids |= {kill["oom"]["id"] for kill in told}
    assert len(ids) == kills * len(rows), "two kills with one oom.id"
    closed = [r for r in of_type(records, "oom_incident") if r["state"] == "closed"]
    assert sorted(incident["oom"]["id"] for incident in closed) == sorted(ids)


def test_one_after_another(tmp_path, storm, rows):
    """And the counts agree in the midst of it, at each audit."""
    with Daemon(tmp_path / "o", "--audit", 1, *OPTIONS) as daemon:
        made = rows()
        storm(KILLS, made)
        daemon.stop()
        check_storm(records_of(daemon.file), made, KILLS)
    audits = of_type(records_of(daemon.file), "audit")
    assert audits and {audit["kernel"]["unexplained"] for audit in audits} == {0}


def test_64_cgroups_at_once(tmp_path, storm, rows):
    with Daemon(tmp_path / "o", *OPTIONS) as daemon:
        made = rows(ROWS)
        each = KILLS // ROWS
        storm(each, made)
        daemon.stop()
        check_storm(records_of(daemon.file), made, each)


def test_reader_of_stdout_that_is_slow(storm, rows):
    """It looks at each record. What it has not taken yet waits, for the greater part in the ring."""
    with Tracer() as tracer:
        made = rows()
        storm(TO_STDOUT, made)
        tracer.stop()
        check_storm(tracer.records, made, TO_STDOUT)


def test_ring_of_one_page(tmp_path, storm, rows):
    """
    oomtrace is stopped meanwhile: one page has no room for a hundred. What comes after that it
    knows of, what is still in the ring at its end, and what was lost last of all.
    """
    with Daemon(tmp_path / "o", *OPTIONS, "--ring-size", 4096) as daemon:
        made = rows()
        for _ in range(3):
            daemon.process.send_signal(signal.SIGSTOP)
            storm(100, made)
            daemon.process.send_signal(signal.SIGCONT)
        stop = daemon.stop(status=3)
    records = records_of(daemon.file)
    check_promises(records)
    totals = stop["totals"]
    told = kills_in(made[0], records)
    assert made[0].kills() == 300
    assert totals["lost"]["ring_full"] == totals["seen"] - totals["written"] >= 300 - len(told) >= 3
    assert {gap["stage"] for gap in of_type(records, "gap")} == {"ring_full"}
    assert stop["kernel"]["unexplained"] == 0


@pytest.mark.kind("storm: large group")
def test_group_kill_of_thousands(tmp_path, start, cgroup):
    """A ring of the size that it has by itself takes all before the first is read."""
    kernel.needs(kernel.CGROUP_VERSION == 2, kernel.NO_OOM_GROUP)
    cgroup.oom_group()
    crowd = start("crowd", CROWD - 1)
    pids = set(cgroup.pids())
    assert len(pids) == CROWD
    with Daemon(tmp_path / "o", *OPTIONS) as daemon:
        daemon.process.send_signal(signal.SIGSTOP)
        cgroup.limit(cgroup.usage() // MIB * MIB + 8 * MIB)
        crowd.go().wait(120)
        cgroups.empty(cgroup)
        daemon.process.send_signal(signal.SIGCONT)
        stop = daemon.stop()
    records = records_of(daemon.file)
    check_promises(records)
    kills = kills_in(cgroup, records)
    assert {kill["process"]["pid"] for kill in kills} == pids
    assert len({kill["oom"]["id"] for kill in kills}) == 1
    kinds = [kill["oom"]["kind"] for kill in kills]
    assert kinds == ["killed"] + ["group_member"] * (CROWD - 1)
    assert set(stop["totals"]["lost"].values()) == {0}
