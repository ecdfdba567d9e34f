"""
The image and the manifests of deploy/, as podman runs them: with the security context, the mounts and
the memory that they name, and nothing else.
"""

import pytest

import kernel
from incident import check
from manifest import ROOT, oomtrace_pod, podman_flags
from podman import QUIET, Podman
from service import APPS, PYTHON, Group, Service, run_out
from test_self import is_whole
from tracer import Tracer

SERVICE = [PYTHON, APPS / "processes.py", "fork", "unjoined"]
WORKERS = 3

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
    """deployed(way): the command that runs deploy/WAY."""

    def command(way):
        pod, container = oomtrace_pod(way)
        flags = [*QUIET, *podman_flags(pod, container)]
        return [*podman.command, "run", "--rm", *flags, image, *container["args"]]

    return command


@pytest.fixture
def group(cgroup):
    """A service that is older than any oomtrace of the test, with a rank."""
    with Service(cgroup, *SERVICE, env={"RANK": "5"}) as service:
        service.says("working", WORKERS)
        yield Group(service.pid, service.children(WORKERS, like="processes.py"))


def test_base(deployed, cgroup, group):
    """Nothing is missing that oomtrace has on the node itself."""
    with Tracer("--watch", 4, "--verbose", under=deployed("base"), program=None) as tracer:
        assert [hook for hook in tracer.start["hooks"] if not hook["live"]] == []
        assert tracer.start["host"]["name"] == "spec.nodeName"
        pid = group.workers[1]
        run_out(cgroup, pid)
        kill = tracer.kill_of(pid)
        assert is_whole(kill)
        assert kill["oom"]["hit"]["path"] == cgroup.path
        assert kill["process"]["rank"] == {"RANK": "5"}
        check(tracer, group, pid, None, "unreaped")
        stop = tracer.stop()
    assert stop["cgroups"][0]["oom_kill"] == cgroup.kills()
    # The kubelet has lowered that one.
    missed = [line for line in tracer.talk.splitlines() if "can't be" in line]
    assert all("oom_score_adj" in line for line in missed), missed
