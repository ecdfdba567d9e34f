"""
The manifests as kubectl renders them, against the API's schemas, and what every pod of oomtrace
has to be, whichever way it is deployed.
"""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
RENDERED = ROOT / "build" / "deploy"
WAYS = [path.parent.name for path in ROOT.glob("deploy/*/kustomization.yaml")]
VERSION = re.search(r"^VERSION := (\S+)$", (ROOT / "Makefile").read_text(), re.M)[1]


def rendered(way):
    return list(yaml.safe_load_all((RENDERED / f"{way}.yaml").read_text()))


def complaints(objects):
    """What the API's schemas have against them."""
    argv = ["node", Path(__file__).with_name("validate.mjs")]
    done = subprocess.run(argv, input=json.dumps(objects), capture_output=True, text=True)
    assert done.returncode == bool(done.stdout.strip()), done.stderr
    return done.stdout.strip()


def pod_and_container(way):
    """The spec of the pod that has oomtrace in it, and oomtrace's container."""
    for thing in rendered(way):
        pod = thing["spec"]["template"]["spec"]
        for container in pod["containers"]:
            if container["name"] == "oomtrace":
                return pod, container
    raise AssertionError(f"{way}: no container oomtrace")


@pytest.fixture(params=WAYS)
def way(request):
    return request.param


def test_schema(way):
    assert complaints(rendered(way)) == ""


def test_schema_of_the_operator():
    """The alerts as an object, and that a mistake in it is found."""
    rule = yaml.safe_load((ROOT / "build" / "prometheus" / "prometheusrule.yaml").read_text())
    assert complaints([rule]) == ""
    alert = rule["spec"]["groups"][0]["rules"][0]
    alert |= {"for": "a minute"}
    assert "/spec/groups/0/rules/0/for must match pattern" in complaints([rule])
    alert |= {"for": "1m", "expression": "1"}
    assert "/spec/groups/0/rules/0/expression: no such key" in complaints([rule])


def change(objects, *path, value):
    for key in path[:-1]:
        objects = objects[key]
    objects[path[-1]] = value


POD = (0, "spec", "template", "spec")
MISTAKES = {
    "unknown key": ((*POD, "hostPids"), True, "hostPids: no such key"),
    "unknown key in a list": ((*POD, "containers", 0, "arg"), [], "arg: no such key"),
    "type": ((*POD, "hostPID"), "yes", "hostPID must be boolean"),
    "quantity": ((*POD, "containers", 0, "resources", "limits", "memory"), "96MB", "quantity"),
    "required": ((0, "spec"), {"template": {}}, "required property"),
}


@pytest.mark.parametrize("path, value, complaint", MISTAKES.values(), ids=MISTAKES.keys())
def test_schema_is_strict(path, value, complaint):
    objects = rendered("base")
    change(objects, *path, value=value)
    assert complaint in complaints(objects)


def test_least_privilege(way):
    pod, container = pod_and_container(way)
    context = container["securityContext"]
    assert context["capabilities"]["drop"] == ["ALL"]
    assert "SYS_ADMIN" not in context["capabilities"]["add"]
    assert context["readOnlyRootFilesystem"] and not context["allowPrivilegeEscalation"]
    assert not context.get("privileged")
    assert not pod.get("hostNetwork") and not pod.get("hostIPC")
    assert pod["automountServiceAccountToken"] is False


def test_security_context(way):
    """Is one and the same, explained in one place."""
    contexts = [pod_and_container(one)[1]["securityContext"] for one in ("base", way)]
    assert contexts[0] == contexts[1]


def test_sidecar_is_of_its_pod():
    pod, container = pod_and_container("sidecar")
    assert "--scope=pod" in container["args"]
    assert not pod.get("hostPID") and not pod.get("volumes")
    assert {e["name"]: e["valueFrom"]["fieldRef"]["fieldPath"] for e in container["env"]} == {
        "POD_NAME": "metadata.name",
        "POD_NAMESPACE": "metadata.namespace",
        "POD_UID": "metadata.uid",
        "NODE_NAME": "spec.nodeName",
    }


def test_guaranteed(way):
    resources = pod_and_container(way)[1]["resources"]
    assert resources["requests"] == resources["limits"] != {}


def test_mounts(way):
    """Each is of a volume that is there, and read-only unless oomtrace writes to it."""
    pod, container = pod_and_container(way)
    mounts = container.get("volumeMounts", [])
    volumes = {volume["name"] for volume in pod.get("volumes", [])}
    assert {mount["name"] for mount in mounts} == volumes
    writable = {m["mountPath"] for m in mounts if not m.get("readOnly")}
    assert writable <= {"/run/oomtrace", "/sys/fs/bpf", "/var/log/oomtrace"}


def test_keeps_its_state():
    """Where oomtrace status looks for it, on a read-only root file system, and nothing of the node."""
    for way in ("base", "file"):
        pod, container = pod_and_container(way)
        mounted = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
        volumes = {volume["name"]: volume for volume in pod["volumes"]}
        assert "emptyDir" in volumes[mounted["/run/oomtrace"]]


def test_version(way):
    assert pod_and_container(way)[1]["image"] == f"oomtrace:{VERSION}"
