"""The record of one kill, figure by figure, against what the victim and /proc say."""

import os
import time

import pytest

import kernel
from near import MIB, boot_ns, near
from tracer import Tracer, is_unread, lookup

pytestmark = pytest.mark.kind("one kill")

LIMIT = 32 * MIB
DECISION = ("constraint", "gfp_mask", "gfp", "order", "points")


def grown(start, cgroup, *args, **kwargs):
    """A victim that grew to its end at LIMIT."""
    cgroup.limit(LIMIT)
    victim = start("hog", "--hold", 12 * MIB, *args, **kwargs).go()
    victim.wait()
    return victim


def sat_still(start, cgroup, *args):
    """
    A victim that did not move while another process made the cgroup run out: what it held is what
    /proc said. Returns it, and the process that pushed.
    """
    cgroup.limit(LIMIT)
    victim = start("hog", "--hold", 20 * MIB, "--score-adj", 1000, *args)
    pusher = start("hog", "--hold", MIB).go()
    victim.wait()
    return victim, pusher


class TestMemory:
    def test_of_a_victim_that_sat_still(self, tracer, start, cgroup):
        victim, _ = sat_still(start, cgroup)
        wants = {
            "memory.anon_rss_bytes": near(victim.status["RssAnon"]),
            "memory.file_rss_bytes": near(victim.status["RssFile"]),
            "memory.shmem_rss_bytes": near(victim.status["RssShmem"]),
            "memory.swap_bytes": 0,
            "memory.pgtables_bytes": victim.status["VmPTE"],
            "memory.total_vm_bytes": victim.status["VmSize"],
        }
        tracer.expect(tracer.only_kill_of(victim.pid), wants)

    def test_of_a_victim_that_grew(self, tracer, start, cgroup):
        victim = grown(start, cgroup)
        held = victim.status["RssAnon"] + victim.grown_bytes() - victim.held_bytes
        tracer.expect(tracer.only_kill_of(victim.pid), {"memory.anon_rss_bytes": near(held)})


class TestProcess:
    def test_who(self, tracer, start, cgroup):
        victim = grown(start, cgroup)
        wants = {
            "process.pid": victim.pid,
            "process.tid": victim.pid,
            "process.vpid": victim.pid,
            "process.pid_namespaces": [victim.pid],
            "process.parent_pid": os.getpid(),
            "process.title": "hog",
            "process.executable.name": "hog",
            "process.user.id": 0,
            "oom.score_adj": 0,
        }
        tracer.expect(tracer.only_kill_of(victim.pid), wants)

    def test_creation_time_is_that_of_proc_stat(self, tracer, start, cgroup):
        victim = grown(start, cgroup)
        created = boot_ns(tracer.only_kill_of(victim.pid)["process"]["creation"]["time"])
        assert abs(created * kernel.TICKS // 10**9 - victim.start_ticks) <= 1

    def test_time_is_that_of_the_kill(self, tracer, start, cgroup):
        cgroup.limit(LIMIT)
        victim = start("hog", "--hold", 12 * MIB)
        before = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        victim.go().wait()
        after = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        slack = 10**9 // kernel.TICKS
        assert before - slack <= boot_ns(tracer.only_kill_of(victim.pid)["time"]) <= after + slack

    @pytest.mark.parametrize("namespace", [(), ("--newns", "user")], ids=["", "user namespace"])
    def test_user_as_the_host_knows_it(self, tracer, start, cgroup, namespace):
        victim = grown(start, cgroup, "--uid", 4321, *namespace)
        tracer.expect(tracer.only_kill_of(victim.pid), {"process.user.id": 4321})

    @pytest.mark.parametrize("depth", [1, 3])
    def test_pid_in_namespaces_of_its_own(self, tracer, start, cgroup, depth):
        victim = grown(start, cgroup, "--newns", "pid", "--depth", depth)
        pids = victim.status["NStgid"]
        assert len(pids) == depth + 1 and pids[0] == victim.pid and pids[-1] == 1
        wants = {"process.pid": victim.pid, "process.pid_namespaces": pids, "process.vpid": 1}
        tracer.expect(tracer.only_kill_of(victim.pid), wants)


class TestTrigger:
    def test_itself(self, tracer, start, cgroup):
        victim = grown(start, cgroup)
        oom = tracer.only_kill_of(victim.pid)["oom"]
        assert oom["trigger"] == {"pid": victim.pid, "tid": victim.pid, "title": "hog"}

    def test_a_thread_of_the_victim(self, tracer, start, cgroup):
        victim = grown(start, cgroup, "--grow-in-thread")
        assert victim.tid != victim.pid
        trigger = tracer.only_kill_of(victim.pid)["oom"]["trigger"]
        assert (trigger["pid"], trigger["tid"]) == (victim.pid, victim.tid)

    def test_another_process(self, tracer, start, cgroup):
        victim, pusher = sat_still(start, cgroup)
        trigger = tracer.only_kill_of(victim.pid)["oom"]["trigger"]
        assert (trigger["pid"], trigger["tid"]) == (pusher.pid, pusher.pid)


class TestCgroup:
    def test_of_the_victim(self, tracer, start, cgroup):
        inode, path = cgroup.id, cgroup.path
        victim = grown(start, cgroup)
        wants = {
            "oom.victim.cgroup_id": inode,
            "oom.victim.path": path,
            "oom.victim.limit_bytes": LIMIT,
            "oom.victim.usage_bytes": near(LIMIT),
            "oom.victim.oom_group": False,
        }
        tracer.expect(tracer.only_kill_of(victim.pid), wants)

    def test_that_was_hit(self, tracer, start, cgroup):
        inode, path = cgroup.id, cgroup.path
        victim = grown(start, cgroup)
        kill = tracer.only_kill_of(victim.pid)
        if not tracer.sees_decision:
            assert set(kill["oom"]["hit"].values()) == {None}
            return
        wants = {
            "oom.hit.cgroup_id": inode,
            "oom.hit.path": path,
            "oom.hit.limit_bytes": LIMIT,
            "oom.hit.usage_bytes": near(LIMIT),
            "oom.hit.oom_group": False,
        }
        tracer.expect(kill, wants)

    def test_is_where_the_kernel_charged_the_kill(self, tracer, start, cgroup):
        victim = grown(start, cgroup)
        assert tracer.only_kill_of(victim.pid)["oom"]["kind"] == "killed"
        assert cgroup.kills() == 1


class TestDecision:
    def test_is_told_where_it_can_be_seen(self, tracer, start, cgroup):
        victim = grown(start, cgroup, "--score-adj", 100)
        kill = tracer.only_kill_of(victim.pid)
        oom = kill["oom"]
        assert oom["id"] >= 1 and oom["kind"] == "killed"
        assert oom["id_inferred"] is not tracer.sees_decision
        if not tracer.sees_decision:
            assert {key: oom[key] for key in DECISION} == dict.fromkeys(DECISION)
            return
        assert oom["chosen"] is True
        assert oom["constraint"] == "memcg"
        assert oom["order"] >= 0
        assert oom["gfp_mask"] > 0
        assert oom["gfp"].startswith("GFP_")
        # oom_badness(): what it holds, and a thousandth of the limit for each point of adj.
        held = victim.status["RssAnon"] + victim.grown_bytes() - victim.held_bytes
        held += victim.status["RssFile"] + victim.status["VmPTE"]
        assert oom["points"] * kernel.PAGE == near(held + LIMIT // 10)

    def test_is_unread_by_name_where_it_can_not(self, tracer, start, cgroup):
        victim = grown(start, cgroup)
        kill = tracer.only_kill_of(victim.pid)
        missing = [f"oom.{key}" for key in (*DECISION, "hit.path") if lookup(kill, f"oom.{key}") is None]
        assert not missing if tracer.sees_decision else missing
        assert not [key for key in missing if not is_unread(kill, key)], kill["unread"]


class TestHooks:
    def test_each_is_named_once(self, tracer):
        names = [hook["name"] for hook in tracer.start["hooks"]]
        assert sorted(names) == sorted(set(names))

    def test_each_is_live_that_the_kernel_allows(self, tracer):
        dead = {hook["name"]: hook["why"] for hook in tracer.start["hooks"] if not hook["live"]}
        assert not set(dead) - kernel.refused_hooks(), dead


class TestStream:
    def test_start_names_kernel_and_machine(self, tracer):
        uname = os.uname()
        assert tracer.start["kernel"]["release"] == uname.release
        assert tracer.start["kernel"]["machine"] == uname.machine
        assert tracer.start["host"]["name"] == uname.nodename
        assert tracer.start["cgroup"]["version"] == kernel.CGROUP_VERSION
        assert tracer.start["oomtrace"]["pid"] == tracer.process.pid
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            assert tracer.start["boot_id"] == file.read().strip()

    def test_start_names_the_lockdown(self, tracer):
        assert tracer.start["lockdown"] == kernel.lockdown()

    def test_baseline_is_the_kernels_count(self):
        before = kernel.vmstat_oom_kill()
        with Tracer() as tracer:
            baseline = tracer.start["baseline"]["vmstat_oom_kill"]
        assert before <= baseline <= kernel.vmstat_oom_kill()

    def test_nothing_killed_nothing_told(self, own_tracer):
        stop = own_tracer.stop()
        told = {record["type"] for record in own_tracer.records}
        assert told == {"start", "stop"} or stop["totals"]["seen"] > 0  # others may die meanwhile

    def test_stop_counts_the_kill(self, own_tracer, start, cgroup):
        victim = grown(start, cgroup)
        own_tracer.only_kill_of(victim.pid)
        stop = own_tracer.stop()
        assert stop["kernel"]["kills"] >= 1
        assert stop["totals"]["written"] >= 1
