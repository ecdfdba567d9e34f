"""What becomes of a victim after the kill: oom_exit records."""

import contextlib
from pathlib import Path

import pytest

import kernel
from deadline import until
from near import MIB, boot_ns, near
from victim import status

pytestmark = pytest.mark.kind("exit")

LIMIT = 32 * MIB
HOLD = 12 * MIB


@pytest.fixture(autouse=True)
def _needs_the_hook(tracer):
    kernel.needs(tracer.hook("sched_process_exit"), kernel.NO_EXIT_HOOK)


def reaper_sleeps():
    """The kernel thread has nothing (more) to do."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            text = stat.read_text(errors="replace")
            if "(oom_reaper) " in text:
                return text.split(") ")[1][0] == "S"
    return False


def held_when_killed(kill):
    memory = kill["memory"]
    kinds = ("anon_rss_bytes", "file_rss_bytes", "shmem_rss_bytes", "swap_bytes")
    return sum(memory[key] for key in kinds)


def test_follows_the_kill(tracer, start, cgroup):
    cgroup.limit(LIMIT)
    victim = start("hog", "--hold", HOLD).go()
    victim.wait()
    kill = tracer.kill_of(victim.pid)
    end = tracer.exit_of(kill)
    assert end["process"]["pid"] == victim.pid
    assert end["process"]["creation"] == kill["process"]["creation"]
    assert end["oom"]["id"] == kill["oom"]["id"]
    assert end["log"]["record"]["uid"] == kill["log"]["record"]["uid"] + "-exit"
    after_ns = boot_ns(end["time"]) - boot_ns(kill["time"])
    assert 0 < end["exit"]["after_ns"] == pytest.approx(after_ns, abs=10**7)


def test_memory_given_back(tracer, start, cgroup):
    cgroup.limit(LIMIT)
    victim = start("hog", "--hold", HOLD).go()
    victim.wait()
    kill = tracer.kill_of(victim.pid)
    exit_ = tracer.exit_of(kill)["exit"]
    held = victim.status["RssAnon"] + victim.grown_bytes() - HOLD + victim.status["RssFile"]
    # Before 6.16 the process has let go of its memory by the time that its exit is seen.
    assert exit_["held_bytes"] is None or exit_["held_bytes"] == near(held)
    if held_when_killed_is_known(kill):
        assert exit_["freed_bytes"] == near(held)


def held_when_killed_is_known(kill):
    return kill["memory"]["anon_rss_bytes"] is not None


def test_of_a_quick_end_the_reaper_knows_nothing(tracer, start, cgroup):
    cgroup.limit(LIMIT)
    victim = start("hog", "--hold", HOLD).go()
    victim.wait()
    exit_ = tracer.exit_of(tracer.kill_of(victim.pid))["exit"]
    nothing = dict.fromkeys(("woken_after_ns", "started_after_ns", "finished_after_ns"))
    assert exit_["reaper"] == {**nothing, "skipped": False}


def test_threads_end_with_one_record(tracer, start, cgroup):
    """The last thread's end is the process's."""
    cgroup.limit(LIMIT)
    victim = start("hog", "--hold", HOLD, "--threads", 100).go()
    victim.wait()
    kill = tracer.kill_of(victim.pid)
    tracer.exit_of(kill)
    exits = [r for r in tracer.records if r["type"] == "oom_exit" and r["seq"] == kill["seq"]]
    assert len(exits) == 1


def test_leader_that_exited_before(tracer, start, cgroup):
    """Its exit, long before the kill, is not the end of the process."""
    cgroup.limit(LIMIT)
    victim = start("hog", "--hold", HOLD, "--leader-exits").go()
    victim.wait()
    end = tracer.exit_of(tracer.kill_of(victim.pid))
    assert end["process"]["pid"] == victim.pid


def test_of_processes_that_share_memory(tracer, start, cgroup):
    cgroup.limit(LIMIT)
    sharer = start("sharer", HOLD, 2).go()
    sharer.wait()
    for pid in (sharer.pid, *sharer.ready["children"]):
        assert tracer.exit_of(tracer.kill_of(pid))["process"]["pid"] == pid


def test_victims_that_sat_still(tracer, start, cgroup):
    """They end on another CPU, some before the kernel is done with marking them."""
    cgroup.limit(72 * MIB)
    manager = start("group", MIB, 60, 1000).go(b"0")
    manager.line(lambda line: line.get("died") == manager.ready["workers"][0])
    dead = [line["died"] for line in manager.lines if "died" in line]
    assert len(dead) > 50
    for pid in dead:
        assert tracer.exit_of(tracer.kill_of(pid))["process"]["pid"] == pid


@pytest.mark.kind("reaper")
def test_reaper_takes_the_memory_of_one_that_can_not_end(tracer, start, cgroup):
    """Its parent traces it and stops it on its way out; the reaper comes after two seconds."""
    cgroup.limit(LIMIT)
    victim = start("traced", HOLD).go()
    victim.line(lambda line: line.get("stopped") == victim.pid)
    kill = tracer.kill_of(victim.pid)
    until(lambda: status(victim.pid)["RssAnon"] < MIB, "the reaper")
    until(reaper_sleeps, "the reaper to be done")
    assert not [r for r in tracer.records if r["type"] == "oom_exit" and r["seq"] == kill["seq"]]
    victim.go()
    victim.wait()
    exit_ = tracer.exit_of(kill)["exit"]
    reaper = exit_["reaper"]
    if not tracer.hook("start_task_reaping"):
        assert set(reaper.values()) == {None, False}
        return
    order = [reaper[f"{what}_after_ns"] for what in ("woken", "started", "finished")]
    assert order == sorted(order) and order[-1] < exit_["after_ns"]
    assert reaper["skipped"] is False
    assert exit_["held_bytes"] is None or exit_["held_bytes"] < 2 * MIB
    if held_when_killed_is_known(kill):
        assert exit_["freed_bytes"] == near(held_when_killed(kill))
