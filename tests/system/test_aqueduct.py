"""
The failure that oomtrace was made for: one of five workers of a flow is killed, the flow notices,
waits for each of the others in turn, kills them, and stays up without any.
"""


import pytest

from incident import fates, followed_by, survivors
from service import APPS, PYTHON, Service, run_out
from tracer import Tracer

WORKERS = 5
JOIN_SECONDS = 0.2


@pytest.fixture
def tracer():
    with Tracer("--watch", 6, "--profile", APPS / "aqueduct.json") as running:
        yield running
        running.stop()


@pytest.mark.kind("groups: a flow of steps")
def test_flow(tracer, cgroup):
    argv = ["unshare", "--pid", "--fork", PYTHON, APPS / "flow.py", JOIN_SECONDS]
    with Service(cgroup, *argv) as service:
        service.says("^started")
        manager = service.children(1)[0]
        helper = service.children(1, of=manager, like="resource_tracker")[0]
        workers = service.children(WORKERS, of=manager, like="flow.py")
        victim, rest = workers[2], workers[:2] + workers[3:]
        run_out(cgroup, victim)
        check_open(tracer.opened(victim), manager, helper, rest)
        dead = service.says(r"^The process (\d+) for Classify handler is dead$")[0]
        service.says("^Flow was stopped$")
        closed = tracer.closed(victim)

    assert closed["victims"][0]["process"]["vpid"] == int(dead[1])
    assert closed["verdict"] == "manager_only" and not closed["consistent"]
    assert fates(closed) == {manager: "alive", helper: "alive", **dict.fromkeys(rest, "gone")}
    # The OOM killer's own signal is not among them.
    assert sorted(followed_by(closed)) == sorted((pid, 9, "manager") for pid in rest)
    assert {signal["sender"]["pid"] for signal in closed["followed_by"]} == {manager}


def check_open(opened, manager, helper, rest):
    assert opened["victims_total"] == 1
    group = opened["group"]
    assert (group["framework"], group["manager_pid"]) == ("flow", manager)
    assert (group["role"], group["index"], group["of"]) == ("worker", 3, WORKERS)
    workers = dict.fromkeys(rest, "worker")
    assert len(workers) == 4
    assert survivors(opened) == {manager: "manager", helper: "helper", **workers}
    assert set(fates(opened).values()) == {"alive"}
    assert opened["verdict"] is None
