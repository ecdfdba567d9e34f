"""
The victim's command line, executable and rank: as they were at exec, since nobody can read them
any more when it dies, and the process may have overwritten them long before.
"""

import codecs
import shutil

import pytest

import cgroup as cgroups
import kernel
from near import MIB
from tracer import Tracer
from victim import PROGRAMS

pytestmark = pytest.mark.skipif(
    kernel.lockdown() == "confidentiality", reason=kernel.NO_EXEC_HOOK
)

LIMIT = 32 * MIB
HOLD = ("--hold", 12 * MIB)
RANK = {"RANK": "3", "LOCAL_RANK": "1", "WORLD_SIZE": "8"}
HOSTILE = b'a\nb\r"c"\\\x1b[31m\x7f\xff\xc3(\xe2\x82\xf0\x9f\x92\xa9\xed\xa0\x80,{"type":"stop"}'
TITLE = "worker 3: serving ranker"

codecs.register_error("each byte", lambda error: ("\ufffd" * (error.end - error.start), error.end))


def text(raw):
    """Bytes of a stranger as oomtrace tells them: each that is not UTF-8 becomes U+FFFD."""
    return raw.decode("utf-8", "each byte")


def killed(tracer, start, cgroup, *args, **kwargs):
    """The victim's arguments, and its record."""
    cgroup.limit(LIMIT)
    victim = start(kwargs.pop("program", "hog"), *HOLD, *args, **kwargs).go()
    victim.wait()
    return victim, tracer.only_kill_of(victim.pid)["process"]


def filler(argv_bytes, want_bytes):
    """One argument that brings a command line, NULs and all, to the wanted length."""
    used = sum(len(arg) + 1 for arg in argv_bytes)
    return "x" * (want_bytes - used - 1)


@pytest.mark.kind("exec'd after start")
class TestExecedAfterStart:
    def test_command_line(self, tracer, start, cgroup):
        victim, process = killed(tracer, start, cgroup, "--", "serve", "", "--port=80")
        assert process["command_args"] == [text(arg) for arg in victim.argv]
        assert process["command_args_truncated"] is False
        assert process["executable"]["name"] == "hog"
        assert process["rank"] is None

    def test_rank(self, tracer, start, cgroup):
        env = {"PATH": "/bin", "RANKLE": "no", "XRANK": "no", **RANK, "LAST": "x" * 2000}
        _, process = killed(tracer, start, cgroup, env=env)
        assert process["rank"] == RANK

    def test_from_a_thread_of_its_own_pid_namespace(self, tracer, start, cgroup):
        victim, process = killed(tracer, start, cgroup, "--newns", "pid", env=RANK)
        assert process["command_args"] == [text(arg) for arg in victim.argv]
        assert process["rank"] == RANK


@pytest.mark.kind("older than oomtrace")
def test_older_than_oomtrace(start, cgroup):
    """Also of a worker, which never executed anything."""
    with cgroups.create() as other:
        old = start("hog", *HOLD, "--", "serve", env=RANK, within=cgroup.limit(LIMIT))
        manager = start("group", 6 * MIB, 3, env=RANK, within=other.limit(LIMIT))
        worker = manager.ready["workers"][1]
        with Tracer() as tracer:
            old.go().wait()
            manager.go(b"1").line(lambda line: line.get("died") == worker)
            kills = tracer.only_kill_of(old.pid), tracer.only_kill_of(worker)
    for kill, program in zip(kills, (old, manager)):
        assert kill["process"]["command_args"] == [text(arg) for arg in program.argv]
        assert kill["process"]["command_args_truncated"] is False
        assert kill["process"]["rank"] == RANK


@pytest.mark.kind("forked, not exec'ed")
def test_forked_worker(tracer, start, cgroup):
    cgroup.limit(LIMIT)
    manager = start("group", 6 * MIB, 3, env=RANK)
    victim = manager.ready["workers"][1]
    manager.go(b"1").line(lambda line: line.get("died") == victim)
    process = tracer.only_kill_of(victim)["process"]
    assert process["command_args"] == [text(arg) for arg in manager.argv]
    assert process["executable"]["name"] == "group"
    assert process["rank"] == RANK


@pytest.mark.kind("setproctitle")
def test_title_does_not_hide_the_command_line(tracer, start, cgroup):
    victim, process = killed(tracer, start, cgroup, "--title", TITLE, "--comm", "worker 3", env=RANK)
    assert process["command_args"] == [text(arg) for arg in victim.argv]
    assert process["rank"] == RANK
    assert process["title"] == "worker 3"
    assert process["executable"]["name"] == "hog"


@pytest.mark.kind("command line, long")
class TestLongCommandLine:
    def test_4096_bytes_are_complete(self, tracer, start, cgroup):
        argv = [bytes(PROGRAMS / "hog"), b"--hold", str(HOLD[1]).encode(), b"--"]
        victim, process = killed(tracer, start, cgroup, "--", filler(argv, 4096))
        assert sum(len(arg) + 1 for arg in victim.argv) == 4096
        assert process["command_args"] == [text(arg) for arg in victim.argv]
        assert process["command_args_truncated"] is False

    def test_of_more_the_beginning(self, tracer, start, cgroup):
        victim, process = killed(tracer, start, cgroup, "--", *["y" * 999] * 60)
        told = "\0".join(process["command_args"])
        assert process["command_args_truncated"] is True
        assert len(told) >= 4000
        assert "\0".join(text(arg) for arg in victim.argv).startswith(told)


@pytest.mark.kind("hostile bytes")
class TestHostileBytes:
    def test_command_line(self, tracer, start, cgroup):
        victim, process = killed(tracer, start, cgroup, "--", HOSTILE)
        assert process["command_args"] == [text(arg) for arg in victim.argv]

    def test_rank(self, tracer, start, cgroup):
        _, process = killed(tracer, start, cgroup, env={b"RANK": HOSTILE})
        assert process["rank"] == {"RANK": text(HOSTILE)}

    @pytest.mark.parametrize(
        "comm",
        [b'"\n\\\x1b[2J\xff}', b"\xf0\x9f\x92\xa9" * 4, b"%s%n%s%n", b"\t) R 1 1", b""],
        ids=["json", "cut inside a character", "format", "stat", "empty"],
    )
    def test_comm(self, tracer, start, cgroup, comm):
        _, process = killed(tracer, start, cgroup, "--comm", comm)
        assert process["title"] == text(comm[:15])

    def test_name_of_the_executable(self, tracer, start, cgroup, tmp_path):
        program = tmp_path / 'h"o\n\x1bg'
        shutil.copy(PROGRAMS / "hog", program)
        _, process = killed(tracer, start, cgroup, program=program)
        assert process["executable"]["name"] == program.name


@pytest.mark.kind("no exec cache")
def test_without_the_cache(start, cgroup):
    """The command line is what /proc still tells, if anything; never something else."""
    cgroup.limit(LIMIT)
    with Tracer("--no-exec-cache") as tracer:
        assert tracer.hook("sched_process_exec") is None
        victim = start("hog", *HOLD, env=RANK).go()
        victim.wait()
        process = tracer.only_kill_of(victim.pid)["process"]
        tracer.stop()
    assert process["command_args"] in (None, [text(arg) for arg in victim.argv])
    assert process["rank"] in (None, RANK)
    assert process["executable"]["name"] == "hog"
