"""
Whose a kill was on a node of pods: cgroups with the names that runtimes and the kubelet give, and
the names of logs beside them, on real kills. Nothing here needs a container.
"""

import itertools
import os
import signal
import uuid
from pathlib import Path

import pytest

import kernel
from kernel import NO_OWN_CGROUP
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
        for name in names[:-1]:
            cgroup = cgroup.child(name)
        self.slice, self.cgroup = cgroup, cgroup.child(names[-1]).limit(LIMIT)

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
def die(start):
    """die(cgroup): one kill in there; the victim."""

    def run(cgroup, **kwargs):
        victim = start("hog", "--hold", MIB, within=cgroup, **kwargs).go()
        victim.wait()
        return victim

    return run


@pytest.fixture
def kill(die):
    """kill(tracer, cgroup): the records of one: the kill, the incident opened."""

    def run(tracer, cgroup, **kwargs):
        victim = die(cgroup, **kwargs)
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


def test_a_pod_without_logs_may_be_known_by_its_hostname(cgroup, kill, root):
    """Read in the kernel: it is gone with the last process that has it."""
    pod = Pod(cgroup, root, systemd=False)
    with trace(root) as tracer:
        wants = pod.identity(named=False)
        wants |= {"k8s.pod.name": pod.name, "k8s.names_from": "hostname"}
        for record in kill(tracer, pod.cgroup, hostname=pod.name):
            tracer.expect(record, wants | {"container.hostname": pod.name})
        tracer.stop()


def test_what_is_in_no_container_says_so(cgroup, kill, root):
    cgroup.limit(LIMIT)
    with trace(root) as tracer:
        for record in kill(tracer, cgroup):
            assert record["container"] == {key: None for key in ("id", "runtime", "name", "hostname")}
            assert record["k8s"]["pod"] == {"uid": None, "name": None}
            assert record["k8s"]["qos"] is None
        tracer.stop()


# ---- beside the victim, in its pod ----

# As a runtime does it: namespaces, and of the cgroups nothing but its own.
MOUNT = 'umount -l "$3" && mount -t "$1" -o "$2" none "$3" && shift 3 && exec "$@"'
SIDECAR = [
    *("unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--cgroup"),
    *("sh", "-c", MOUNT, "sh"),
    *(("cgroup2", "rw") if kernel.CGROUP_VERSION == 2 else ("cgroup", "memory")),
    str(kernel.CGROUP_MOUNT),
]


@pytest.fixture
def sidecar(cgroup, root):
    """sidecar(**env) -> a running oomtrace; beside it a pod that it is in, and another one."""
    pod, other = Pod(cgroup.child("a"), root, systemd=True), Pod(cgroup.child("b"), root, systemd=True)
    place = pod.slice.child(f"crio-{uuid.uuid4().hex * 2}.scope")

    def start_sidecar(*args, under=SIDECAR, **env):
        return Tracer("--watch", 0, *args, under=under, within=place, env=env)

    return pod, other, start_sidecar


def stop(tracer):
    """It is PID 1 of its namespace, the child of unshare."""
    children = Path(f"/proc/{tracer.process.pid}/task/{tracer.process.pid}/children")
    os.kill(int(children.read_text()), signal.SIGTERM)
    return tracer.stopped()


@pytest.mark.kind("pods: sidecar")
def test_a_sidecar_tells_of_its_pod_alone(sidecar, die, kill):
    pod, other, start_sidecar = sidecar
    env = {"POD_NAME": "ranker-0", "POD_NAMESPACE": "ml", "POD_UID": pod.uid, "NODE_NAME": "gpu-7"}
    names = {"k8s.pod.uid": pod.uid, "k8s.pod.name": "ranker-0", "k8s.namespace.name": "ml"}
    with start_sidecar(**env) as tracer:
        kernel.needs(tracer.hook("own_cgroup"), NO_OWN_CGROUP)
        scope = tracer.start["scope"]
        assert (scope["kind"], scope["path"]) == ("pod", pod.slice.path)
        assert scope["cgroup_id"] == pod.slice.id and len(scope["unseen"]) == 3
        tracer.expect({**tracer.start, "unread": {}}, names)
        elsewhere = die(other.cgroup)
        killed, opened = kill(tracer, pod.cgroup)
        for record in killed, opened:
            tracer.expect(record, names | {"container.id": pod.container, "host.name": "gpu-7"})
            tracer.expect(record, {"oom.victim.path": pod.cgroup.path})
        assert opened["group"] is None and opened["unread"] == {"group": "EXDEV"}
        assert not tracer.kills_of([elsewhere.pid])
        stopped = stop(tracer)
        assert stopped["totals"]["seen"] == 1 and stopped["kernel"]["vmstat_oom_kill"] is None


@pytest.mark.kind("pods: sidecar")
def test_a_sidecar_can_be_told_to_tell_of_all(sidecar, kill):
    _, other, start_sidecar = sidecar
    with start_sidecar("--scope", "node") as tracer:
        assert tracer.start["scope"]["kind"] == "node" and len(tracer.start["scope"]["unseen"]) == 1
        kill(tracer, other.cgroup)
        stop(tracer)


@pytest.mark.kind("pods: sidecar")
def test_the_pod_can_be_asked_for_on_the_node(sidecar, die, kill):
    pod, other, start_sidecar = sidecar
    with start_sidecar("--scope", "pod", under=()) as tracer:
        kernel.needs(tracer.hook("own_cgroup"), NO_OWN_CGROUP)
        assert tracer.start["scope"]["path"] == pod.slice.path
        elsewhere = die(other.cgroup)
        killed, opened = kill(tracer, pod.cgroup)
        assert opened["group"]["members"] == 1
        assert not tracer.kills_of([elsewhere.pid])
        tracer.stop()
