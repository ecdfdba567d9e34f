"""Swap for one test, on a device that is there or can be made: compressed memory, or a loop."""

import contextlib
import subprocess
from pathlib import Path

import kernel

SIZE = 128 << 20


def _run(*command):
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def _zram():
    """A device of compressed memory."""
    _run("modprobe", "zram")
    size = Path("/sys/block/zram0/disksize")
    if not size.exists():
        return None
    size.write_text(str(SIZE))
    return Path("/dev/zram0")


def _loop():
    """A loop device on a file in memory."""
    _run("modprobe", "loop")
    file = Path("/tmp/oomtrace-test-swap")
    with open(file, "wb") as made:
        made.truncate(SIZE)
    done = subprocess.run(["losetup", "-f", "--show", file], check=False, capture_output=True)
    return Path(done.stdout.decode().strip()) if done.returncode == 0 else None


@contextlib.contextmanager
def on():
    """Skips where no swap can be had."""
    if kernel.has_swap():
        yield
        return
    device = _zram() or _loop()
    made = device and _run("mkswap", device) and _run("swapon", device)
    kernel.needs(made, kernel.NO_SWAP)
    try:
        yield
    finally:
        _run("swapoff", device)
