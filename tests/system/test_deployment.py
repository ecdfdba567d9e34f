"""
The image and the manifests of deploy/, as podman runs them: with the security context, the mounts
and the memory that they name, and nothing else.
"""

import json
import shutil
import typing
from pathlib import Path

import pytest

import kernel
from cgroup import Cgroup
from container import SHARED, Container, make_root
from daemon import Daemon, launch, of_type, records_of, run
from deadline import seconds, until
from incident import check
from manifest import DOWNWARD, ROOT, oomtrace_pod, podman_flags, podman_pod_flags
from metrics import Metrics
from near import MIB
from podman import UNLOGGED, Podman
from service import APPS, PYTHON, Group, Service, run_out
from test_self import is_whole
from tracer import Tracer, has_record, pid_of
from victim import status

SERVICE = [PYTHON, APPS / "processes.py", "fork", "unjoined"]
WORKERS = 3
PAUSE = 'FROM scratch\nCOPY busybox /\nENTRYPOINT ["/busybox", "sleep", "inf"]\n'
BASE = "oomtrace-base"  # as podman calls it
SMALLEST = 65536  # that --max-size may be

pytestmark = pytest.mark.kind("containers: manifests")


@pytest.fixture(scope="module")
def podman(tmp_path_factory):
    kernel.needs(kernel.GUEST, kernel.NOT_A_NODE)
    with Podman(tmp_path_factory.mktemp("podman")) as made:
        yield made


@pytest.fixture(scope="module")
def image(podman):
    podman.build("oomtrace", ROOT / "deploy/Containerfile", ROOT / "build/static")
    return "oomtrace"


@pytest.fixture
def deployed(podman, image):
    """deployed(way, *where): the command that runs deploy/WAY, by flags that say where."""

    def command(way, *where):
        pod, container = oomtrace_pod(way)
        flags = [UNLOGGED, *where, *podman_flags(pod, container)]
        return [*podman.command, "run", "--rm", *flags, image, *container["args"]]

    return command


@pytest.fixture
def group(cgroup):
    """A service that is older than any oomtrace of the test, with a rank."""
    with Service(cgroup, *SERVICE, env={"RANK": "5"}) as service:
        service.says("working", WORKERS)
        yield Group(service.pid, service.children(WORKERS, like="processes.py"))


def killed_in(cgroup, start):
    """The pid of one that ran out of it."""
    victim = start("hog", "--hold", MIB, within=cgroup.limit(48 * MIB)).go()
    victim.wait()
    assert cgroup.kills() == 1
    return victim.pid


def test_base(podman, deployed, cgroup, group):
    """Nothing is missing that oomtrace has on the node itself."""
    under = deployed("base", "--network=none", f"--name={BASE}")
    with Tracer("--watch", 4, "--verbose", under=under, program=None) as tracer:
        assert [hook for hook in tracer.start["hooks"] if not hook["live"]] == []
        assert tracer.start["host"]["name"] == DOWNWARD["spec.nodeName"]
        pid = group.workers[1]
        run_out(cgroup, pid)
        kill = tracer.kill_of(pid)
        assert is_whole(kill)
        assert kill["oom"]["hit"]["path"] == cgroup.path
        assert kill["process"]["rank"] == {"RANK": "5"}
        check(tracer, group, pid, None, "unreaped")
        told = json.loads(podman("exec", BASE, "/oomtrace", "status", "--json"))
        assert (told["status"], told["last_kill"]["pid"]) == ("pass", pid), told
        stop = tracer.stop()
    assert stop["cgroups"][0]["oom_kill"] == cgroup.kills()
    # The kubelet has lowered that one.
    missed = [line for line in tracer.talk.splitlines() if "can't be" in line]
    assert all("oom_score_adj" in line for line in missed), missed


# ---- a file on the host ----


@pytest.fixture
def records():
    """The file that deploy/file names; what it leaves on the node is gone after the test."""
    file = Path("/var/log/oomtrace/oomtrace.jsonl")
    yield file
    run("unload")
    shutil.rmtree(file.parent)


def test_file(deployed, records, cgroup, start):
    """Who is killed during an update is in it, too; the container may rotate it."""
    command = deployed("file", "--network=none")
    with Daemon(records, command=command) as before:
        before.stop()
    pid = killed_in(cgroup.child("limited"), start)
    with Daemon(records, command=command) as after:
        assert after.start["pinned"]["taken_over"] and after.start["missed"] is None
        until(has_record(records, "oom_kill"), "what was killed meanwhile")
        assert set(after.stop()["totals"]["lost"].values()) == {0}
    assert [pid_of(kill) for kill in of_type(records_of(records), "oom_kill")] == [pid]
    assert Metrics(records.with_name("oomtrace.prom")).sum("oomtrace_kills_total") == 1

    text = records.read_bytes()
    text *= SMALLEST // len(text) + 1
    records.write_bytes(text)
    rotated = records.with_name("oomtrace.jsonl.1")
    last = launch(*command, f"--max-size={SMALLEST}")
    until(lambda: rotated.exists() and has_record(records, "start")(), "a new file")
    assert rotated.read_bytes() == text
    last.terminate()
    talk = last.communicate(timeout=seconds(60))[1]
    assert last.returncode == 0, talk


# ---- a sidecar ----


class Pod(typing.NamedTuple):
    """One of podman's, in cgroups as the kubelet names them."""

    podman: Podman
    name: str
    cgroup: Cgroup

    @property
    def flags(self):
        """With which a container is part of it."""
        return [f"--pod={self.name}", f"--cgroup-parent={self.cgroup.path}"]

    def server(self, place):
        """The service in a container of its own, whose root file system is in PLACE."""
        pidfile, root = place / "pid", make_root(place / "root")
        argv = [*self.podman.command, "run", "--rm", UNLOGGED, f"--pidfile={pidfile}", *self.flags]
        argv += [f"--volume={path}:{path}:ro" for path in SHARED]
        return Container([*argv, "--env=RANK=5", "--rootfs", root, *SERVICE], pidfile)


@pytest.fixture(scope="module")
def pause(podman, tmp_path_factory):
    """An image of what does nothing: a pod's namespaces are its."""
    containerfile = tmp_path_factory.mktemp("pause") / "Containerfile"
    containerfile.write_text(PAUSE)
    podman.build("pause", containerfile, "/bin")
    return "pause"


@pytest.fixture
def pod(podman, pause, cgroup):
    """Its cgroups are below one of the test's, as with --cgroup-root."""
    name = f"kubepods/burstable/pod{DOWNWARD['metadata.uid']}"
    parent = Cgroup.at(cgroup.directory / name)
    flags = podman_pod_flags(oomtrace_pod("sidecar")[0])
    flags += ["--share-parent=false", f"--cgroup-parent={parent.path}", f"--infra-image={pause}"]
    with podman.pod(*flags) as name:
        yield Pod(podman, name, parent)


@pytest.fixture
def server(pod, tmp_path):
    """It is older than the sidecar: containers of a pod are started in their order."""
    with pod.server(tmp_path) as running:
        running.says("working", WORKERS)
        yield running


def test_sidecar(deployed, cgroup, pod, server, start):
    """It tells of its pod alone: who was killed, which of the group, and who survives."""
    group = Group(server.pid, server.children(WORKERS, like="processes.py"))
    under = deployed("sidecar", *pod.flags)
    with Tracer("--watch", 4, "--verbose", under=under, program=None) as tracer:
        assert [hook for hook in tracer.start["hooks"] if not hook["live"]] == []
        assert tracer.start["scope"]["path"] == pod.cgroup.path
        elsewhere = killed_in(cgroup.child("other"), start)
        pid, inside = group.workers[1], status(group.workers[1])["NStgid"][-1]
        run_out(server.cgroup, pid)
        kill = tracer.kill_of(pid)
        assert is_whole(kill)
        assert kill["process"]["vpid"] == inside != pid
        assert kill["process"]["rank"] == {"RANK": "5"}
        assert kill["oom"]["hit"]["path"] == server.cgroup.path
        closed = check(tracer, group, pid, None, "unreaped")
        assert all("processes.py" in one["process"]["title"] for one in closed["survivors"])
        for record in kill, tracer.opened(pid), closed:
            tracer.expect(record, of_the_pod(server))
        assert not tracer.kills_of([elsewhere])
        assert tracer.stop()["totals"]["seen"] == 1


def of_the_pod(server):
    """What each record says of whom it is about."""
    return {
        "host.name": DOWNWARD["spec.nodeName"],
        "k8s.pod.uid": DOWNWARD["metadata.uid"],
        "k8s.pod.name": DOWNWARD["metadata.name"],
        "k8s.namespace.name": DOWNWARD["metadata.namespace"],
        "k8s.qos": "burstable",
        "container.id": server.cgroup.directory.name.removeprefix("libpod-"),
        "container.runtime": "podman",
    }
