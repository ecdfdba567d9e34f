"""
A manifest, as kubectl renders it -> the flags with which podman runs the container `oomtrace` of its
pod in the same way, and makes a pod for it. A key that is not known here fails: nothing of a manifest
is left out unseen.
"""

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]

# What says how the pod is scheduled and replaced, or asks for less than podman gives anyway.
OF_THE_CLUSTER = {
    "automountServiceAccountToken",
    "enableServiceLinks",
    "priorityClassName",
    "terminationGracePeriodSeconds",
    "tolerations",
}
# What the downward API says.
DOWNWARD = {
    "metadata.name": "ranker-0",
    "metadata.namespace": "ml",
    "metadata.uid": "1f2e3d4c-5b6a-7988-a7b6-c5d4e3f2a1b0",
    "spec.nodeName": "gpu-7",
}


def oomtrace_pod(way):
    """(pod, container) of what deploy/WAY deploys."""
    for thing in yaml.safe_load_all((ROOT / f"build/deploy/{way}.yaml").read_text()):
        pod = thing["spec"]["template"]["spec"]
        for container in pod["containers"]:
            if container["name"] == "oomtrace":
                return pod, container
    raise LookupError(f"deploy/{way} has no container oomtrace")


def podman_flags(pod, container):
    """Those that come before the image."""
    flags = ["--read-only-tmpfs=false"]
    volumes = {volume["name"]: volume for volume in pod.get("volumes", [])}
    for key, value in pod.items():
        if key not in OF_THE_CLUSTER | {"containers", "volumes"}:
            flags += POD[key](value)
    for key, value in container.items():
        if key not in ("name", "image", "args", "volumeMounts"):
            flags += CONTAINER[key](value)
    for mount in container.get("volumeMounts", []):
        flags += _volume(volumes[mount["name"]], mount)
    return flags


def podman_pod_flags(pod):
    """What its containers have in common, of a pod that podman is to make."""
    shared = ["ipc", "net", "uts", *(["pid"] if pod.get("shareProcessNamespace") else [])]
    return [f"--share={','.join(shared)}", f"--hostname={DOWNWARD['metadata.name']}"]


def _volume(volume, mount):
    if "emptyDir" in volume:
        return [f"--tmpfs={mount['mountPath']}"]
    host = volume["hostPath"]
    if host["type"] == "DirectoryOrCreate":
        Path(host["path"]).mkdir(parents=True, exist_ok=True)
    mode = "ro" if mount.get("readOnly") else "rw"
    return ["--volume", f"{host['path']}:{mount['mountPath']}:{mode}"]


def _host_pid(value):
    return ["--pid=host"] if value else []


def _environment(entries):
    fields = {entry["name"]: entry["valueFrom"]["fieldRef"]["fieldPath"] for entry in entries}
    return [f"--env={name}={DOWNWARD[field]}" for name, field in fields.items()]


def _resources(value):
    """The CPU is left out: an emulated one has a twentieth of the speed of those that are meant."""
    memory = value["limits"]["memory"]
    assert value["requests"] == value["limits"] and memory.endswith("Mi")
    return [f"--memory={memory[:-2]}m", f"--memory-swap={memory[:-2]}m"]


def _security(context):
    return [flag for key, value in context.items() for flag in SECURITY[key](value)]


def _capabilities(value):
    return [*(f"--cap-drop={c}" for c in value["drop"]), *(f"--cap-add={c}" for c in value["add"])]


def _seccomp(profile):
    assert profile == {"type": "Unconfined"}
    return ["--security-opt=seccomp=unconfined"]


POD = {"hostPID": _host_pid, "shareProcessNamespace": lambda _: []}  # see podman_pod_flags()
CONTAINER = {"env": _environment, "resources": _resources, "securityContext": _security}
SECURITY = {
    "allowPrivilegeEscalation": lambda yes: [] if yes else ["--security-opt=no-new-privileges"],
    "capabilities": _capabilities,
    "readOnlyRootFilesystem": lambda yes: ["--read-only"] if yes else [],
    "runAsUser": lambda user: [f"--user={user}"],
    "seccompProfile": _seccomp,
}
