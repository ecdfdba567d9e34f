"""
What real frameworks write of workers that were OOM-killed, killed by hand, and told to end: explain
finds exactly the OOM kill, and none of those that ended otherwise.
"""

import json
import os
import signal
import subprocess

import pytest

import kernel
from deadline import seconds
from libraries import DataLoader
from servers import Celery, Gunicorn, Nginx, Postgres, Uwsgi
from service import APPS, PYTHON, Service, run_out
from tracer import PROGRAM, Tracer

pytestmark = [
    pytest.mark.kind("explain"),
    pytest.mark.skipif(not kernel.IS_FAST, reason=kernel.SLOW_ROW),
]

# What each writes of a worker that a signal has ended.
DEATHS = {
    Gunicorn: r"(?:Worker with pid|Worker \(pid:) ?%d\b.* (?:signal|sent)",
    Celery: r"Process '\S+' pid:%d exited with",
    Uwsgi: r"DAMN ! worker \d+ \(pid: %d\) died",
}


def explain(tmp_path, tracer, service):
    """(pid, answer) of each line of the service's log that explain understands."""
    events, log = tmp_path / "events.jsonl", tmp_path / "app.log"
    events.write_text("".join(json.dumps(record) + "\n" for record in tracer.records))
    log.write_text(service.log)
    argv = [PROGRAM, "explain", log, "--events", events, "--tz", "local", "--json"]
    lines = subprocess.check_output(argv, timeout=seconds(60)).splitlines()
    return [(found["line"]["pid"], found["answer"]) for found in map(json.loads, lines)]


@pytest.mark.parametrize("server", DEATHS)
def test_finds_the_oom_kill_and_no_other(tmp_path, watcher, cgroup, server):
    with server(cgroup) as running:
        by_hand, victim, told = running.group.workers
        run_out(cgroup, victim)
        watcher.closed(victim)
        running.says(DEATHS[server] % victim)
        os.kill(by_hand, signal.SIGKILL)
        running.says(DEATHS[server] % by_hand)
        os.kill(told, signal.SIGTERM)
        found = explain(tmp_path, watcher, running)
    oom_killed = {pid for pid, answer in found if answer == "oom_killed"}
    assert oom_killed - {None} == {victim}, found
    # The tracer is younger than a minute: a kill can have been before it, and explain says so.
    assert {answer for pid, answer in found if pid == by_hand} <= {"killed_otherwise", "no_record"}
    assert by_hand in dict(found), found
    assert told not in oom_killed


@pytest.mark.parametrize(
    "server, line",
    [
        (Nginx, r"worker process %d exited on signal 9"),
        (Postgres, r"process \(PID %d\) was terminated by signal 9"),
        (DataLoader, r"DataLoader worker \(pid %d\) is killed by signal"),
    ],
)
def test_finds_the_oom_kill(tmp_path, watcher, cgroup, server, line):
    with server(cgroup) as running:
        victim = running.group.member("worker")
        run_out(cgroup, victim)
        running.says(line % victim)
        watcher.closed(victim)
        found = explain(tmp_path, watcher, running)
    assert {pid for pid, answer in found if answer == "oom_killed"} - {None} == {victim}, found


def test_finds_the_handler_of_a_flow(tmp_path, cgroup):
    """The flow ends the others by SIGKILL, seconds later: not one of those is an OOM kill."""
    argv = ["unshare", "--pid", "--fork", PYTHON, APPS / "flow.py", "0.2"]
    with Tracer("--watch", 6) as tracer, Service(cgroup, *argv) as service:
        service.says("^started")
        manager = service.children(1)[0]
        workers = service.children(5, of=manager, like="flow.py")
        run_out(cgroup, workers[2])
        inside = int(service.says(r"^The process (\d+) for Classify handler is dead$")[0][1])
        service.says("^Flow was stopped$")
        closed = tracer.closed(workers[2])
        others = {signal["pid"] for signal in closed["followed_by"]}
        vpids = [one["process"]["vpid"] for one in closed["survivors"]
                 if one["process"]["pid"] in others]  # fmt: skip
        service.log += "".join(f"The process {pid} for X handler is dead\n" for pid in vpids)
        found = explain(tmp_path, tracer, service)
        tracer.stop()
    assert len(vpids) == 4
    assert found == [(inside, "oom_killed")] + [(pid, "killed_otherwise") for pid in vpids]


@pytest.mark.parametrize(
    "way", [signal.SIGKILL, signal.SIGTERM, pytest.param(signal.SIGINT, id="exit status 1")]
)
def test_a_flow_that_was_not_oom_killed(tmp_path, watcher, cgroup, way):
    """The same line in the log, and not a word in it of how the process ended."""
    with Service(cgroup, PYTHON, APPS / "flow.py", "0.2") as service:
        service.says("^started")
        worker = service.children(5, like="flow.py")[2]
        os.kill(worker, way)
        service.says(f"^The process {worker} for Classify handler is dead$")
        found = explain(tmp_path, watcher, service)
    assert [pid for pid, _ in found] == [worker]
    assert {answer for _, answer in found} <= {"no_record", "killed_otherwise"}
