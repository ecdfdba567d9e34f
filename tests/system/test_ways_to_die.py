"""
Every way to die of the OOM killer: one record per process that died, with the right kind. What
the kernel's counter says beside it, tracer.check_promises() compares at the end of each run.
"""

import contextlib
import os
import resource
import signal
import subprocess
import threading
from pathlib import Path

import pytest

import cgroup as cgroups
import kernel
from deadline import until
from near import MIB, near
from tracer import Tracer

LIMIT = 32 * MIB
HOLD = 12 * MIB
LOWEST_SCORE_ADJ = -999


def kind(name):
    return pytest.mark.kind(name)


def kinds_of(tracer, pids):
    """pid -> kind, once all those processes are gone; each has one record."""
    return {pid: tracer.only_kill_of(pid)["oom"]["kind"] for pid in pids}


@contextlib.contextmanager
def setting(path, value):
    """A sysctl, for as long as the test needs it."""
    before = Path(path).read_text()
    Path(path).write_text(str(value))
    try:
        yield
    finally:
        Path(path).write_text(before)


# --- what the memory is -------------------------------------------------------------------------


def big_file(directory):
    """
    A file of more than LIMIT whose pages are not in memory: they are charged to the one that reads
    them first. Where the directory is itself in memory, a file that came with the compiler.
    """
    kind = subprocess.run(["stat", "-fc%T", directory], capture_output=True, check=True).stdout
    if kind.strip() in (b"tmpfs", b"overlayfs"):
        path = next(Path("/usr/lib").glob("*/libLLVM-*.so.1"))
    else:
        path = directory / "big"
        path.write_bytes(bytes(LIMIT * 2))
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return path


@pytest.mark.parametrize(
    "memory",
    [pytest.param(name, marks=kind(name)) for name in ("anon", "shmem", "file")],
)
def test_memory(tracer, start, cgroup, tmp_path, memory):
    cgroup.limit(LIMIT)
    file = ["--file", big_file(tmp_path)] if memory == "file" else []
    victim = start("hog", "--kind", memory, "--hold", HOLD, *file).go()
    victim.wait()
    kill = tracer.only_kill_of(victim.pid)
    held = victim.status[f"Rss{memory.capitalize()}"] + victim.grown_bytes() - victim.held_bytes
    pages = kernel.FAULT_AROUND_PAGES if memory == "file" else 1
    tracer.expect(kill, {f"memory.{memory}_rss_bytes": near(held, pages), "oom.kind": "killed"})


@kind("swap")
def test_swap(tracer, start, cgroup):
    kernel.needs(kernel.has_swap(), kernel.NO_SWAP)
    cgroup.limit(LIMIT, swap_bytes=16 * MIB)
    victim = start("hog", "--hold", HOLD).go()
    victim.wait()
    memory = tracer.only_kill_of(victim.pid)["memory"]
    assert memory["swap_bytes"] > 8 * MIB
    held = victim.status["RssAnon"] + victim.grown_bytes() - HOLD
    assert memory["swap_bytes"] + memory["anon_rss_bytes"] == near(held)


@kind("hugetlb")
def test_hugetlb_that_was_never_touched(tracer, start, cgroup):
    kernel.needs(kernel.has_hugetlb(), kernel.NO_HUGETLB)
    cgroup.limit(LIMIT)
    victim = start("hog", "--hold", HOLD, "--hugetlb", 64 * MIB).go()
    victim.wait()
    held = victim.status["RssAnon"] + victim.grown_bytes() - victim.held_bytes
    wants = {
        "memory.anon_rss_bytes": near(held),
        "memory.total_vm_bytes": victim.status["VmSize"],
    }
    tracer.expect(tracer.only_kill_of(victim.pid), wants)


# --- whose limit it is --------------------------------------------------------------------------


@kind("parent's limit")
def test_limit_of_the_parent(tracer, start, cgroup):
    cgroup.limit(LIMIT)
    with cgroup.child("inner") as inner:
        ids, paths = (cgroup.id, inner.id), (cgroup.path, inner.path)
        victim = start("hog", "--hold", HOLD, within=inner).go()
        victim.wait()
        kill = tracer.only_kill_of(victim.pid)
    wants = {
        "oom.victim.cgroup_id": ids[1],
        "oom.victim.path": paths[1],
        "oom.victim.limit_bytes": None,
    }
    if tracer.sees_decision:
        wants |= {
            "oom.hit.cgroup_id": ids[0],
            "oom.hit.path": paths[0],
            "oom.hit.limit_bytes": LIMIT,
            "oom.constraint": "memcg",
        }
    tracer.expect(kill, wants)


@kind("limit lowered")
def test_limit_lowered_by_somebody_outside(tracer, start, cgroup):
    kernel.needs(kernel.CGROUP_VERSION == 2, kernel.NO_OOM_AT_LIMIT_WRITE)
    cgroup.limit(LIMIT)
    victim = start("hog", "--hold", 24 * MIB)
    cgroup.limit(8 * MIB)
    victim.wait()
    trigger = tracer.only_kill_of(victim.pid)["oom"]["trigger"]
    assert (trigger["pid"], trigger["tid"]) == (os.getpid(), threading.get_native_id())


@kind("two at once")
def test_two_limits_at_the_same_time(tracer, start, cgroup):
    kernel.needs(len(os.sched_getaffinity(0)) > 1, kernel.ONE_CPU)
    with cgroups.create() as other:
        both = [cgroup.limit(LIMIT), other.limit(LIMIT)]
        cpus = sorted(os.sched_getaffinity(0))
        victims = [
            start("hog", "--hold", HOLD, within=within, cpu=cpu)
            for within, cpu in zip(both, cpus)
        ]
        paths = [within.path for within in both]
        for victim in victims:
            victim.go()
        kills = []
        for victim in victims:
            victim.wait()
            kills.append(tracer.only_kill_of(victim.pid))
    assert kills[0]["oom"]["id"] != kills[1]["oom"]["id"]
    for kill, path, victim in zip(kills, paths, victims):
        tracer.expect(kill, {"oom.victim.path": path, "oom.trigger.pid": victim.pid})
        if tracer.sees_decision:
            tracer.expect(kill, {"oom.hit.path": path})


# --- more than one dies -------------------------------------------------------------------------


@kind("memory.oom.group")
def test_group_is_killed_together(own_tracer, start, cgroup):
    kernel.needs(kernel.CGROUP_VERSION == 2, kernel.NO_OOM_GROUP)
    cgroup.limit(LIMIT).oom_group()
    manager = start("group", 6 * MIB, 3).go(b"1")
    manager.wait()
    pids = [manager.pid, *manager.ready["workers"]]
    kinds = kinds_of(own_tracer, pids)
    grower = manager.ready["workers"][1]
    assert kinds == {pid: "killed" if pid == grower else "group_member" for pid in pids}
    kills = own_tracer.kills_of(pids)
    assert len({kill["oom"]["id"] for kill in kills}) == 1
    assert {kill["process"]["pid"]: kill["oom"]["chosen"] for kill in kills} == {
        pid: pid == grower for pid in pids
    }
    for kill in kills:
        own_tracer.expect(kill, {"oom.victim.oom_group": True})
        if own_tracer.sees_decision:
            own_tracer.expect(kill, {"oom.hit.oom_group": True})
    # The kernel's count is one more than the dead: the first one is killed twice.
    assert own_tracer.stop()["kernel"]["killed_again"] >= 1
    assert cgroup.kills() == len(pids) + 1


@kind("memory.oom.group with shared memory")
def test_group_with_shared_memory(tracer, start, cgroup):
    kernel.needs(kernel.CGROUP_VERSION == 2, kernel.NO_OOM_GROUP)
    cgroup.limit(LIMIT).oom_group()
    sharer = start("sharer", HOLD, 2).go()
    sharer.wait()
    pids = [sharer.pid, *sharer.ready["children"]]
    # Whether the kernel kills the sharers as members or as sharers differs; all die, each once.
    kinds = list(kinds_of(tracer, pids).values())
    assert kinds.count("killed") == 1
    assert set(kinds) <= {"killed", "group_member", "mm_shared"}
    assert len({kill["oom"]["id"] for kill in tracer.kills_of(pids)}) == 1


@kind("shared memory")
def test_processes_that_share_the_memory(own_tracer, start, cgroup):
    cgroup.limit(LIMIT)
    sharer = start("sharer", HOLD, 2).go()
    sharer.wait()
    pids = [sharer.pid, *sharer.ready["children"]]
    kinds = sorted(kinds_of(own_tracer, pids).values())
    assert kinds == ["killed", "mm_shared", "mm_shared"]
    assert len({kill["oom"]["id"] for kill in own_tracer.kills_of(pids)}) == 1
    assert cgroup.kills() == 1
    assert own_tracer.stop()["kernel"]["mm_shared"] >= 2


@kind("group, one dies")
def test_one_worker_of_a_group(tracer, start, cgroup):
    cgroup.limit(LIMIT)
    manager = start("group", 6 * MIB, 3).go(b"2")
    victim = manager.ready["workers"][2]
    assert manager.line(lambda line: line.get("died") == victim)["signal"] == signal.SIGKILL
    kill = tracer.only_kill_of(victim)
    assert kill["process"]["parent_pid"] == manager.pid
    others = {manager.pid, *manager.ready["workers"]} - {victim}
    assert tracer.kills_of(others) == []


# --- dying already ------------------------------------------------------------------------------


@kind("threads allocate while dying")
@pytest.mark.parametrize("threads", [8, 32])
def test_threads_that_allocate_while_dying(tracer, start, cgroup, threads):
    cgroup.limit(LIMIT)
    victim = start("dying", "grow", HOLD, threads).go()
    victim.wait()
    assert tracer.only_kill_of(victim.pid)["oom"]["kind"] == "killed"
    assert cgroup.kills() == 1


def not_a_kill(own_tracer, cgroup, pid):
    """Of a process that was ended by us: no kill, and no second record."""
    stop = own_tracer.stop()
    kills = own_tracer.kills_of([pid])
    assert [kill["oom"]["kind"] for kill in kills] in ([], ["already_exiting"])
    assert stop["kernel"]["already_exiting"] >= len(kills)
    assert cgroup.kills() == 0


@kind("kill -9 at the limit")
def test_kill_9_of_a_process_at_its_limit(own_tracer, start, cgroup):
    """It may not be killed, so it tries to get its page for ever, until we end it."""
    kernel.needs(kernel.can_lower_score(), kernel.NO_RESOURCE_CAPABILITY)
    cgroup.limit(LIMIT)
    victim = start("hog", "--hold", HOLD, "--score-adj", -1000).go()
    until(cgroup.reached_limit, "the limit to be reached")
    victim.process.kill()
    victim.wait()
    not_a_kill(own_tracer, cgroup, victim.pid)


@kind("exit at the limit")
def test_kill_9_of_a_process_whose_end_needs_memory(own_tracer, start, cgroup):
    victim = start("dying", "exit", 4 * MIB, 2000)
    cgroup.limit(cgroup.usage() + MIB)
    victim.process.kill()
    victim.wait()
    assert cgroup.reached_limit()
    not_a_kill(own_tracer, cgroup, victim.pid)


@kind("exit at the limit")
def test_end_of_its_time_of_a_process_whose_end_needs_memory(own_tracer, start, cgroup):
    """The kernel sends that SIGKILL as the OOM killer does (kernel/time/posix-cpu-timers.c)."""
    victim = start("dying", "spin", 4 * MIB, 2000)
    cgroup.limit(cgroup.usage() + MIB)
    resource.prlimit(victim.pid, resource.RLIMIT_CPU, (1, 1))
    victim.go().wait()
    assert cgroup.reached_limit()
    not_a_kill(own_tracer, cgroup, victim.pid)


# --- what the victim looks like -----------------------------------------------------------------


@kind("leader exited")
def test_leader_exited(tracer, start, cgroup):
    cgroup.limit(LIMIT)
    victim = start("hog", "--hold", HOLD, "--leader-exits").go()
    victim.wait()
    assert victim.tid != victim.pid
    wants = {
        "process.pid": victim.pid,
        "process.tid": victim.tid,
        "process.vpid": victim.pid,
        "oom.trigger.pid": victim.pid,
        "oom.trigger.tid": victim.tid,
        "memory.anon_rss_bytes": near(victim.status["RssAnon"] + victim.grown_bytes() - HOLD),
    }
    tracer.expect(tracer.only_kill_of(victim.pid), wants)


@kind("100 threads")
def test_hundred_threads(tracer, start, cgroup):
    cgroup.limit(LIMIT)
    victim = start("hog", "--hold", HOLD, "--threads", 100).go()
    victim.wait()
    assert tracer.only_kill_of(victim.pid)["oom"]["kind"] == "killed"


@kind("namespaces")
@pytest.mark.parametrize("depth", [1, 3])
def test_namespaces_of_its_own(tracer, start, cgroup, depth):
    cgroup.limit(LIMIT)
    args = ("--newns", "pid,uts,mnt,user", "--depth", depth, "--uid", 4321)
    victim = start("hog", "--hold", HOLD, *args).go()
    victim.wait()
    wants = {
        "process.pid": victim.pid,
        "process.vpid": 1,
        "process.pid_namespaces": victim.status["NStgid"],
        "process.user.id": 4321,
        "process.executable.name": "hog",
        "oom.victim.path": cgroup.path,
    }
    tracer.expect(tracer.only_kill_of(victim.pid), wants)


@pytest.mark.parametrize(
    "adj",
    [
        pytest.param(1000, marks=kind("oom_score_adj 1000")),
        pytest.param(LOWEST_SCORE_ADJ, marks=kind("oom_score_adj -999")),
    ],
)
def test_score_adj_at_its_ends(tracer, start, cgroup, adj):
    kernel.needs(adj >= 0 or kernel.can_lower_score(), kernel.NO_RESOURCE_CAPABILITY)
    cgroup.limit(LIMIT)
    victim = start("hog", "--hold", HOLD, "--score-adj", adj).go()
    victim.wait()
    assert tracer.only_kill_of(victim.pid)["oom"]["score_adj"] == adj


# --- the whole machine: in a guest only ---------------------------------------------------------


def may_not_be_killed(pid):
    """mm/oom_kill.c, out_of_memory(): kernel threads, the first process, and the lowest of scores."""
    process = Path(f"/proc/{pid}")
    if pid == 1 or "VmSize" not in (process / "status").read_text():
        return True
    return (process / "oom_score_adj").read_text() == "-1000\n"


class TestWholeMachine:
    @pytest.fixture(autouse=True)
    def _guest_whose_tests_survive(self):
        kernel.needs(kernel.GUEST, kernel.NOT_A_GUEST)
        with setting("/proc/self/oom_score_adj", -1000):
            yield

    @kind("sysrq-f")
    def test_sysrq_f(self, own_tracer, start):
        """A kworker is the trigger, and no allocation has failed."""
        victim = start("hog", "--hold", 64 * MIB, "--score-adj", 1000)
        Path("/proc/sysrq-trigger").write_text("f")
        victim.wait()
        oom = own_tracer.only_kill_of(victim.pid)["oom"]
        assert oom["trigger"]["title"].startswith("kworker")
        assert set(oom["hit"].values()) == {None}
        if own_tracer.sees_decision:
            assert oom["order"] == -1
        own_tracer.stop()

    @kind("global")
    def test_out_of_memory(self, own_tracer, start):
        kernel.needs(kernel.KEEPS_ROOT, kernel.LOSES_ROOT)
        victim = start("hog", "--step", 1024 * MIB, "--score-adj", 1000).go()
        victim.wait(300)
        oom = own_tracer.only_kill_of(victim.pid)["oom"]
        assert oom["kind"] == "killed"
        assert set(oom["hit"].values()) == {None}
        if own_tracer.sees_decision:
            assert oom["constraint"] == "none"
        own_tracer.stop()

    @kind("oom_kill_allocating_task")
    def test_oom_kill_allocating_task(self, tracer, start):
        """
        The one that asks dies, not the one that the kernel would have chosen; but for those that ask
        and may not be killed, as oomtrace.
        """
        kernel.needs(kernel.KEEPS_ROOT, kernel.LOSES_ROOT)
        bystander = start("hog", "--hold", 64 * MIB, "--score-adj", 1000)
        victim = start("hog", "--step", 1024 * MIB)
        with setting("/proc/sys/vm/oom_kill_allocating_task", 1):
            victim.go().wait(300)
        oom = tracer.only_kill_of(victim.pid)["oom"]
        assert oom["kind"] == "killed"
        assert oom["trigger"]["pid"] == victim.pid
        for kill in tracer.kills_of([bystander.pid]):
            assert may_not_be_killed(kill["oom"]["trigger"]["pid"]), kill
