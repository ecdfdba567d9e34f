"""
Kernels that lack something, made of one that has it: a file by which the kernel says that it can do
something is hidden in a mount namespace of the tracer's own.
"""

import shutil
from pathlib import Path

import pytest

import kernel
import state
from near import MIB, near
from tracer import Tracer

LIMIT = 24 * MIB
BTF = Path("/sys/kernel/btf")
KPROBE = Path("/sys/bus/event_source/devices/kprobe")


def without(directory, empty):
    """A command that runs the one that follows it where DIRECTORY is EMPTY."""
    hide = f'mount --bind {empty} {directory} && exec "$@"'
    return ["unshare", "--mount", "sh", "-c", hide, "sh"]


def kill_one(tracer, start, cgroup):
    cgroup.limit(LIMIT)
    victim = start("hog", "--hold", 8 * MIB).go()
    victim.wait()
    return victim, tracer.only_kill_of(victim.pid)


def expect_decision(tracer, kill, cgroup):
    tracer.expect(kill, {"oom.hit.path": cgroup.path, "oom.hit.limit_bytes": LIMIT})
    assert kill["oom"]["constraint"] == "memcg"
    assert not kill["oom"]["id_inferred"]


@pytest.mark.kind("fentry only")
def test_fentry_where_there_are_no_kprobes(start, cgroup, tmp_path):
    under = without(KPROBE, tmp_path) if KPROBE.exists() else ()
    with Tracer(under=under) as tracer:
        kernel.needs(tracer.hook("oom_kill_process") == "fentry", kernel.NO_FENTRY)
        assert tracer.hook("oom_kill_process_return") == "fexit"
        _, kill = kill_one(tracer, start, cgroup)
        tracer.stop()
    expect_decision(tracer, kill, cgroup)


FTRACE = Path("/proc/sys/kernel/ftrace_enabled")


@pytest.fixture
def ftrace():
    """ftrace("0"): whether the kernel lets the switch be turned; it is on again afterwards."""

    def turn(value):
        try:
            FTRACE.write_text(value)
        except OSError:
            return False
        return True

    yield turn
    turn("1")


def hooks_when(path, wanted, what, after=""):
    """As of the first audit after that time that finds them WANTED."""

    def is_so(s):
        return (s["kernel"]["audited"] or "") > after and wanted(s["hooks"])

    told = state.read_when(path, is_so, what)
    return {hook["name"]: hook for hook in told["hooks"]}


@pytest.mark.kind("hook turned off")
@pytest.mark.skipif(not kernel.GUEST, reason=kernel.NOT_A_GUEST)
def test_a_hook_that_somebody_turns_off(start, cgroup, tmp_path, ftrace):
    """It is said while it is so, and what the hook would have seen is null meanwhile."""
    path, why = tmp_path / "state.json", "kernel.ftrace_enabled is 0"

    def tells_of_it(hooks):
        return any(hook["why"] == why for hook in hooks)

    with Tracer("--state", path, "--audit", 1) as tracer:
        before = hooks_when(path, lambda _: True, "a first audit")
        if not ftrace("0") or not tracer.sees_decision:
            now = state.read(path)["time"]
            assert hooks_when(path, lambda _: True, "a later audit", now) == before
            tracer.stop()
            return
        off = hooks_when(path, tells_of_it, "a hook that is off")
        assert not off["oom_kill_process"]["live"] and off["mark_victim"]["live"]
        _, kill = kill_one(tracer, start, cgroup)
        assert kill["oom"]["constraint"] is None
        ftrace("1")
        assert hooks_when(path, lambda hooks: not tells_of_it(hooks), "all of them") == before
        _, kill = kill_one(tracer, start, cgroup)
        expect_decision(tracer, kill, cgroup)
        tracer.stop()
    assert f"oom_kill_process is not live: {why}" in tracer.talk
    assert "oom_kill_process is live again" in tracer.talk


@pytest.mark.kind("no BTF")
class TestWithoutBtf:
    def test_it_says_what_is_missing(self, tmp_path):
        with pytest.raises(AssertionError, match="--btf"):
            Tracer(under=without(BTF, tmp_path))

    @pytest.mark.skipif(
        kernel.lockdown() == "confidentiality", reason=kernel.NO_READING_WITHOUT_BTF
    )
    def test_a_file_does_as_well(self, start, cgroup, tmp_path):
        kernel.needs(kernel.may_kprobe_again() or not kernel.may_kprobe(), kernel.NO_SECOND_KPROBE)
        btf, empty = tmp_path / "btf", tmp_path / "empty"
        empty.mkdir()
        shutil.copyfile(BTF / "vmlinux", btf)
        with Tracer("--btf", btf, under=without(BTF, empty)) as tracer:
            assert tracer.hook("mark_victim") == "raw_tp"
            victim, kill = kill_one(tracer, start, cgroup)
            tracer.stop()
        if tracer.sees_decision:
            assert tracer.hook("oom_kill_process") == "kprobe"
            expect_decision(tracer, kill, cgroup)
        held = victim.status["RssAnon"] + victim.grown_bytes() - victim.held_bytes
        tracer.expect(kill, {"memory.anon_rss_bytes": near(held), "oom.victim.path": cgroup.path})
        assert kill["process"]["command_args"][0].endswith("hog")
