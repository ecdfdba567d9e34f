"""A recording of real kills gives the records of the run that made it, byte for byte."""

import json
import subprocess

import pytest

from tracer import PROGRAM, Tracer, pid_of

pytestmark = pytest.mark.kind("replay")

MIB = 1 << 20
REPLAYED = ("oom_kill", "oom_exit", "oom_incident")


def replay(path, *args):
    done = subprocess.run(
        [PROGRAM, "replay", path, "--format", "json", *args], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


def told(path):
    """Lines of a run's file that a replay has too."""
    lines = path.read_bytes().splitlines(keepends=True)
    return b"".join(line for line in lines if json.loads(line)["type"] in REPLAYED)


def incident(tracer, pid, state):
    return tracer.wait(
        lambda r: r["type"] == "oom_incident"
        and r["state"] == state
        and pid in map(pid_of, r["victims"]),
        f"{state} incident of {pid}",
    )


@pytest.fixture
def recorded(tmp_path):
    """A tracer that records, with its two files."""
    files = tmp_path / "out.jsonl", tmp_path / "recording.jsonl"
    with Tracer("-o", files[0], "--record", files[1], "--watch", 1) as running:
        yield running, *files


def test_closed(cgroup, start, recorded):
    tracer, output, recording = recorded
    cgroup.limit(64 * MIB)
    group = start("group", 8 * MIB, 3)
    group.go(b"1")
    victim = group.ready["workers"][1]
    incident(tracer, victim, "closed")
    tracer.stop()
    assert replay(recording) == told(output)
    assert told(output).count(b'"oom_incident"') == 2


def test_cut_short(cgroup, start, tmp_path):
    output, recording = tmp_path / "out.jsonl", tmp_path / "recording.jsonl"
    with Tracer("-o", output, "--record", recording, "--watch", 3600) as tracer:
        cgroup.limit(64 * MIB)
        group = start("group", 8 * MIB, 3)
        group.go(b"0")
        incident(tracer, group.ready["workers"][0], "open")
        tracer.stop()
    assert replay(recording) == told(output)
    assert b'"cut_short":true' in told(output)


def test_all_workers(cgroup, start, recorded):
    tracer, output, recording = recorded
    cgroup.limit(64 * MIB)
    group = start("group", 8 * MIB, 4)
    group.go(b"a")
    incident(tracer, group.ready["workers"][0], "closed")
    tracer.stop()
    assert replay(recording) == told(output)
