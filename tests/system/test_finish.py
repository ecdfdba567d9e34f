"""
What an OOM kill has left of a group is ended where the operator says so: all of it, nothing else,
and nothing without being told to.
"""

from pathlib import Path

import pytest

import cgroup as cgroups
import kernel
from deadline import until
from service import APPS, PYTHON, Group, Service, run_out
from tracer import Tracer
from victim import start_ticks

WORKERS = 5
# It is done with its workers long before it is ended itself, on a slow machine too.
FLOW = [PYTHON, APPS / "flow.py", 0.05, 0.05]
UNJOINED = [PYTHON, APPS / "processes.py", "fork", "unjoined"]
# A group is watched for the least time after which one may be ended.
WATCH = ["--watch", 5]
# linux/capability.h
KILL = 5

pytestmark = pytest.mark.kind("finish")


def enforce(*globs, how="kill"):
    matches = [word for glob in globs for word in ("--finish-match", glob)]
    return [*WATCH, "--finish-group", how, *matches, "--finish-enforce"]


def identity(pid):
    """Of a process that lives."""
    return pid, start_ticks(pid)


def lives(identity_of):
    pid, ticks = identity_of
    try:
        return start_ticks(pid) == ticks and Path(f"/proc/{pid}/exe").exists()
    except (FileNotFoundError, ProcessLookupError):
        return False


def all_gone(identities):
    until(lambda: not any(map(lives, identities)), "all of the group to be gone", 10)


def states(record):
    """pid -> state"""
    return {one["process"]["pid"]: one["state"] for one in record["processes"]}


def flow_of(service):
    """The flow: its group, when it is whole."""
    service.says("^started")
    manager = service.pid
    if service.argv[0] == "unshare":
        manager = service.children(1)[0]
    helpers = service.children(1, of=manager, like="resource_tracker")
    return Group(manager, service.children(WORKERS, of=manager, like="flow.py"), helpers)


def lose_worker(cgroup, service):
    """What is left of the flow, which has lost one worker, and ended the others: its identities."""
    group = flow_of(service)
    left = [identity(pid) for pid in (group.manager, *group.helpers)]
    run_out(cgroup, group.workers[2])
    service.says("^Flow was stopped$")
    return group.workers[2], left


def test_no_survivor(cgroup):
    """Where the kernel can, the cgroup is ended as a whole: there is nobody else in it."""
    with Tracer(*enforce(cgroup.path)) as tracer, Service(cgroup, *FLOW) as service:
        victim, left = lose_worker(cgroup, service)
        closed = tracer.closed(victim)
        sent, ended = tracer.finish(closed, "signalled"), tracer.finish(closed, "ended")
        all_gone(left)
        tracer.stop()
    assert (sent["signal"], sent["match"], sent["refused"]) == (9, cgroup.path, None)
    assert sent["by"] == ("cgroup.kill" if kernel.CGROUP_VERSION == 2 else "pidfd")
    assert (sent["verdict"], sent["scope"]["path"]) == ("manager_only", cgroup.path)
    assert states(sent) == dict.fromkeys([pid for pid, _ in left], "signalled")
    assert ended["processes"] == [] and not cgroup.pids()
    assert [r["state"] for r in tracer.finishes(closed)] == ["signalled", "ended"]


def test_dry_run(cgroup):
    """It says who would be signalled, and signals nobody."""
    dry = [*WATCH, "--finish-group", "kill"]
    with Tracer(*dry) as tracer, Service(cgroup, *FLOW) as service:
        victim, left = lose_worker(cgroup, service)
        closed = tracer.closed(victim)
        would = tracer.finish(closed, "dry_run")
        tracer.stop()
        assert all(map(lives, left))
    assert (would["signal"], would["by"], would["match"]) == (9, None, None)
    assert states(would) == dict.fromkeys([pid for pid, _ in left], "alive")
    assert tracer.finishes(closed) == [would]


@pytest.mark.parametrize("under, signals", [([], [15]), (["unshare", "--pid", "--fork"], [15, 9])])
def test_grace(cgroup, under, signals):
    """The first process of a pid namespace, a container's, does not hear SIGTERM by default."""
    rules = [*enforce(cgroup.path, how="term"), "--finish-grace", 1]
    with Tracer(*rules) as tracer, Service(cgroup, *under, *FLOW) as service:
        victim, left = lose_worker(cgroup, service)
        closed = tracer.closed(victim)
        tracer.finish(closed, "ended")
        all_gone(left)
        tracer.stop()
    sent = [r for r in tracer.finishes(closed) if r["state"] == "signalled"]
    assert [r["signal"] for r in sent] == signals
    assert {r["by"] for r in sent} == {"pidfd"}


def test_only_what_matches(cgroup):
    with cgroups.create() as other, Tracer(*enforce(cgroup.path)) as tracer:
        with Service(cgroup, *FLOW) as service, Service(other, *FLOW) as spared:
            victim, left = lose_worker(cgroup, service)
            other_victim, others = lose_worker(other, spared)
            tracer.finish(tracer.closed(victim), "ended")
            other_closed = tracer.closed(other_victim)
            tracer.stop()
            all_gone(left)
            assert all(map(lives, others))
    assert other_closed["verdict"] == "manager_only"
    assert tracer.finishes(other_closed) == []


def test_only_the_group(cgroup):
    """Neither its neighbour in the cgroup nor oomtrace, which is in there as well."""
    with Service(cgroup, *UNJOINED) as service, Service(cgroup, *UNJOINED) as other:
        group, others = (
            [s.pid, *s.children(3, like="processes.py")] for s in (service, other)
        )
        group, others = list(map(identity, group)), list(map(identity, others))
        with Tracer(*enforce("/*"), within=cgroup) as tracer:
            victim = group.pop(2)[0]
            run_out(cgroup, victim)
            closed = tracer.closed(victim)
            sent = tracer.finish(closed, "signalled")
            tracer.finish(closed, "ended")
            all_gone(group)
            assert all(map(lives, others))
            tracer.stop()
    assert closed["verdict"] == "unreaped"
    assert sent["by"] == "pidfd"
    assert states(sent) == dict.fromkeys([pid for pid, _ in group], "signalled")


@pytest.mark.kind("finish: oom_score_adj -1000")
def test_protected(cgroup):
    """All or none: where one must be spared, as memory.oom.group would, the others are."""
    kernel.needs(kernel.can_lower_score(), kernel.NO_RESOURCE_CAPABILITY)
    with Tracer(*enforce("/*")) as tracer, Service(cgroup, *FLOW) as service:
        Path(f"/proc/{service.pid}/oom_score_adj").write_text("-1000")
        victim, left = lose_worker(cgroup, service)
        closed = tracer.closed(victim)
        refused = tracer.finish(closed, "refused")
        tracer.stop()
        assert all(map(lives, left))
    assert (refused["refused"], refused["signal"]) == ("member", None)
    assert states(refused)[service.pid] == "protected"


def test_told_before_it_is_done(cgroup):
    """Stopped meanwhile it ends nobody any more, and says that it does not."""
    rules = [*enforce(cgroup.path, how="term"), "--finish-grace", 3600]
    with Tracer(*rules) as tracer:
        with Service(cgroup, "unshare", "--pid", "--fork", *FLOW) as service:
            victim, left = lose_worker(cgroup, service)
            closed = tracer.closed(victim)
            tracer.finish(closed, "signalled")
            tracer.stop()
            assert lives(left[0])
    assert [r["state"] for r in tracer.finishes(closed)] == ["signalled", "stopped"]
    assert left[0][0] in states(tracer.finishes(closed)[-1])


@pytest.mark.parametrize("rules, kept", [([], False), (["--finish-group", "term"], True)])
def test_capability(rules, kept):
    """To signal other users' processes, and only with the option."""
    with Tracer(*rules) as tracer:
        capabilities = int(tracer.status()["CapPrm"], 16)
        tracer.stop()
    assert bool(capabilities >> KILL & 1) == kept
