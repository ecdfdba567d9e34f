"""
Servers as Debian has them, with a real kill of a worker, of the manager, and of a helper where
there is one: the group, who is left, and what the framework makes of it in earnest.
"""

import socket

import pytest

import kernel
from incident import check, fates, followed_by, survivors
from servers import (
    Celery,
    Gunicorn,
    GunicornLoaders,
    GunicornUntitled,
    Nginx,
    Postgres,
    Uvicorn,
    Uwsgi,
)
from service import ROOM, run_out

pytestmark = [
    pytest.mark.kind("groups: servers"),
    pytest.mark.skipif(not kernel.IS_FAST, reason=kernel.SLOW_ROW),
]


@pytest.mark.parametrize(
    "server, victim, verdict",
    [
        (Gunicorn, "worker", "respawned"),
        (Gunicorn, "manager", "group_exit"),
        (GunicornUntitled, "worker", "respawned"),
        (GunicornUntitled, "manager", "group_exit"),
        (Uvicorn, "worker", "unreaped"),
        (Uvicorn, "manager", "headless"),
        (Uvicorn, "helper", "helper_lost"),
        (Celery, "worker", "respawned"),
        (Uwsgi, "worker", "respawned"),
        (Uwsgi, "manager", "group_exit"),
        (Nginx, "worker", "respawned"),
        (Nginx, "manager", "headless"),
        (Postgres, "worker", "group_restart"),
        (Postgres, "manager", "group_exit"),
    ],
)
def test_kill(watcher, cgroup, server, victim, verdict):
    with server(cgroup) as running:
        group = running.group
        pid = group.member(victim)
        run_out(cgroup, pid)
        check(watcher, group, pid, server.framework, verdict)


def test_request_that_takes_all(watcher, cgroup):
    """The worker that has the request is the one that grows, asks and dies."""
    with Gunicorn(cgroup) as running:
        cgroup.limit((cgroup.usage() + ROOM) & -4096)
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(f"{running.place}/socket")
            client.sendall(b"GET /grow HTTP/1.0\r\n\r\n")
            assert client.recv(1) == b""
        kill = watcher.wait(is_kill_in(cgroup), "kill in the cgroup")
        victim = kill["process"]["pid"]
        assert kill["oom"]["trigger"]["pid"] == victim
        closed = check(watcher, running.group, victim, "gunicorn", "respawned")
        assert closed["replacements"] == 1
        new = set(running.children(3)) - set(running.group.workers)
        assert len(new) == 1 and not new & survivors(closed).keys()


def is_kill_in(cgroup):
    return lambda r: r["type"] == "oom_kill" and r["oom"]["victim"]["path"] == cgroup.path


def test_main_process_of_celery_takes_all_with_it(watcher, cgroup):
    """Its workers have asked the kernel for a SIGKILL at its death: no second OOM kill."""
    with Celery(cgroup) as running:
        manager, workers = running.group.manager, running.group.workers
        run_out(cgroup, manager)
        closed = watcher.closed(manager)
        assert closed["group"]["framework"] == "Celery" and closed["group"]["role"] == "manager"
        # Some, or even all, are gone before anybody can look.
        assert closed["verdict"] in ("group_exit", "whole_group") and closed["consistent"]
        assert "alive" not in fates(closed).values()
        assert set(followed_by(closed)) == {(pid, 9, "parent_death") for pid in workers}
        watcher.only_kill_of(manager)
        assert not watcher.kills_of(workers)


@pytest.fixture
def nested(cgroup):
    with GunicornLoaders(cgroup) as running:
        yield running


def test_worker_of_a_worker(watcher, nested, cgroup):
    """The nearest group is its worker and what that forked, the top one is the service."""
    worker = nested.group.workers[1]
    loaders = nested.children(2, of=worker)
    run_out(cgroup, loaders[0])
    opened, closed = watcher.opened(loaders[0]), watcher.closed(loaders[0])
    assert opened["group"]["members"] == 1 + 3 + 6
    assert (opened["group"]["manager_pid"], opened["group"]["top_pid"]) == (worker, nested.pid)
    assert opened["group"]["role"] == "sub-worker"
    assert (opened["group"]["index"], opened["group"]["of"]) == (1, 2)
    roles = survivors(opened)
    assert [pid for pid in roles if roles[pid] == "worker"] == nested.group.workers
    assert [pid for pid in roles if roles[pid] == "manager"] == [nested.pid]
    near = {one["process"]["pid"] for one in opened["survivors"] if one["nearest"]}
    assert near == {worker, loaders[1]}
    assert closed["verdict"] == "unreaped"


def test_worker_that_has_workers(watcher, nested, cgroup):
    worker = nested.group.workers[1]
    loaders = nested.children(2, of=worker)
    run_out(cgroup, worker)
    opened, closed = watcher.opened(worker), watcher.closed(worker)
    assert (opened["group"]["manager_pid"], opened["group"]["role"]) == (nested.pid, "worker")
    assert (opened["group"]["index"], opened["group"]["of"]) == (2, 3)
    assert closed["verdict"] == "respawned"
    # Its own may be gone with it before anybody can look.
    assert "alive" not in {fates(closed).get(pid) for pid in loaders}


def test_client_of_postgres(watcher, cgroup):
    """Nothing takes the backend's place before its client is back: still, all is started anew."""
    with Postgres(cgroup) as running:
        with running.client("SELECT pg_sleep(1000)"):
            backend = running.children(1, like="SELECT")[0]
            run_out(cgroup, backend)
            closed = watcher.closed(backend)
        assert closed["verdict"] == "group_restart"
        assert set(followed_by(closed)) == {(pid, 3, "manager") for pid in running.group.workers}
        running.says(r"server process \(PID %d\) was terminated by signal 9: Killed" % backend)
