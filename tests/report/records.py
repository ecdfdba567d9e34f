"""Records for pages: recordings of tests/golden replayed, and made into those of a fleet."""

import json
import random
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OOMTRACE = ROOT / "build" / "oomtrace"
GOLDEN = ROOT / "tests" / "golden"
BEGIN = datetime(2026, 11, 3, 6, 12, tzinfo=timezone.utc)
KINDS = "pod torchrun aqueduct gunicorn_titled whole_group pool_respawns triton vllm celery nginx"


def replayed(name):
    """The records that a recording gives."""
    argv = [OOMTRACE, "replay", GOLDEN / f"{name}.jsonl", "--format", "json"]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def everything():
    """Each recording's records, on a node of its own, an hour after the other."""
    for hour, path in enumerate(sorted(GOLDEN.glob("*.jsonl"))):
        for record in replayed(path.stem):
            record["host"]["name"] = f"node-{hour % 3 + 1}"
            record["boot_id"] = f"{hour:08x}-0000-4000-8000-000000000000"
            record["log"]["record"]["uid"] = f"{hour}-{record['log']['record']['uid']}"
            record["time"] = shifted(record["time"], timedelta(hours=hour))
            yield record


def shifted(time, by):
    moved = datetime.fromisoformat(time[:26]).replace(tzinfo=timezone.utc) + by
    return moved.strftime("%Y-%m-%dT%H:%M:%S.%f000Z")


def templates():
    """Of each kind the kill of the one that was chosen, and the closed incident, as JSON."""
    for name in KINDS.split():
        records = replayed(name)
        kill = next(r for r in records if r["type"] == "oom_kill" and r["oom"]["chosen"])
        closed = [r for r in records if r["type"] == "oom_incident" and r["state"] == "closed"]
        yield name, json.dumps(kill), json.dumps(closed[0])


def placed(template, number, node, pod, namespace, begin):
    """A template at another time and place."""
    record = json.loads(template)
    closed = record["type"] == "oom_incident"
    record["host"]["name"] = f"node-{node:02}"
    record["log"]["record"]["uid"] = f"made-{number}" + ("-closed" if closed else "")
    at = begin + timedelta(seconds=record.get("watched_ms", 0) / 1000)
    record["time"] = at.strftime("%Y-%m-%dT%H:%M:%S.%f000Z")
    if namespace:
        record["k8s"]["pod"]["name"] = pod
        record["k8s"]["namespace"]["name"] = namespace
    return record


def fleet(incidents, nodes=12, seed=9):
    """So many incidents of some nodes in three weeks: two records each."""
    chance = random.Random(seed)
    kinds = list(templates())
    for number in range(incidents):
        name, kill, closed = kinds[min(int(chance.expovariate(0.45)), len(kinds) - 1)]
        node = min(int(chance.expovariate(0.3)), nodes - 1) + 1
        begin = BEGIN + timedelta(seconds=chance.betavariate(2, 1.4) * 21 * 86400)
        pod = f"{name.replace('_', '-')}-{node % 3}"
        for template in (kill, closed):
            yield placed(template, number, node, pod, "serving", begin)


def write(path, records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path
