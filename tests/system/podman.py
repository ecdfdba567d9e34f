"""podman with a store of its own, in PLACE: it sees no image and no container of the machine's."""

import contextlib
import subprocess

from deadline import seconds

UNLOGGED = "--log-driver=none"


class Podman:
    def __init__(self, place):
        self.command = ["podman", "--root", place / "store", "--runroot", place / "run"]
        self.command += ["--storage-driver=vfs", "--cgroup-manager=cgroupfs", "--events-backend=file"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self("rm", "--all", "--force", "--time=0")

    def __call__(self, *args):
        """What it printed."""
        argv = [*self.command, *args]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=seconds(60))
        assert not done.returncode, f"{argv}: {done.stderr}"
        return done.stdout.strip()

    def build(self, name, containerfile, context):
        self("build", "--tag", name, "--file", containerfile, context)

    @contextlib.contextmanager
    def pod(self, *flags):
        """Its id; removed in the end with all that is in it."""
        made = self("pod", "create", "--network=none", *flags)
        try:
            yield made
        finally:
            self("pod", "rm", "--force", "--time=0", made)
