"""Reading a kernel log, beside grep of the same lines."""

import subprocess
import tempfile
import time
from pathlib import Path

from run import PROGRAM, ROOT
from table import Rows

GOLDEN = ROOT / "tests/golden/klog"
READERS = {
    "oomtrace": [PROGRAM, "klog", "--format", "json"],
    "grep": ["grep", "-aE", "invoked oom-killer|oom-kill:|Killed process"],
}


def megabytes_a_second(argv, path):
    began = time.monotonic()
    subprocess.run([*argv, path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return path.stat().st_size / 1e6 / (time.monotonic() - began)


def klog(rounds):
    """The log is that of real kills, over and over."""
    rows = Rows()
    part = b"".join(log.read_bytes() for log in sorted(GOLDEN.glob("6.*.log")))
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(5_000_000 * min(rounds, 10) // len(part)):
            file.write(part)
        file.flush()
        for _ in range(rounds):
            for name, argv in READERS.items():
                speed = megabytes_a_second(argv, Path(file.name))
                rows.add("reading a kernel log", "MB/s", name, speed)
    return rows
