"""
Python's multiprocessing, and libraries on top of it: whichever process of the group the kernel takes, the group is known, who
is left, and whether that can still work.
"""

import pytest

import kernel
from incident import check, followed_by
from libraries import SPAWNED, DataLoader, Dask, Loky, TorchSpawn
from service import APPS, PYTHON, Group, Service, run_out
from tracer import Tracer

WORKERS = 3
TRACKER = "multiprocessing.resource_tracker import"
FORKSERVER = "multiprocessing.forkserver import"

pytestmark = pytest.mark.kind("groups: multiprocessing")


def members(service, method):
    service.says("working", WORKERS)
    if method == "fork":
        return Group(service.pid, service.children(WORKERS))
    tracker = service.children(1, like=TRACKER)
    if method == "spawn":
        return Group(service.pid, service.children(WORKERS, like=SPAWNED), tracker)
    server = service.children(1, like=FORKSERVER)
    return Group(service.pid, service.children(WORKERS, of=server[0]), server + tracker)


@pytest.mark.parametrize(
    "method, way, victim, verdict",
    [
        ("fork", "unjoined", "worker", "unreaped"),
        ("fork", "unjoined", "manager", "headless"),
        ("fork", "joined", "worker", "degraded"),
        ("fork", "respawned", "worker", "respawned"),
        ("fork", "pool", "worker", "respawned"),
        ("fork", "pool", "manager", "headless"),
        ("fork", "executor", "worker", "manager_only"),
        ("fork", "executor", "manager", "headless"),
        ("spawn", "joined", "worker", "degraded"),
        ("spawn", "joined", "manager", "headless"),
        ("spawn", "joined", "helper", "helper_lost"),
        ("spawn", "pool", "worker", "respawned"),
        ("forkserver", "joined", "worker", "degraded"),
        ("forkserver", "joined", "manager", "headless"),
        ("forkserver", "unjoined", "helper", "helper_lost"),
    ],
)
def test_kill(watcher, cgroup, method, way, victim, verdict):
    kernel.needs(kernel.IS_FAST, kernel.SLOW_ROW)
    with Service(cgroup, PYTHON, APPS / "processes.py", method, way) as service:
        group = members(service, method)
        pid = group.member(victim)
        run_out(cgroup, pid)
        framework = None if method == "fork" else "multiprocessing"
        reacts = way == "executor" and victim == "worker"
        closed = check(watcher, group, pid, framework, verdict, at_once=reacts)
        if reacts:
            ended = {(other, 15, "manager") for other in group.workers if other != pid}
            assert set(followed_by(closed)) == ended
            service.says("lost: BrokenProcessPool", WORKERS)


@pytest.mark.parametrize(
    "library, victim, verdict",
    [
        (DataLoader, "worker", "group_exit"),
        (DataLoader, "manager", "headless"),
        (TorchSpawn, "worker", "group_exit"),
        (TorchSpawn, "manager", "group_exit"),
        (TorchSpawn, "helper", "helper_lost"),
        (Loky, "worker", "group_exit"),
        (Loky, "manager", "headless"),
        (Loky, "helper", "helper_lost"),
        (Dask, "worker", "respawned"),
        (Dask, "manager", "group_exit"),
        (Dask, "helper", "helper_lost"),
    ],
)
def test_kill_in_a_library(cgroup, library, victim, verdict):
    """Some take seconds to end, or to start another; nothing is to come where there is no manager."""
    kernel.needs(kernel.IS_FAST, kernel.SLOW_ROW)
    with Tracer("--watch", 3 if verdict == "headless" else 30) as tracer:
        with library(cgroup) as running:
            group = running.group
            pid = group.member(victim)
            run_out(cgroup, pid)
            check(tracer, group, pid, library.framework, verdict)
        tracer.stop()
