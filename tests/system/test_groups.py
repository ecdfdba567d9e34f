"""Which processes are a group, wherever they run and whenever oomtrace came."""

import os
import signal

import pytest

import kernel
from incident import check, followed_by, survivors
from near import MIB
from service import APPS, PYTHON, Group, Service, run_out
from tracer import Tracer

WORKERS = 3
GROUP = [PYTHON, APPS / "processes.py", "fork", "unjoined"]

pytestmark = pytest.mark.kind("groups: structure")


def group_of(service, manager=None):
    manager = manager or service.pid
    return Group(manager, service.children(WORKERS, of=manager, like="processes.py"))


@pytest.mark.parametrize("victim, verdict", [("worker", "unreaped"), ("manager", "headless")])
def test_two_groups_stay_apart(watcher, cgroup, victim, verdict):
    """In one cgroup, of one program, by one user, in one session."""
    with Service(cgroup, *GROUP) as service, Service(cgroup, *GROUP) as other:
        group, others = group_of(service), group_of(other)
        pid = group.member(victim)
        run_out(cgroup, pid)
        closed = check(watcher, group, pid, None, verdict)
        assert not survivors(closed).keys() & others.roles().keys()


def test_single(watcher, start, cgroup):
    victim = start("hog", "--hold", 16 * MIB)
    run_out(cgroup, victim.pid)
    victim.wait()
    closed = watcher.closed(victim.pid)
    assert closed["group"]["role"] == "single" and closed["survivors"] == []
    assert closed["verdict"] == "single" and closed["consistent"]


def test_orphans_under_a_subreaper(watcher, cgroup):
    """Their parent is another than the one that forked them: they still belong to that one."""
    with Service(cgroup, PYTHON, APPS / "subreaper.py", *GROUP) as service:
        group = group_of(service, service.children(1, like="processes.py")[0])
        run_out(cgroup, group.manager)
        check(watcher, group, group.manager, None, "headless")
        assert service.children(WORKERS) == group.workers


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_tracer_is_late(cgroup, method):
    """What it did not see being started it knows all the same."""
    with Service(cgroup, PYTHON, APPS / "processes.py", method, "joined") as service:
        service.says("working", WORKERS)
        with Tracer("--watch", 2) as tracer:
            if method == "fork":
                group = group_of(service)
            else:
                workers = service.children(WORKERS, like="spawn_main")
                group = Group(service.pid, workers, service.children(1, like="resource_tracker"))
            run_out(cgroup, group.workers[1])
            framework = None if method == "fork" else "multiprocessing"
            check(tracer, group, group.workers[1], framework, "degraded")
            tracer.stop()


def test_a_manager_faster_than_the_watch(own_tracer, start, cgroup):
    """
    Nobody has had the group watched when it is signalled. Who is stopped keeps the signal, and is
    there to be seen.
    """
    manager = start("group", 6 * MIB, WORKERS)
    victim, other = manager.ready["workers"][:2]
    os.kill(other, signal.SIGSTOP)
    own_tracer.process.send_signal(signal.SIGSTOP)
    cgroup.limit(32 * MIB)
    manager.go(b"0").line(lambda line: line.get("died") == victim)
    os.kill(other, signal.SIGTERM)
    own_tracer.process.send_signal(signal.SIGCONT)
    opened = own_tracer.opened(victim)
    assert followed_by(opened) == [(other, signal.SIGTERM, "other")]
    assert opened["followed_by"][0]["sender"]["pid"] == os.getpid()


@pytest.mark.kind("groups: memory.oom.group")
@pytest.mark.skipif(kernel.CGROUP_VERSION != 2, reason=kernel.NO_OOM_GROUP)
def test_whole_group(watcher, cgroup):
    cgroup.oom_group()
    with Service(cgroup, *GROUP) as service:
        group = group_of(service)
        run_out(cgroup, group.workers[1])
        closed = watcher.closed(group.workers[1])
    assert closed["expected"] == "whole_cgroup"
    assert closed["verdict"] == "whole_group" and closed["consistent"]
    roles = {v["process"]["pid"]: v["role"] for v in closed["victims"] if v["role"]}
    assert roles == group.roles()
    assert closed["survivors"] == []
