"""The recordings of this directory, and oomtrace replaying one."""

import os
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAM = os.environ.get("OOMTRACE", str(HERE.parents[1] / "build" / "oomtrace"))
RECORDINGS = sorted(HERE.glob("*.jsonl"))
# What comes out of each is beside it, with this suffix.
SUFFIXES = {"text": ".txt", "json": ".json"}


def replay(path, form, *args):
    return subprocess.run(
        [PROGRAM, "replay", path, "--format", form, *args],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
    )
