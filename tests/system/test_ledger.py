"""The books: nothing is lost without being counted, and the kernel's own count is explained."""

import signal

import pytest

from near import MIB
from tracer import Tracer

pytestmark = pytest.mark.kind("ledger")

LIMIT = 16 * MIB
WORKERS = 20


def burst(start, cgroup):
    """WORKERS processes killed one right after the other; their manager lives."""
    cgroup.limit(LIMIT)
    manager = start("group", MIB // 4, WORKERS).go(b"a")
    assert manager.wait() == 0
    return manager.ready["workers"]


def test_burst_is_told_in_full(own_tracer, start, cgroup):
    """No waiting for records here: SIGTERM comes while they may still be in the ring."""
    workers = burst(start, cgroup)
    stop = own_tracer.stop()
    assert [kill["oom"]["kind"] for kill in own_tracer.kills_of(workers)] == ["killed"] * WORKERS
    assert cgroup.kills() == WORKERS
    assert stop["totals"]["seen"] >= WORKERS
    assert set(stop["totals"]["lost"].values()) == {0}
    audit = stop["kernel"]
    assert audit["unexplained"] == 0
    assert audit["vmstat_oom_kill"] == audit["kills"] + audit["killed_again"] >= WORKERS


def test_full_ring_is_counted(start, cgroup):
    """One page of ring, and nobody who empties it."""
    with Tracer("--ring-size", 4096) as tracer:
        tracer.process.send_signal(signal.SIGSTOP)
        workers = burst(start, cgroup)
        tracer.process.send_signal(signal.SIGCONT)
        stop = tracer.stop(status=3)
    totals = stop["totals"]
    told = len(tracer.kills_of(workers))
    assert 1 <= told < WORKERS
    assert totals["lost"]["ring_full"] >= WORKERS - told
    assert totals["seen"] == totals["written"] + sum(totals["lost"].values()) >= WORKERS
    # Counted in the kernel, so that the audit holds although records are missing.
    assert stop["kernel"]["kills"] >= WORKERS
    assert stop["kernel"]["unexplained"] == 0


def test_two_at_a_time_see_the_same(own_tracer, start, cgroup):
    """One of them not before it is over: the ring keeps what is killed while it does not run."""
    with Tracer() as other:
        other.process.send_signal(signal.SIGSTOP)
        workers = burst(start, cgroup)
        other.process.send_signal(signal.SIGCONT)
        for tracer in (own_tracer, other):
            tracer.stop()
    for tracer in (own_tracer, other):
        told = [kill["process"]["pid"] for kill in tracer.kills_of(workers)]
        assert sorted(told) == sorted(workers)
