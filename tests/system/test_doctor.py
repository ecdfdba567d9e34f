"""What doctor says of this machine, and of groups of processes in cgroups named as containers are."""

import os
import signal
import subprocess

import pytest

import cgroup as cgroups
import kernel
from deadline import until
from doctor import Doctor
from near import MIB
from service import PYTHON, Service
from test_pods import Pod
from tracer import PROGRAM

pytestmark = pytest.mark.kind("doctor")

UNIFIED = kernel.CGROUP_VERSION == 2


def self_test_cgroups():
    return list(kernel.CGROUP_MOUNT.glob("oomtrace-self-test-*"))


@pytest.fixture
def node(tmp_path):
    """Where pods have their logs."""
    for name in ("pods", "containers"):
        (tmp_path / "var" / "log" / name).mkdir(parents=True)
    return tmp_path


@pytest.fixture
def pod(cgroup, node):
    """A pod's container, with a model server in it: a manager and three workers."""
    made = Pod(cgroup, node, systemd=True)
    made.log()
    with Service(made.cgroup, PYTHON, "processes.py", "fork", "joined") as service:
        service.says("working", 3)
        made.service = service
        yield made


# ---- the machine ----


def test_it_knows_this_machine():
    doctor = Doctor()
    assert doctor.check("cgroup")["status"] == ("pass" if UNIFIED else "warn")
    assert f"version {kernel.CGROUP_VERSION}" in doctor.check("cgroup")["text"]
    assert doctor.check("btf")["status"] == "pass"
    refused = doctor.check("hooks")["text"].partition("; not ")[2]
    assert set(filter(None, refused.split(", "))) == kernel.refused_hooks()
    lockdown = doctor.check("lockdown")
    assert lockdown["text"].startswith(kernel.lockdown() or "not in this kernel")
    assert doctor.check("panic_on_oom")["text"] == "0"
    assert doctor.check("privileges")["status"] == (
        "pass" if kernel.can_lower_score() else "warn"
    )


def test_text_is_for_80_columns(pod):
    done = subprocess.run([PROGRAM, "doctor"], capture_output=True, text=True)
    assert "groups at risk" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_an_output_that_can_not_be_had_is_a_failure(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "file")
    doctor = Doctor("-o", tmp_path / "link")
    assert doctor.exit == 4
    assert doctor.check("output")["status"] == "fail"
    assert Doctor("-o", tmp_path / "file").check("output")["status"] == "pass"


def test_without_privileges_it_says_so():
    def give_up():
        os.setgroups([])
        os.setresuid(65534, 65534, 65534)

    doctor = Doctor(preexec_fn=give_up)
    assert doctor.exit == 4
    assert doctor.check("privileges")["status"] == "fail"


def test_another_pid_namespace_is_seen():
    done = subprocess.run(
        ["unshare", "--pid", "--fork", "--mount-proc", PROGRAM, "doctor", "--json"],
        capture_output=True,
        text=True,
    )
    assert "inside another: pid" in done.stdout


# ---- groups at risk ----


def test_a_pod_is_at_risk(pod, node):
    doctor = Doctor("--host-root", node)
    group = doctor.group(pod.cgroup.path)
    assert doctor.exit in (3, 4)
    assert group["status"] == "warn"
    assert group["workers"] == 3
    assert group["manager"]["pid"] == pod.service.pid
    assert group["service"] == "processes.py"
    assert group["limit_bytes"] == 48 * MIB
    assert group["limit_path"] == pod.cgroup.path
    assert 0 < group["usage_bytes"] < 48 * MIB
    assert group["k8s"]["pod"]["name"] == pod.name
    assert group["k8s"]["pod"]["uid"] == pod.uid
    assert group["container"]["runtime"] == "cri-o"
    assert group["missing"]["why"] == ("kubelet_not_known" if UNIFIED else "cgroup_v1")


@pytest.mark.kind("doctor: memory.oom.group")
def test_a_pod_with_the_flag_is_not(pod):
    kernel.needs(UNIFIED, kernel.NO_OOM_GROUP)
    pod.cgroup.oom_group()
    group = Doctor().group(pod.cgroup.path)
    assert group["status"] == "pass"
    assert group["oom_group"]
    assert group["missing"] is None
    assert group["consequence"] == "whole_group"


def test_two_servers_in_one_container_are_two_groups(pod):
    with Service(pod.cgroup, PYTHON, "processes.py", "fork", "joined") as other:
        other.says("working", 3)
        groups = Doctor().groups(pod.cgroup.path)
    assert {group["manager"]["pid"] for group in groups} == {other.pid, pod.service.pid}


# ---- the flag ----


@pytest.mark.kind("doctor: memory.oom.group")
def test_the_flag_is_set_and_taken_back(pod, node):
    kernel.needs(UNIFIED, kernel.NO_OOM_GROUP)
    flag = lambda: pod.cgroup.read("memory.oom.group").strip()  # noqa: E731
    done = Doctor("--host-root", node, "--set-oom-group", f"ml/{pod.name}")
    assert done.exit == 0
    assert [c["path"] for c in done.record["changes"]] == [pod.cgroup.path]
    assert done.record["changes"][0]["act"] == "set"
    assert flag() == "1"
    assert Doctor().group(pod.cgroup.path)["status"] == "pass"
    done = Doctor("--unset-oom-group", f"*{pod.container}*")
    assert done.record["changes"][0]["act"] == "unset"
    assert flag() == "0"


@pytest.mark.kind("doctor: memory.oom.group")
def test_what_others_set_stays(pod):
    kernel.needs(UNIFIED, kernel.NO_OOM_GROUP)
    pod.cgroup.oom_group()
    done = Doctor("--unset-oom-group", pod.container)
    assert done.record["changes"][0]["act"] == "left_set"
    assert pod.cgroup.read("memory.oom.group").strip() == "1"


def test_no_match_is_said(pod):
    done = Doctor("--set-oom-group", "/no/such/container")
    assert done.exit == 1
    assert ("no running container matches" if UNIFIED else "version 2") in done.talk


# ---- the self-test ----


@pytest.mark.kind("doctor: self-test")
def test_a_kill_is_followed_to_the_output():
    check = Doctor("--self-test").check("self_test")
    assert check["status"] == "pass", check["text"]
    assert not self_test_cgroups()


@pytest.mark.kind("doctor: self-test")
def test_where_it_was_lost_is_said(tmp_path):
    """A BTF that is none: the tracer does not start."""
    (tmp_path / "btf").write_text("no BTF")
    doctor = Doctor("--self-test", "--btf", tmp_path / "btf")
    check = doctor.check("self_test")
    assert doctor.exit == 4
    assert check["text"] == "lost at the start of oomtrace: oomtrace ended; its own message says why"
    assert "neither raw BTF" in doctor.talk
    assert not self_test_cgroups()


@pytest.mark.kind("doctor: self-test")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted_it_leaves_nothing(number):
    """SIGKILL leaves the cgroup, empty, to the next one."""
    with subprocess.Popen([PROGRAM, "doctor", "--self-test"], stdout=subprocess.PIPE) as process:
        until(self_test_cgroups, "the cgroup of the self-test", 30)
        process.send_signal(number)
        assert process.wait() == -number
        assert not process.stdout.read()
    if number == signal.SIGKILL:
        assert Doctor("--self-test").check("self_test")["status"] == "pass"
    assert not self_test_cgroups()
