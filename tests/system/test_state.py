"""The state that a run keeps: when it is written, what it says, and where it is not kept."""

import pytest

import state
from near import MIB
from test_cli import one_line, run
from test_self import LEAST, as_nobody
from tracer import Tracer

pytestmark = pytest.mark.kind("status: state")


def kill_one(start, cgroup):
    cgroup.limit(32 * MIB)
    victim = start("hog", "--hold", 12 * MIB).go()
    victim.wait()
    return victim


def test_says_how_a_run_stands(tmp_path, start, cgroup):
    path = tmp_path / "here" / "state.json"
    with Tracer("--state", path, "--audit", 86400) as tracer:
        first = state.read_when(path, lambda s: s["since"], "the first state")
        assert first["oomtrace"]["pid"] == tracer.process.pid
        assert first["boot_id"] == tracer.start["boot_id"]
        assert (first["hooks"], first["pinned"]) == (tracer.start["hooks"], tracer.start["pinned"])
        assert first["ended"] is first["last"] is None
        assert set(first["totals"]["lost"].values()) == {0} and not first["totals"]["seen"]
        kill = tracer.kill_of(kill_one(start, cgroup).pid)
        second = state.read_when(path, lambda s: s["totals"]["written"], "a state with a kill")
        assert second["last"]["process"] == {
            key: kill["process"][key] for key in ("pid", "title")
        }
        assert second["last"]["time"] == kill["time"]
        assert second["last"]["path"] == cgroup.path
        assert second["kernel"]["kills"] == 1 and not second["kernel"]["unexplained"]
        assert second["uptime_ns"] > first["uptime_ns"] and second["since"] == first["since"]
        stop = tracer.stop()
        last = state.read(path)
    assert last["ended"] == {"exit_status": 0}
    assert last["totals"] == stop["totals"]


def test_is_written_when_nothing_happens(tmp_path):
    path = tmp_path / "state.json"
    with Tracer("--state", path, "--audit", 1) as tracer:
        first = state.read_when(path, lambda s: s["since"], "the first state")
        later = state.read_when(path, lambda s: s["kernel"]["audited"], "a state after an audit")
        assert later["uptime_ns"] > first["uptime_ns"]
        tracer.stop()


def test_says_that_it_did_not_start(tmp_path):
    path = tmp_path / "state.json"
    done = run("--state", path, "--btf", "/nonexistent/btf")
    assert done.returncode == 1
    last = state.read(path)
    assert last["ended"] == {"exit_status": 1}
    assert last["since"] is None and last["hooks"] == []


def test_two_at_once(tmp_path):
    """The first has the file; the second does its work without one, and says so."""
    path = tmp_path / "state.json"
    with Tracer("--state", path) as first, Tracer("--state", path) as second:
        second.stop()
        assert "another oomtrace has it" in one_line(second.talk)
        assert state.read(path)["oomtrace"]["pid"] == first.process.pid
        assert state.read(path)["ended"] is None
        first.stop()
    assert state.read(path)["ended"]


class TestNotKept:
    def test_where_it_is_not_wanted(self, tmp_path):
        path = tmp_path / "state.json"
        with Tracer("--state", path, "--no-state") as tracer:
            tracer.stop()
        assert tracer.talk == "" and list(tmp_path.iterdir()) == []

    def test_where_it_can_not_be(self, tmp_path):
        """A line, and all the rest goes on."""
        with Tracer("--state", "/proc/no/such/state.json") as tracer:
            tracer.stop()
        assert "/proc/no/such/state.json: " in one_line(tracer.talk)

    def test_of_a_user_who_may_not_by_default(self):
        """Nobody asked for it: nothing is said."""
        with Tracer(under=as_nobody(*LEAST)) as tracer:
            tracer.stop()
        assert tracer.talk == ""
