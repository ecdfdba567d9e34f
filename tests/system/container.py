"""
A service that is the first process of a container: in the cgroup that its runtime made, known by the
pids that the host gives. The container has this machine's programs and nothing else of it.
"""

import os
import re
import signal
from pathlib import Path

import kernel
from cgroup import Cgroup
from deadline import until
from service import APPS, Service

# What a container of the same programs has to see, read-only.
SHARED = [Path("/usr"), APPS]


def make_root(place):
    """A root file system without a file: places to mount on, and links into /usr."""
    for name in ("dev", "etc", "proc", "run", "sys", "tmp", "usr", APPS.relative_to("/")):
        (place / name).mkdir(parents=True)
    for name in ("bin", "sbin", "lib", "lib64"):
        (place / name).symlink_to(f"usr/{name}")
    return place


class Container(Service):
    """
    `process` is the runtime's client; ARGV has it write the pid of the container's first process to
    PIDFILE, and remove the container at the end of that process.
    """

    def __init__(self, argv, pidfile):
        super().__init__(None, *argv)
        self.pid = until(lambda: self._first_pid(pidfile), f"{argv} to run; {self.log!r}", 60)
        self.cgroup = Cgroup.at(cgroup_of(self.pid))

    def _first_pid(self, pidfile):
        assert self.process.poll() is None, self.log
        text = pidfile.read_text() if pidfile.exists() else ""
        return int(text) if text else None

    def __exit__(self, *_):
        self.end()
        super().__exit__()

    def end(self):
        """As its runtime does it: all processes end with the first one."""
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.removed()

    def removed(self):
        """Waits until nothing is left of it."""
        until(lambda: self.process.poll() is not None, f"{self.argv} to end", 60)
        until(lambda: not self.cgroup.directory.exists(), "its cgroup to be removed", 60)


def cgroup_of(pid):
    """The directory of a process's memory cgroup."""
    wanted = r"^0::(.*)$" if kernel.CGROUP_VERSION == 2 else r"^\d+:(?:\w+,)*memory(?:,\w+)*:(.*)$"
    text = Path(f"/proc/{pid}/cgroup").read_text()
    return kernel.CGROUP_MOUNT / re.search(wanted, text, re.M)[1].lstrip("/")
