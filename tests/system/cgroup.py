"""
Memory-limited cgroups of the test's own, under v1 or v2, gone afterwards whatever happens.

All are named oomtrace-test-PID-N. What a run leaves behind because it was killed itself, the next
one removes: remove_stale().
"""

import itertools
import os
import re
import signal
from pathlib import Path

import kernel
from deadline import until

PREFIX = "oomtrace-test-"
UNIFIED = kernel.CGROUP_VERSION == 2
CHARGE_BATCH_BYTES = 64 * kernel.PAGE
_serial = itertools.count(1)
_alive = []


class Cgroup:
    """One cgroup directory; `with` removes it, its descendants and all processes in them."""

    def __init__(self, directory):
        self.directory = directory
        self.directory.mkdir()
        _alive.append(self)
        hierarchical = self.directory / "memory.use_hierarchy"
        if hierarchical.exists() and hierarchical.read_text().strip() == "0":
            hierarchical.write_text("1")

    @classmethod
    def at(cls, directory):
        """One that is there already."""
        found = cls.__new__(cls)
        found.directory = directory
        return found

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()

    @property
    def path(self):
        """As seen from the root of the hierarchy: "/oomtrace-test-1-1/child"."""
        return "/" + str(self.directory.relative_to(kernel.CGROUP_MOUNT))

    @property
    def id(self):
        return self.directory.stat().st_ino

    def child(self, name):
        if UNIFIED:
            self.write("cgroup.subtree_control", "+memory")
        return Cgroup(self.directory / name)

    def read(self, name):
        return (self.directory / name).read_text()

    def write(self, name, value):
        (self.directory / name).write_text(str(value))

    def limit(self, limit_bytes, swap_bytes=0):
        """Memory, and swap on top of it. The kernel rounds to pages: so does the caller."""
        if UNIFIED:
            self._write_if_there("memory.swap.max", swap_bytes)
            self.write("memory.max", limit_bytes)
        else:
            self.write("memory.limit_in_bytes", limit_bytes)
            self._write_if_there("memory.memsw.limit_in_bytes", limit_bytes + swap_bytes)
        return self

    def _write_if_there(self, name, value):
        if (self.directory / name).exists():
            self.write(name, value)

    def usage(self):
        return int(self.read("memory.current" if UNIFIED else "memory.usage_in_bytes"))

    def anon(self):
        """What no reclaim without swap gives back."""
        stat = dict(line.split() for line in self.read("memory.stat").splitlines())
        return int(stat["anon" if UNIFIED else "rss"])

    def oom_group(self, on=True):
        self.write("memory.oom.group", int(on))
        return self

    @property
    def events_file(self):
        """Has the line "oom_kill N"."""
        return self.directory / ("memory.events" if UNIFIED else "memory.oom_control")

    def kills(self):
        """The kernel's own count of OOM kills in here."""
        text = self.events_file.read_text()
        return int(re.search(r"^oom_kill (\d+)$", text, re.M)[1])

    def reached_limit(self):
        """Whether a charge failed; on v1 (where failcnt need not count) whether one came near."""
        if UNIFIED:
            return int(re.search(r"^max (\d+)$", self.read("memory.events"), re.M)[1]) > 0
        room = int(self.read("memory.limit_in_bytes")) - int(self.read("memory.max_usage_in_bytes"))
        return room <= CHARGE_BATCH_BYTES

    def pids(self):
        """Of this cgroup and its descendants."""
        found = []
        for procs in self.directory.rglob("cgroup.procs"):
            try:
                found += map(int, procs.read_text().split())
            except OSError:  # gone, or a threaded cgroup
                pass
        return found

    def enter(self):
        """For the child of a fork: moves the caller in. Only system calls, nothing imported."""
        fd = os.open(f"{self.directory}/cgroup.procs", os.O_WRONLY)
        os.write(fd, b"0")
        os.close(fd)

    def remove(self):
        if self.directory.exists():
            empty(self)
            for directory in sorted(self.directory.rglob("*/"), reverse=True):
                _rmdir(directory)
            _rmdir(self.directory)
        if not UNIFIED:
            _remove_elsewhere(self.directory.name)
        if self in _alive:
            _alive.remove(self)


def empty(cgroup):
    """Kills what is in there until nothing is left."""

    def killed():
        pids = cgroup.pids()
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return not pids

    until(killed, f"the processes of {cgroup.path} to end", 20)


def _rmdir(directory):
    """EBUSY while the last process is still on its way out."""

    def removed():
        try:
            directory.rmdir()
        except FileNotFoundError:
            pass
        except OSError:
            return False
        return True

    until(removed, f"{directory} to be removable", 20)


def _remove_elsewhere(name):
    """From the other hierarchies of v1, where a runtime makes the cgroup of a container as well."""
    for made in kernel.CGROUP_MOUNT.parent.glob(f"*/{name}"):
        for directory in sorted(made.rglob("*/"), reverse=True):
            _rmdir(directory)
        _rmdir(made)


def create():
    """A cgroup right under the root of the hierarchy, so that no limit above it interferes."""
    if UNIFIED:
        control = kernel.CGROUP_MOUNT / "cgroup.subtree_control"
        if "memory" not in control.read_text().split():
            control.write_text("+memory")
    return Cgroup(kernel.CGROUP_MOUNT / f"{PREFIX}{os.getpid()}-{next(_serial)}")


def remove_all():
    for cgroup in list(reversed(_alive)):
        cgroup.remove()


def remove_stale():
    """Those of runs that are no more."""
    for directory in kernel.CGROUP_MOUNT.glob(PREFIX + "*"):
        pid = int(directory.name[len(PREFIX) :].split("-")[0])
        if not Path(f"/proc/{pid}").exists():
            Cgroup.at(directory).remove()
