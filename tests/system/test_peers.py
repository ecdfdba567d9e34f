"""
Beside the tools that people use today, on the same kills: libbpf-tools' oomkill, and dmesg -w. What
one of them gets right and oomtrace does not is a failure; what they miss is asserted too, since it
is why oomtrace exists.
"""

import os
import re
import shutil
import subprocess
import threading

import pytest

import kernel
from deadline import seconds
from near import MIB

LIMIT = 48 * MIB
WORKERS = 6

# 10:21:33 Triggered by PID 4711 ("hog"), OOM kill of PID 4712 ("hog"), 8192 pages, loadavg: ...
OOMKILL_LINE = re.compile(
    r'Triggered by PID (\d+) \("(.*?)"\), OOM kill of PID (\d+) \("(.*?)"\)'
)
# Memory cgroup out of memory: Killed process 4712 (hog) total-vm:..kB, anon-rss:33280kB, ...
KILLED_LINE = re.compile(r"Killed process (\d+) \((.*)\) total-vm:\d+kB, anon-rss:(\d+)kB")
REASON_LINE = re.compile(r"oom-kill:constraint=.*,oom_memcg=(.*),task_memcg=(.*),task=.*,pid=(\d+)")


class Peer:
    """A tool that prints lines as things happen."""

    def __init__(self, *argv):
        self.lines = []
        self._more = threading.Condition()
        self.process = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait(seconds(10))

    def _read(self):
        for line in self.process.stdout:
            with self._more:
                self.lines.append(line.decode("utf-8", "replace"))
                self._more.notify_all()

    def matches(self, pattern):
        return [found for line in self.lines if (found := pattern.search(line))]

    def wait(self, pattern, count, amount=30):
        with self._more:
            there = self._more.wait_for(
                lambda: len(self.matches(pattern)) >= count, seconds(amount)
            )
        assert there, f"no {count} lines like {pattern.pattern!r} in {self.lines}"
        return self.matches(pattern)


@pytest.fixture
def oomkill():
    kernel.needs(kernel.may_kprobe(), kernel.NO_KPROBES_FOR_PEER)
    kernel.needs(kernel.may_kprobe_again(), kernel.NO_SECOND_KPROBE)
    program = shutil.which("oomkill") or "/usr/sbin/oomkill"
    with Peer("stdbuf", "-oL", program) as peer:
        peer.wait(re.compile("Tracing OOM kills"), 1)
        yield peer


@pytest.fixture
def dmesg():
    """Only what comes from now on: a line of our own marks the place."""
    mark = f"oomtrace-test-{os.urandom(8).hex()}"
    with Peer("dmesg", "--follow", "--notime") as peer:
        with open("/dev/kmsg", "w", encoding="ascii") as log:
            log.write(mark + "\n")
        peer.wait(re.compile(mark), 1)
        del peer.lines[: [mark in line for line in peer.lines].index(True) + 1]
        yield peer


def agree(tracer, oomkill, dmesg):
    """All that the peers say of a victim, oomtrace says as well."""
    for found in oomkill.matches(OOMKILL_LINE):
        kill = tracer.only_kill_of(int(found[3]))
        assert kill["process"]["title"] == found[4]
        # oomkill prints the thread's id as PID.
        assert int(found[1]) in (kill["oom"]["trigger"]["pid"], kill["oom"]["trigger"]["tid"])
        assert kill["oom"]["trigger"]["title"] == found[2]
    for found in dmesg.matches(KILLED_LINE):
        kill = tracer.only_kill_of(int(found[1]))
        assert kill["process"]["title"] == found[2]
        assert abs(kill["memory"]["anon_rss_bytes"] - int(found[3]) * 1024) <= MIB
    for found in dmesg.matches(REASON_LINE):
        oom = tracer.only_kill_of(int(found[3]))["oom"]
        assert (oom["hit"]["path"], oom["victim"]["path"]) == (found[1], found[2])


@pytest.mark.kind("peers: single kill")
def test_single_kill(oomkill, dmesg, tracer, start, cgroup):
    cgroup.limit(LIMIT)
    victim = start("hog", "--hold", 12 * MIB).go()
    victim.wait()
    tracer.only_kill_of(victim.pid)
    assert [int(found[3]) for found in oomkill.wait(OOMKILL_LINE, 1)] == [victim.pid]
    assert [int(found[1]) for found in dmesg.wait(KILLED_LINE, 1)] == [victim.pid]
    agree(tracer, oomkill, dmesg)


@pytest.mark.kind("peers: group of 7")
@pytest.mark.skipif(kernel.CGROUP_VERSION != 2, reason=kernel.NO_OOM_GROUP)
def test_group_of_seven(oomkill, dmesg, tracer, start, cgroup):
    cgroup.limit(LIMIT).oom_group()
    manager = start("group", 4 * MIB, WORKERS).go(b"1")
    manager.wait()
    pids = {manager.pid, *manager.ready["workers"]}
    assert len(pids) == 7
    assert {tracer.only_kill_of(pid)["process"]["pid"] for pid in pids} == pids
    # One line per decision: it never sees the other six.
    assert len(oomkill.wait(OOMKILL_LINE, 1)) == 1
    # The first one twice.
    assert len(dmesg.wait(KILLED_LINE, 8)) == 8
    agree(tracer, oomkill, dmesg)


@pytest.mark.kind("peers: hidden trigger")
@pytest.mark.skipif(kernel.CGROUP_VERSION != 2, reason=kernel.NO_OOM_AT_LIMIT_WRITE)
def test_hidden_trigger(oomkill, dmesg, tracer, start, cgroup):
    """The one who ran out of memory is not the one who dies, nor in its cgroup."""
    cgroup.limit(LIMIT)
    victim = start("hog", "--hold", 24 * MIB)
    cgroup.limit(8 * MIB)
    victim.wait()
    kill = tracer.only_kill_of(victim.pid)
    assert kill["oom"]["trigger"]["pid"] == os.getpid()
    oomkill.wait(OOMKILL_LINE, 1)
    dmesg.wait(KILLED_LINE, 1)
    agree(tracer, oomkill, dmesg)
