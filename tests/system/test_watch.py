"""Watched processes: who sent them what, and when they are gone. Of others nothing is told."""

import os
import signal
import subprocess
import sys

import pytest

from driver import Snapshot, Watch
from near import MIB

pytestmark = pytest.mark.kind("watch")

HOLD = ("--hold", 4 * MIB)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGQUIT, signal.SIGABRT])
def test_a_signal_and_the_end(start, cgroup, number):
    hog = start("hog", *HOLD)
    start_ns = Snapshot(cgroup.id).by_pid[hog.pid]["start_ns"]
    with Watch(hog.pid) as watch:
        os.kill(hog.pid, number)
        gone = watch.wait(type="gone")
        assert watch.of(type="signal") == [
            {
                "type": "signal",
                "pid": hog.pid,
                "start_ns": start_ns,
                "signal": number,
                "sender_pid": os.getpid(),
                "from_kernel": False,
                "sender_exiting": 0,
                "sender_title": open("/proc/thread-self/comm").read().strip(),
            }
        ]
        assert (gone["pid"], gone["start_ns"]) == (hog.pid, start_ns)
        assert gone["exit_code"] & 0x7F == number


def test_others_and_other_signals_are_not_told_of(start):
    watched, other = start("hog", *HOLD), start("hog", *HOLD)
    with Watch(watched.pid) as watch:
        os.kill(watched.pid, signal.SIGWINCH)
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
        os.kill(watched.pid, signal.SIGKILL)
        watch.wait(type="gone")
        assert [line.get("pid") for line in watch.lines[1:]] == [watched.pid] * 2
        assert watch.of(type="signal", signal=signal.SIGKILL)


def test_a_process_that_ends_by_itself(start):
    group = start("group", 4 * MIB, 1).go(b"-")  # no worker is to grow: it waits for their end
    with Watch(group.pid, *group.ready["workers"]) as watch:
        assert watch.of(type="ready", watched=2)
        os.kill(group.ready["workers"][0], signal.SIGKILL)
        assert watch.wait(type="gone", pid=group.pid)["exit_code"] == 0
        assert watch.wait(type="gone", pid=group.ready["workers"][0])["exit_code"] == 9


def test_the_last_thread_counts(start):
    hog = start("hog", *HOLD, "--threads", 3, "--leader-exits")
    with Watch(hog.pid) as watch:
        assert watch.of(type="ready", watched=1)
        os.kill(hog.tid, signal.SIGKILL)
        watch.wait(type="gone", pid=hog.pid)
        assert len(watch.of(type="gone")) == 1


def test_the_signal_at_the_parents_death():
    code = (
        "import ctypes, os, signal\n"
        "if not os.fork():\n"
        "    ctypes.CDLL(None).prctl(1, signal.SIGKILL)\n"
        "    print(os.getpid(), flush=True)\n"
        "    signal.pause()\n"
        "signal.pause()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        child = int(parent.stdout.readline())
        with Watch(child) as watch:
            parent.kill()
            told = watch.wait(type="signal", pid=child)
            watch.wait(type="gone", pid=child)
        assert told["sender_pid"] == parent.pid
        assert told["sender_exiting"] in (1, -1)
        assert not told["from_kernel"]


def test_a_signal_of_the_kernel(start, cgroup):
    """The first process of a pid namespace ends, and all others in it with it."""
    code = (
        "import os, signal, sys\n"
        "if not os.fork():\n"
        "    print('ready', flush=True)\n"
        "    signal.pause()\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        ["unshare", "--pid", "--fork", sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        preexec_fn=cgroup.enter,
    ) as outer:
        assert outer.stdout.readline() == b"ready\n"
        inner = next(p for p in Snapshot(cgroup.id).by_pid.values() if p["vpid"] == 2)
        with Watch(inner["pid"]) as watch:
            outer.stdin.close()
            told = watch.wait(type="signal", pid=inner["pid"])
            watch.wait(type="gone", pid=inner["pid"])
        assert told["from_kernel"] and told["signal"] == signal.SIGKILL


def test_an_ended_watch_leaves_nothing_behind(start):
    hog = start("hog", *HOLD)
    with Watch(hog.pid) as watch:
        assert watch.stop() == {"type": "end", "watching": 0}
