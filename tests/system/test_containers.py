"""
Real containers, in the cgroups that the kubelet would have given them: which container and pod a
victim was in, what its group came to, and all of that when the container is gone with it.
"""

import shutil
import tempfile
import typing
import uuid
from pathlib import Path

import pytest

import kernel
from containerd import Containerd, new_id
from incident import check, summary, survivors
from service import APPS, PYTHON, Group, run_out
from tracer import Tracer
from victim import status

WORKERS = 3
SERVICE = [PYTHON, APPS / "processes.py", "fork", "unjoined"]
# As the kubelet and containerd name them, with each of the two cgroup drivers.
FORMS = {
    "systemd": (
        "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{uid_}.slice/"
        "cri-containerd-{id}.scope",
        {"runtime": "containerd", "qos": "burstable"},
    ),
    "cgroupfs": ("kubepods/pod{uid}/{id}", {"runtime": None, "qos": "guaranteed"}),
}

pytestmark = pytest.mark.kind("containers")


class Pod(typing.NamedTuple):
    """What the kubelet knows of a container of a pod, and writes below ROOT."""

    root: Path
    uid: str
    container_id: str
    form: str

    NAMESPACE, NAME, CONTAINER = "ml", "ranker-0", "server"

    @property
    def log_link(self):
        name = f"{self.NAME}_{self.NAMESPACE}_{self.CONTAINER}-{self.container_id}.log"
        return self.root / "var/log/containers" / name

    @property
    def log_directory(self):
        return self.root / "var/log/pods" / f"{self.NAMESPACE}_{self.NAME}_{self.uid}"

    def write_log(self):
        log = self.log_directory / self.CONTAINER / "0.log"
        log.parent.mkdir(parents=True)
        log.touch()
        self.log_link.symlink_to("/" / log.relative_to(self.root))

    def remove_log(self):
        self.log_link.unlink(missing_ok=True)
        shutil.rmtree(self.log_directory, ignore_errors=True)

    def cgroup_path(self, root):
        form = FORMS[self.form][0]
        names = {"uid": self.uid, "uid_": self.uid.replace("-", "_"), "id": self.container_id}
        return f"{root}/{form.format(**names)}"

    def check(self, record):
        """That a record tells of this one."""
        tells = FORMS[self.form][1]
        assert record["container"]["id"] == self.container_id
        assert record["container"]["runtime"] == tells["runtime"]
        assert record["k8s"]["pod"]["uid"] == self.uid
        assert record["k8s"]["qos"] == tells["qos"]
        assert record["k8s"]["namespace"]["name"] == self.NAMESPACE
        assert record["k8s"]["pod"]["name"] == self.NAME
        assert record["k8s"]["container"]["name"] == self.CONTAINER


@pytest.fixture(scope="module")
def containerd():
    place = Path(tempfile.mkdtemp(prefix="oomtrace-", dir="/run"))
    with Containerd(place) as running:
        yield running
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """What of a node's root tells the names of its pods."""
    place = tmp_path_factory.mktemp("root")
    for name in ("containers", "pods"):
        (place / "var/log" / name).mkdir(parents=True)
    return place


@pytest.fixture(scope="module")
def watcher(root):
    with Tracer("--watch", 4, "--host-root", root) as running:
        yield running
        running.stop()


@pytest.fixture(params=FORMS)
def pod(request, watcher, root):
    """One of which the tracer did not know when it started."""
    made = Pod(root, str(uuid.uuid4()), new_id(), request.param)
    made.write_log()
    yield made
    made.remove_log()


@pytest.fixture
def server(containerd, cgroup, pod):
    """The service in its container: below a cgroup of the test's, as with --cgroup-root."""
    path = pod.cgroup_path(cgroup.path)
    with containerd.run(pod.container_id, path, *SERVICE) as running:
        running.says("working", WORKERS)
        yield running


def group_of(service):
    return Group(service.pid, service.children(WORKERS, like="processes.py"))


def vpid(pid):
    return status(pid)["NStgid"][-1]


def test_worker(watcher, pod, server):
    group = group_of(server)
    pid, inside = group.workers[1], vpid(group.workers[1])
    run_out(server.cgroup, pid)
    closed = check(watcher, group, pid, None, "unreaped")
    kill = watcher.kill_of(pid)
    assert kill["process"]["vpid"] == inside != pid
    assert kill["process"]["pid_namespaces"] == [pid, inside]
    for record in kill, watcher.opened(pid), closed:
        pod.check(record)


def test_first_process(watcher, pod, server):
    """
    The kernel ends all others with it, and the runtime removes the container at once; its names
    are gone before anything is killed.
    """
    server.children(WORKERS, like="processes.py")
    pod.remove_log()
    run_out(server.cgroup, server.pid)
    server.removed()
    closed = watcher.closed(server.pid)
    # Some, all or none of the others lived long enough to be seen.
    assert closed["verdict"] in ("group_exit", "whole_group", "single") and closed["consistent"]
    kill = watcher.kill_of(server.pid)
    assert kill["process"]["vpid"] == 1
    for record in kill, closed:
        pod.check(record)


@pytest.mark.kind("containers: memory.oom.group")
@pytest.mark.skipif(kernel.CGROUP_VERSION != 2, reason=kernel.NO_OOM_GROUP)
def test_all(watcher, pod, server):
    """With the flag that the kubelet sets since 1.28."""
    group = group_of(server)
    server.cgroup.oom_group()
    run_out(server.cgroup, group.workers[1])
    server.removed()
    closed = watcher.closed(group.workers[1])
    print(summary(closed))  # of use when it fails
    assert (closed["verdict"], closed["expected"]) == ("whole_group", "whole_cgroup")
    assert survivors(closed) == {}
    # Once the first process dies of it, its namespace ends whom the OOM killer has not come to.
    roles = {v["process"]["pid"]: v["role"] for v in closed["victims"] if v["role"]}
    assert roles.items() <= group.roles().items() and group.workers[1] in roles
    for pid in roles:
        pod.check(watcher.kill_of(pid))
