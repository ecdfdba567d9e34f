"""
A framework's service in a cgroup: started, known by its processes and by what it writes; and the
one way in which each of its processes, and no other, can be made the kernel's choice.
"""

import os
import re
import subprocess
import threading
import typing
from pathlib import Path

from deadline import seconds, until
from near import MIB
from victim import Victim, start_ticks

APPS = Path(__file__).resolve().parents[1] / "apps"
PYTHON = "/usr/bin/python3"
# Another python that comes first in PATH would not know Debian's packages.
ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONUNBUFFERED": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}
ROOM = 32 * MIB
PAGE = 4096
PREFERRED = 1000  # oom_score_adj: its badness is that of all memory
SCORES = 1000 * PAGE  # mm/oom_kill.c, oom_badness(): each counts a thousandth, in whole pages


class Service:
    """Running in CGROUP from the start on, if any; `with` ends its first process for sure."""

    def __init__(self, cgroup, *argv, env=None):
        self.cgroup = cgroup
        self.argv = [str(arg) for arg in argv]
        self.log = ""
        self._more, self._ended = threading.Condition(), False
        self.process = subprocess.Popen(
            self.argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=APPS,
            env={**ENVIRONMENT, **(env or {})},
            preexec_fn=cgroup.enter if cgroup else None,
        )
        self.pid = self.process.pid
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.stdin.close()
        self.process.wait(seconds(10))
        print(self.log[-4000:])  # of use when the test fails

    def _read(self):
        for line in self.process.stdout:
            with self._more:
                self.log += line.decode("utf-8", "replace")
                self._more.notify_all()
        with self._more:
            self._ended = True
            self._more.notify_all()

    def says(self, pattern, times=1, amount=40):
        """The matches of PATTERN in its output, when there are as many."""
        found = lambda: list(re.finditer(pattern, self.log, re.M))  # noqa: E731
        with self._more:
            self._more.wait_for(lambda: len(found()) >= times or self._ended, seconds(amount))
        assert len(found()) >= times, f"no {times} {pattern!r} in {self.log[-2000:]!r}"
        return found()

    def children(self, count, of=None, like=""):
        """
        Waits for COUNT children whose command line has LIKE; their pids in order of their start.
        """
        parent = self.pid if of is None else of

        def found():
            pids = [pid for pid in self.cgroup.pids() if is_child(pid, parent, like)]
            return len(pids) == count and sorted(pids, key=lambda pid: (start_ticks(pid), pid))

        return until(found, f"{count} children {like!r} of {self.argv}; {self.log[-2000:]!r}", 40)


def command(*argv):
    """Runs something that a service needs first, and that ends by itself."""
    done = subprocess.run(argv, cwd="/", env=ENVIRONMENT, capture_output=True, text=True)
    assert not done.returncode, done.stdout + done.stderr


def is_child(pid, parent, like):
    """False too for one that has just ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return bool(re.search(rf"^PPid:\t{parent}$", status, re.M)) and like in command


def run_out(cgroup, victim_pid):
    """
    Lets CGROUP run out of memory, by one who has nothing to do with the victim, and has the kernel
    choose VICTIM_PID: no other process of its group is killed, however long the memory of those that
    end stays charged. The kernel passes over those that have let go of theirs; should it choose
    again meanwhile, it is the SPARE, which stops on its way out, and waits for that one's memory:
    mm/oom_kill.c, oom_evaluate_task().
    """
    prefer(victim_pid, PREFERRED)
    cgroup.limit((cgroup.usage() + ROOM) // SCORES * SCORES + SCORES)
    with (
        Victim(cgroup, "traced", PAGE) as spare,
        Victim(cgroup, "neighbour", cgroup.events_file) as neighbour,
    ):
        prefer(spare.pid, PREFERRED - 1)
        neighbour.go().wait()


def prefer(pid, score_adj):
    Path(f"/proc/{pid}/oom_score_adj").write_text(str(score_adj))


class Group(typing.NamedTuple):
    """The processes of a service by their part in it; workers in the order of their start."""

    manager: int
    workers: list
    helpers: list = []
    alike: bool = True  # whether the workers do the same

    def roles(self):
        """pid -> role"""
        return {
            self.manager: "manager",
            **dict.fromkeys(self.workers, "worker"),
            **dict.fromkeys(self.helpers, "helper"),
        }

    def member(self, name):
        """The one to be killed: "manager", "helper", or the second "worker"."""
        of = {"manager": [self.manager], "worker": self.workers[1:], "helper": self.helpers}
        return of[name][0]
