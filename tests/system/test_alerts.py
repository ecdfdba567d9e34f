"""
A real OOM kill on its way to a person: oomtrace's metrics, node-exporter's textfile collector, a
Prometheus with the rules, an Alertmanager and its message. And then the end of oomtrace.
"""

import os

import pytest

from daemon import Daemon, of_type, records_of
from deadline import until
from fleet import Fleet
from metrics import Metrics
from service import APPS, PYTHON, Service, run_out

pytestmark = pytest.mark.kind("alerts")

# Python's multiprocessing, of whose workers nobody looks after.
SERVICE = [PYTHON, APPS / "processes.py", "fork", "unjoined"]
WORKERS = 3
HEARTBEAT = "oomtrace_heartbeat_timestamp_seconds"


@pytest.fixture(scope="module")
def metrics(tmp_path_factory):
    return Metrics(tmp_path_factory.mktemp("textfiles") / "oomtrace.prom")


@pytest.fixture(scope="module")
def daemon(tmp_path_factory, metrics):
    options = ["--no-pin", "--watch", 1, "--audit", 1, "--metrics", metrics.path]
    with Daemon(tmp_path_factory.mktemp("records") / "o", *options) as running:
        until(lambda: metrics.sum("oomtrace_running"), "the first text")
        yield running


@pytest.fixture(scope="module")
def fleet(tmp_path_factory, metrics, daemon):
    """For all tests: it is seconds until a Prometheus knows its Alertmanager."""
    with Fleet(tmp_path_factory.mktemp("fleet"), metrics.path.parent) as running:
        yield running


def broken(file):
    """The first incident in FILE after which its group can't work."""
    incidents = of_type(records_of(file), "oom_incident")
    return next((one for one in incidents if one["consistent"] is False), None)


def age(path, seconds):
    """The text as it is when nobody has written it for that long."""
    lines = path.read_text().splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.startswith(HEARTBEAT + " "):
            lines[number] = f"{HEARTBEAT} {float(line.split()[1]) - seconds}\n"
    aged = path.with_suffix(".aged")
    aged.write_text("".join(lines))
    os.rename(aged, path)


def test_kill_reaches_a_person(fleet, daemon, cgroup):
    """The verdict as critical, with the labels of the place; the kill itself is inhibited by it."""
    place = {"instance": fleet.node, "job": "node", "container": cgroup.directory.name}
    with Service(cgroup, *SERVICE) as service:
        service.says("working", WORKERS)
        run_out(cgroup, service.children(WORKERS)[0])
        incident = until(lambda: broken(daemon.file), "the verdict")
        alert = fleet.alert("OomGroupInconsistent", **place)
    assert alert["labels"] == {
        "alertname": "OomGroupInconsistent",
        "severity": "critical",
        "verdict": incident["verdict"],
        "consistent": "false",
        **place,
    }
    kill = fleet.inhibited(alert, "OomKill", **place)
    assert kill["labels"] == {"alertname": "OomKill", "severity": "warning", **place}
    until(lambda: {"OomGroupInconsistent"} in fleet.told(**place), "the message")
    assert not fleet.alerts(alertname="OomtraceStale")
    print(fleet.amtool())


def test_end_of_oomtrace(fleet, daemon, metrics, storm, rows):
    """Killed, it is stale after a while; a kill that nobody records is worse than that."""
    daemon.crash()
    age(metrics.path, 600)
    stale = fleet.alert("OomtraceStale")
    assert stale["labels"] == {
        "alertname": "OomtraceStale",
        "severity": "critical",
        "instance": fleet.node,
        "job": "node",
    }
    storm(1, rows())
    unrecorded = fleet.alert("OomKillUnrecorded")
    fleet.inhibited(unrecorded, "OomtraceStale")
    print(fleet.amtool())
