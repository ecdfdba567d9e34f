"""
Processes whose memory nobody gets to see: who opens or reads their /proc/PID/cmdline waits, as where a
file system (NFS, FUSE) does not answer a page fault of theirs. ps hangs then.
"""

import pytest

from near import MIB
from tracer import ROOT, Tracer

pytestmark = pytest.mark.kind("stuck process")

STUCK = ROOT / "build" / "preload" / "stuck.so"


def test_stops_nobody(start, cgroup):
    """It was there before; it survives a kill in its cgroup; it is killed. It is waited for once."""
    cgroup.limit(32 * MIB)
    stuck = start("hog", "--hold", MIB)
    env = {"LD_PRELOAD": str(STUCK), "STUCK_PID": str(stuck.pid)}
    with Tracer(env=env) as tracer:
        victim = start("hog", "--hold", 12 * MIB).go()
        victim.wait()
        assert tracer.only_kill_of(victim.pid)["process"]["command_args"]
        tracer.closed(victim.pid)
        stuck.go().wait()
        kill = tracer.only_kill_of(stuck.pid)
        tracer.stop()
    assert kill["process"]["command_args"] is None
    assert kill["unread"]["process.command_args"] == "ETIMEDOUT"
    assert tracer.talk.count(f"oomtrace: pid {stuck.pid}: its memory can't be read") == 1
