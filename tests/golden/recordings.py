"""The recordings and kernel logs of this directory, and oomtrace reading one."""

import os
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAM = os.environ.get("OOMTRACE", str(HERE.parents[1] / "build" / "oomtrace"))
RECORDINGS = sorted(HERE.glob("*.jsonl"))
LOGS = sorted(HERE.glob("klog/*.log"))
# What comes out of each is beside it, with this suffix.
SUFFIXES = {"text": ".txt", "json": ".json"}


def replay(path, form, *args):
    return run("replay", path, "--format", form, *args)


def klog(path, form, *args, text=None):
    """Of the log at PATH, or for "-" of TEXT. Times without a zone are UTC."""
    return run("klog", path, "--format", form, *args, input=text, env={**os.environ, "TZ": "UTC"})


def run(*args, input=None, env=None):
    return subprocess.run(
        [PROGRAM, *args],
        input=input or b"",
        capture_output=True,
        check=False,
        timeout=60,
        env=env,
    )
