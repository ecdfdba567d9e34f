"""
Records as a flow of Aqueduct in a pod leaves them: those of a recording (tests/golden), seen from a
container. And oomtrace explain, asked about them.
"""

import json
import os
import subprocess
from pathlib import Path

import jsonschema

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PROGRAM = os.environ.get("OOMTRACE", str(ROOT / "build" / "oomtrace"))
SCHEMA = json.loads((ROOT / "schema" / "explain.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
CONTAINER = "3f1d" * 16
SLICE = "/kubepods.slice/kubepods-burstable.slice"
POD = {"pod": {"uid": "9e0f2c5a", "name": "ranker-0"}, "namespace": {"name": "ml"},
       "container": {"name": "server"}, "qos": "burstable"}  # fmt: skip
PATH = f"{SLICE}/kubepods-burstable-pod9e0f2c5a.slice/cri-containerd-{CONTAINER}.scope"
BEFORE, AFTER = 590, 10  # what a pid of the container is less than the host's; but of PID 1


def inside(pid):
    return max(pid - BEFORE, 1) if pid else pid


def in_pod(record):
    """The same, but in a container of a pod, with pids of its own."""
    if record["type"] == "oom_kill":
        process = record["process"]
        process["vpid"] = inside(process["pid"])
        process["pid_namespaces"] = [process["pid"], process["vpid"]]
        record["container"] = {"id": CONTAINER, "runtime": "containerd"}
        record["k8s"] = POD
    if record["type"] == "oom_incident":
        for one in record["victims"] + record["survivors"]:
            one["process"]["vpid"] = inside(one["process"]["pid"])
    if "hit" in record["oom"]:
        record["oom"]["hit"]["path"] = record["oom"]["victim"]["path"] = PATH
    return record


def flow():
    """The kill of 612, which is 22 inside, and what the manager then did to the others."""
    lines = (ROOT / "tests" / "golden" / "aqueduct.json").read_text().splitlines()
    return [in_pod(json.loads(line)) for line in lines]


def run_record(kind, time, **more):
    """What a run says of itself."""
    head = {"schema": 1, "type": kind, "time": f"2026-11-24T{time}Z", "boot_id": "b", **more}
    return {**head, "log": {"record": {"uid": f"{kind}-{time}"}}, "host": {"name": "node1"}}


def start(time="03:00:00", version=2, taken_over=False, missed=None):
    return run_record("start", time, cgroup={"version": version}, missed=missed,
                      pinned={"taken_over": taken_over})  # fmt: skip


def stop(time, unexplained=0):
    return run_record("stop", time, kernel={"unexplained": unexplained})


def audit(time, unexplained=0):
    return run_record("audit", time, kernel={"unexplained": unexplained})


def gap(time, count):
    return run_record("gap", time, count=count)


def write(path, *records):
    path.write_text("".join(json.dumps(r, separators=(",", ":")) + "\n" for r in records))
    return path


def explain(*args, log=None):
    """It runs; LOG is its standard input."""
    return subprocess.run(
        [PROGRAM, "explain", *map(str, args)],
        input=log,
        capture_output=True,
        check=False,
        timeout=60,
    )


def findings(*args, log=None, status=0):
    """Its JSON lines, each as the schema says."""
    done = explain(*args, "--json", log=log)
    assert done.returncode == status, done.stderr.decode()
    found = [json.loads(line) for line in done.stdout.splitlines()]
    for one in found:
        VALIDATOR.validate(one)
    return found


def answers(*args, log, status=0):
    return [one["answer"] for one in findings(*args, log=log, status=status)]
