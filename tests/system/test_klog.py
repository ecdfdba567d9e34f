"""
The kernel's log beside the live records: for each kill both agree on every field that both have. And
--fallback=klog, where nothing can be attached.
"""

import os
import signal
import time
from pathlib import Path

import pytest

import kernel
from deadline import seconds, until
from kernel_log import KernelLog, disagreements
from metrics import Metrics
from near import MIB
from test_ways_to_die import setting
from tracer import Tracer, pid_of

LIMIT = 32 * MIB
HOLD = 12 * MIB
KILLS = "oomtrace_kills_total"
# From a log there are at least so many: of the victim, its memory, the decision, the cgroups.
FEWEST = 20
WITHOUT_BPF = ("setpriv", "--bounding-set=-sys_admin,-bpf,-perfmon")


def kind(name):
    return pytest.mark.kind(name)


def incident_of(records, pid):
    """Of the log: the one in which that process was killed."""
    return next(
        record
        for record in records
        if record["type"] == "oom_incident"
        and pid in [pid_of(victim) for victim in record["victims"]]
    )


def compare(tracer, log, pids):
    """The records of PIDS in both; of each the log's, which is whole. False: the report is not there."""
    live = {pid: tracer.only_kill_of(pid) for pid in pids}
    if not log.wait([kill["process"]["tid"] for kill in live.values()]):
        return False
    told = log.records()
    logged = {pid_of(r): r for r in told if r["type"] == "oom_kill" and pid_of(r) in live}
    assert logged.keys() == live.keys()
    for pid in pids:
        wrong, shared = disagreements(live[pid], logged[pid])
        assert not wrong, wrong
        assert shared >= FEWEST or not tracer.sees_decision
    assert len({r["oom"]["id"] for r in logged.values()}) == 1
    return incident_of(told, pids[0])


def whole(tracer, make):
    """
    Kills until one has its whole report in the log: the kernel leaves it out after 10 in 5 seconds,
    for all tests together. MAKE makes one and says of whom.
    """

    def one():
        with KernelLog() as log:
            incident = compare(tracer, log, make())
        return incident and "suppressed" not in incident["doubts"] and incident

    return until(one, "a kill with its whole report", 30)


@pytest.fixture
def hog(start, cgroup):
    """hog(*args) -> [pid]: of one that grew until it was killed."""
    cgroup.limit(LIMIT)

    def run(*args, within=cgroup):
        victim = start("hog", "--hold", HOLD, *args, within=within).go()
        victim.wait()
        return [victim.pid]

    return run


NAMES = [b"hog", b") total-vm:1kB,", b",task=x,pid=1", b"a\nb\x1b[2J\xff\\x41", b"[1] 2 3 4 5 6 7"]


@kind("klog")
@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_one_kill(tracer, hog, name):
    incident = whole(tracer, lambda: hog("--comm", name, "--uid", 4321, "--score-adj", 100))
    assert (incident["confidence"], incident["doubts"]) == ("high", [])
    assert incident["verdict"] == "single"


@kind("klog")
def test_limit_of_the_parent(tracer, cgroup, hog):
    with cgroup.child("inner,task=x") as inner:
        incident = whole(tracer, lambda: hog(within=inner))
        assert incident["oom"]["victim"]["path"] == inner.path
    assert incident["oom"]["hit"]["path"] == cgroup.path
    assert incident["oom"]["hit"]["limit_bytes"] == LIMIT


@kind("klog")
def test_leader_exited(tracer, hog):
    incident = whole(tracer, lambda: hog("--leader-exits"))
    assert incident["confidence"] == "high"


@kind("klog")
def test_the_group_s_survivors_are_in_the_table(tracer, start, cgroup):
    cgroup.limit(LIMIT)
    living = []

    def one_worker():
        manager = start("group", 6 * MIB, 3).go(b"2")
        victim = manager.ready["workers"][2]
        manager.line(lambda line: line.get("died") == victim)
        living[:] = {manager.pid, *manager.ready["workers"]} - {victim}
        opened = tracer.opened(victim)
        assert {pid_of(one) for one in opened["survivors"] or []} in (set(), set(living))
        manager.end()
        return [victim]

    incident = whole(tracer, one_worker)
    assert {pid_of(one) for one in incident["survivors"]} == set(living)
    assert incident["group"] is None and incident["verdict"] is None


@kind("klog: memory.oom.group")
def test_group_is_killed_together(tracer, start, cgroup):
    kernel.needs(kernel.CGROUP_VERSION == 2, kernel.NO_OOM_GROUP)
    cgroup.limit(LIMIT).oom_group()

    def group():
        manager = start("group", 6 * MIB, 3).go(b"1")
        manager.wait()
        return [manager.ready["workers"][1], manager.pid, *manager.ready["workers"][::2]]

    incident = whole(tracer, group)
    assert incident["victims_total"] == 4 and incident["survivors"] == []
    assert (incident["verdict"], incident["expected"]) == ("whole_group", "whole_cgroup")


@kind("klog: global")
def test_whole_machine(tracer, start):
    kernel.needs(kernel.GUEST, kernel.NOT_A_GUEST)
    kernel.needs(kernel.KEEPS_ROOT, kernel.LOSES_ROOT)

    def machine():
        victim = start("hog", "--step", 1024 * MIB, "--score-adj", 1000).go()
        victim.wait(300)
        return [victim.pid]

    with setting("/proc/self/oom_score_adj", -1000):
        incident = whole(tracer, machine)
    assert incident["oom"]["constraint"] == "none" and incident["survivors"] is None


# ---- instead of hooks ----


@kind("klog: fallback")
class TestFallback:
    def test_is_not_taken_unasked(self):
        with pytest.raises(AssertionError, match="no the start record"):
            Tracer(under=WITHOUT_BPF)

    def test_follows_the_log(self, hog):
        with Tracer("--fallback=klog", under=WITHOUT_BPF) as tracer:
            assert tracer.start["source"] == "klog"
            assert not [hook for hook in tracer.start["hooks"] if hook["live"]]
            [pid] = hog()
            kill = tracer.kill_of(pid)
            assert kill["source"] == "klog" and kill["oom"]["kind"] == "killed"
            assert kill["boot_id"] == tracer.start["boot_id"] and kill["time"]
            incident = tracer.closed(pid)
            assert [victim["seq"] for victim in incident["victims"]] == [kill["seq"]]
            stop = tracer.stop()
        assert stop["kernel"]["kills"] >= 1
        assert "following the kernel's log instead" in tracer.talk

    def test_counts_what_it_follows(self, hog, tmp_path):
        """Over a restart, with the time of now and not of the log; no hook is live."""
        metrics, counted = Metrics(tmp_path / "o.prom"), 0
        for turn in (1, 2):
            began = time.time()
            with Tracer(
                "--fallback=klog", "--metrics", metrics.path, under=WITHOUT_BPF
            ) as tracer:
                [pid] = hog()
                tracer.kill_of(pid)
                until(lambda: metrics.sum(KILLS) > counted, "a kill that is counted")
                metrics.wait(1, "oomtrace_running")
                tracer.stop()
            counted = metrics.sum(KILLS)
            assert counted == metrics.sum("oomtrace_records_total", outcome="written")
            assert metrics.sum("oomtrace_incidents_total") >= turn
            for name in ("heartbeat", "last_kill"):
                times = metrics.samples(f"oomtrace_{name}_timestamp_seconds")
                assert began - 2 < max(s for _, s in times) < time.time() + 2
        assert metrics.sum("oomtrace_source_info", source="klog") == 1
        assert not metrics.sum("oomtrace_running")
        assert {value for _, value in metrics.samples("oomtrace_hook_live")} == {0}
        metrics.lint()

    @kind("klog: overwritten")
    def test_tells_what_was_overwritten(self, hog):
        """Stopped while more is said than the log has room for."""
        kernel.needs(kernel.GUEST, kernel.NOT_OUR_LOG)
        with Tracer("--fallback=klog", under=WITHOUT_BPF) as tracer:
            tracer.process.send_signal(signal.SIGSTOP)
            flood()
            tracer.process.send_signal(signal.SIGCONT)
            gap = tracer.wait(lambda record: record["type"] == "gap", "gap record")
            assert gap["stage"] == "kernel_log"
            assert gap["count"] == gap["to"] - gap["from"] + 1 >= 1
            [pid] = hog()
            tracer.kill_of(pid)
            tracer.process.terminate()
            assert tracer.process.wait(seconds(30)) == 3


def flood():
    """What root may say there, until all that was there before is gone."""
    newest = numbers()[-1]
    with setting("/proc/sys/kernel/printk_devkmsg", "on\n"), kernel.console_quiet():
        while numbers()[0] <= newest + 1:
            for _ in range(100):
                Path("/dev/kmsg").write_bytes(b"<15>oomtrace-test: " + b"x" * 900)


def numbers():
    """Of the records that are there."""
    found = []
    fd = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
    try:
        while True:
            found.append(int(os.read(fd, 8192).split(b",", 2)[1]))
    except BlockingIOError:
        return found
    finally:
        os.close(fd)
