"""
Whose a kill was on a node of pods: cgroups with the names that runtimes and the kubelet give, and
the names of logs beside them, on real kills. Nothing here needs a container.
"""

import itertools
import uuid

import pytest

from near import MIB
from test_replay import replay, told
from tracer import Tracer

pytestmark = pytest.mark.kind("pods")

LIMIT = 48 * MIB
_serial = itertools.count(1)


class Pod:
    """Its cgroups, below one of the test's own, and its logs, below the root of a node."""

    def __init__(self, cgroup, root, systemd):
        self.uid, self.name = str(uuid.uuid4()), f"ranker-{next(_serial)}"
        self.container = uuid.uuid4().hex + uuid.uuid4().hex
        self.logs = root / "var" / "log"
        if systemd:
            slice = f"kubepods-burstable-pod{self.uid.replace('-', '_')}.slice"
            names = ["kubepods-burstable.slice", slice, f"crio-{self.container}.scope"]
        else:
            names = ["kubepods", "burstable", f"pod{self.uid}", self.container]
        self.runtime = "cri-o" if systemd else None
        for name in names:
            cgroup = cgroup.child(name)
        self.cgroup = cgroup.limit(LIMIT)

    def log(self):
        """As the kubelet lays it out; the link dangles."""
        directory = self.logs / "pods" / f"ml_{self.name}_{self.uid}"
        directory.mkdir()
        self.link.symlink_to(f"/var/log/pods/{directory.name}/server/0.log")

    @property
    def link(self):
        return self.logs / "containers" / f"{self.name}_ml_server-{self.container}.log"

    def delete(self):
        self.link.unlink()
        (self.logs / "pods" / f"ml_{self.name}_{self.uid}").rmdir()

    def identity(self, named=True):
        """What every record about it says."""
        return {
            "container.id": self.container,
            "container.runtime": self.runtime,
            "k8s.pod.uid": self.uid,
            "k8s.qos": "burstable",
            "k8s.pod.name": self.name if named else None,
            "k8s.namespace.name": "ml" if named else None,
            "k8s.container.name": "server" if named else None,
            "k8s.names_from": "logs" if named else None,
        }


@pytest.fixture
def root(tmp_path):
    for name in ("containers", "pods"):
        (tmp_path / "var" / "log" / name).mkdir(parents=True)
    return tmp_path


@pytest.fixture
def kill(start):
    """kill(tracer, cgroup): one kill in there, as records of it: the kill, the incident opened."""

    def run(tracer, cgroup):
        victim = start("hog", "--hold", MIB, within=cgroup).go()
        victim.wait()
        return tracer.kill_of(victim.pid), tracer.opened(victim.pid)

    return run


def trace(root, *args):
    return Tracer("--host-root", root, "--watch", 0, *args)


@pytest.mark.parametrize("systemd", [False, True], ids=["cgroupfs", "systemd"])
def test_a_kill_names_its_pod(cgroup, kill, root, systemd):
    pod = Pod(cgroup, root, systemd)
    pod.log()
    with trace(root) as tracer:
        for record in kill(tracer, pod.cgroup):
            tracer.expect(record, pod.identity())
        tracer.stop()


def test_a_pod_that_came_and_went_has_its_name(cgroup, kill, root):
    with trace(root) as tracer:
        pod = Pod(cgroup, root, systemd=True)
        pod.log()
        pod.delete()
        for record in kill(tracer, pod.cgroup):
            tracer.expect(record, pod.identity())
        tracer.stop()


def test_a_pod_without_logs_is_known_by_its_cgroup(cgroup, kill, root):
    pod = Pod(cgroup, root, systemd=False)
    with trace(root) as tracer:
        for record in kill(tracer, pod.cgroup):
            tracer.expect(record, pod.identity(named=False))
        tracer.stop()


def test_a_replay_has_the_names_too(cgroup, kill, root, tmp_path):
    """Where they came from is not there any more."""
    output, recording = tmp_path / "out.jsonl", tmp_path / "recording.jsonl"
    pod = Pod(cgroup, root, systemd=False)
    pod.log()
    with trace(root, "-o", output, "--record", recording) as tracer:
        kill(tracer, pod.cgroup)
        tracer.stop()
    pod.delete()
    assert replay(recording) == told(output)
    assert told(output).count(pod.name.encode()) == 3


def test_what_is_in_no_container_says_so(cgroup, kill, root):
    cgroup.limit(LIMIT)
    with trace(root) as tracer:
        for record in kill(tracer, cgroup):
            assert record["container"] == {"id": None, "runtime": None, "name": None}
            assert record["k8s"]["pod"] == {"uid": None, "name": None}
            assert record["k8s"]["qos"] is None
        tracer.stop()
