"""`oomtrace status`: of runs that are there, hang, have died or stopped, and of what is no run."""

import json
import shutil
import signal
import subprocess
import sys

import pytest

import state
from daemon import Daemon
from deadline import seconds, until
from test_cli import AS_NOBODY, one_line, run
from test_state import kill_one
from tracer import Tracer, decode

pytestmark = pytest.mark.kind("status")

EXIT_OF = {"pass": 0, "warn": 3, "fail": 4}
NEEDED = ("mark_victim", "signal_generate", "oom_kill_process", "sched_process_exit")
STATUS = state.validator("status")


class Status:
    """What it said of the run that keeps its state in PATH, checked, in both forms."""

    def __init__(self, path, *args):
        argv = ("status", "--state", path, *args)
        done = run(*argv, "--json")
        assert done.stderr == ""
        self.record = state.check(decode(done.stdout.encode()), STATUS)
        assert done.returncode == EXIT_OF[self.record["status"]]
        self.standing, self.text = self.record["standing"], self.record["text"]
        self.checks = {check["name"]: check for check in self.record["checks"]}

    def warnings(self):
        return {name for name, check in self.checks.items() if check["status"] != "pass"}


def stands(path, standing, *args):
    """As soon as it stands so; `oomtrace status` itself waits for nothing that takes long."""

    def look():
        status = Status(path, *args)
        return status.standing == standing and status

    return until(look, f"the standing {standing}", 20)


def usual(tracer):
    """The checks that warn on this kernel, whatever happens."""
    return set() if all(map(tracer.hook, NEEDED)) else {"hooks"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state.json"


def test_alive_and_stopped(path, start, cgroup):
    with Tracer("--state", path, "--audit", 86400) as tracer:
        silent = stands(path, "alive")
        assert silent.text.startswith("oomtrace is alive: no kills since ")
        assert silent.text.endswith(", and the kernel's counter agrees.")
        assert silent.warnings() == usual(tracer)
        assert silent.record["process"]["pid"] == tracer.process.pid
        assert silent.record["last_kill"] is None
        kill = tracer.kill_of(kill_one(start, cgroup).pid)
        # It tells of a kill within a second; the kernel's count has it at once.
        status = Status(path)
        assert status.text.startswith("oomtrace is alive: 1 kill since ")
        assert status.record["kernel"]["unexplained"] == 0
        assert status.warnings() == usual(tracer)
        assert status.record["last_kill"] == {
            "earlier": False,
            "seq": 1,
            "time": kill["time"],
            "pid": kill["process"]["pid"],
            "title": kill["process"]["title"],
            "where": cgroup.path,
        }
        assert status.record["records"]["written"] == 1
        shown = run("status", "--state", path)
        assert shown.stdout.replace("\n", " ").startswith(status.text.split(", the last")[0])
        assert max(map(len, shown.stdout.splitlines())) <= 80
        tracer.stop()
    stopped = Status(path)
    assert stopped.standing == "stopped" and "exit status 0" in stopped.text
    assert stopped.record["process"]["exit_status"] == 0
    assert "Kills are not recorded now." in stopped.text
    with Tracer("--state", path) as tracer:
        again = stands(path, "alive")
        tracer.stop()
    assert again.text.startswith("oomtrace is alive: no kills since ")
    assert ", the last before that " in again.text
    assert again.record["last_kill"] == status.record["last_kill"] | {"earlier": True}


def test_died_unpinned(path):
    with Tracer("--state", path) as tracer:
        stands(path, "alive")
        tracer.end()
        died = Status(path)
    assert died.standing == "died" and "without saying so" in died.text
    assert "Kills are not recorded now." in died.text


def test_died_with_hooks_that_are_pinned(path, pins, tmp_path, start, cgroup):
    options = ("--state", path, "--pin-path", pins)
    with Daemon(tmp_path / "o", *options) as daemon:
        stands(path, "alive")
        daemon.crash()
        assert "next start, none so far" in Status(path).text
        kill_one(start, cgroup)
        died = Status(path)
        assert "1 kill is kept in the kernel until the next start" in died.text
        assert (died.standing, died.record["kernel"]["kept"]) == ("died", 1)
        assert died.checks["pinned"]["status"] == "pass"
    with Daemon(tmp_path / "o", *options) as daemon:
        state.read_when(path, lambda s: s["totals"]["written"], "a state with a kill")
        again = Status(path)
        assert again.standing == "alive" and again.record["records"]["written"] == 1
        assert again.record["kernel"]["unexplained"] == 0
        daemon.stop()
    assert "next start, none so far" in Status(path).text
    run("unload", "--pin-path", pins)
    assert "Kills are not recorded now." in Status(path).text


def test_hangs_and_goes_on(path):
    with Tracer("--state", path, "--audit", 1) as tracer:
        stands(path, "alive")
        tracer.process.send_signal(signal.SIGSTOP)
        hangs = stands(path, "hangs")
        assert hangs.text.startswith("oomtrace hangs: ")
        assert hangs.record["process"]["pid"] == tracer.process.pid
        tracer.process.send_signal(signal.SIGCONT)
        stands(path, "alive")
        tracer.stop()


def test_lost(path, tmp_path, storm, rows):
    """One page of ring has no room for a hundred while nobody reads it."""
    options = ("--state", path, "--no-pin", "--ring-size", 4096, "--watch", 0)
    with Daemon(tmp_path / "o", *options) as daemon:
        daemon.process.send_signal(signal.SIGSTOP)
        storm(100, rows())
        daemon.process.send_signal(signal.SIGCONT)
        state.read_when(path, lambda s: s["totals"]["lost"]["ring_full"], "a state with a loss")
        status = Status(path)
        lost = status.record["records"]["lost_by_stage"]["ring_full"]
        assert status.standing == "alive" and "records" in status.warnings()
        assert f"but has lost {lost} of " in status.text
        assert "--ring-size" in status.checks["records"]["remedy"]
        daemon.stop(status=3)
    assert "exit status 3" in Status(path).text


def test_kernel_counted_more(path, tmp_path, start, cgroup):
    """An old state, as if the run had not seen what came after it, in the hands of one who lives."""
    old = tmp_path / "old.json"
    with Tracer("--state", path, "--audit", 86400) as tracer:
        stands(path, "alive")
        shutil.copy(path, old)
        with held(f"{old}.lock"):
            tracer.kill_of(kill_one(start, cgroup).pid)
            status = Status(old)
        tracer.stop()
    assert status.standing == "alive" and "kernel" in status.warnings()
    assert "the kernel counted 1 kill more than it saw" in status.text
    assert status.record["kernel"]["unexplained"] == 1


class held:  # noqa: N801
    """The file is locked by another process meanwhile."""

    CODE = "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.lockf(f, fcntl.LOCK_EX); " \
        "print(flush=True); sys.stdin.read()"

    def __init__(self, file):
        self.process = subprocess.Popen(
            [sys.executable, "-c", self.CODE, file],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self):
        assert self.process.stdout.readline() == b"\n"

    def __exit__(self, *_):
        self.process.communicate(timeout=seconds(10))


def test_could_not_start(path):
    assert run("--state", path, "--btf", "/nonexistent/btf").returncode == 1
    status = Status(path)
    assert status.standing == "stopped" and "could not start" in status.text
    assert status.record["process"]["since"] is None
    of_another_boot = state.read(path) | {"boot_id": "0123abcd-4567-89ef-0123-456789abcdef"}
    path.write_text(json.dumps(of_another_boot))
    assert Status(path).standing == "other_boot"


def test_none(path):
    status = Status(path)
    assert (status.standing, status.record["process"]) == ("never", None)


@pytest.mark.parametrize("text", ["", "{", '{"type":"oom_kill"}', "x" * 300_000], ids=len)
def test_what_is_no_state(path, text):
    path.write_text(text)
    assert Status(path).standing == "unknown"


@pytest.mark.parametrize("make", ["mkfifo", "mkdir"])
def test_what_is_no_file(path, make):
    subprocess.run([make, path], check=True)
    assert Status(path).standing == "unknown"


def test_not_root(path, tmp_path):
    """Who may not read it is told so: nothing is guessed."""
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents[:2]:
        parent.chmod(0o755)
    with Tracer("--state", path) as tracer:
        done = run("status", "--state", path, before=AS_NOBODY)
        assert (done.returncode, done.stdout) == (1, "")
        assert "ask as root" in one_line(done.stderr)
        tracer.stop()


def test_usage():
    assert run("status", "--quiet").returncode == 2
    assert "Exit status: 0 running" in run("status", "--help").stdout
