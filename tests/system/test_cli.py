"""The command line: options, exit status, where records go, and what is said when it fails."""

import os
import re
import signal
import subprocess
import unicodedata

import pytest

from deadline import seconds, until
from near import MIB
from tracer import PROGRAM, Tracer, has_record, parse, records_in

pytestmark = pytest.mark.kind("command line")

LIMIT = 32 * MIB
OPTIONS = ("-o", "--format", "-q", "-v", "--btf", "--ring-size", "--no-exec-cache", "--version")
AS_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
WITHOUT_BPF = ("setpriv", "--bounding-set=-sys_admin,-bpf,-perfmon")


def run(*args, before=()):
    """Runs it to its end, which must come by itself."""
    return subprocess.run(
        [*before, PROGRAM, *map(str, args)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=seconds(20),
        check=False,
        encoding="utf-8",
    )


def one_line(said):
    """Of stderr: one line, from oomtrace."""
    assert said.count("\n") == 1 and said.startswith("oomtrace: "), said
    return said


def kill_one(start, cgroup, *args):
    cgroup.limit(LIMIT)
    victim = start("hog", "--hold", 12 * MIB, *args).go()
    victim.wait()
    return victim


class TestUsage:
    @pytest.mark.parametrize(
        "args",
        [
            ["--nonsense"],
            ["nonsense"],
            ["run", "too", "many"],
            ["--format", "xml"],
            ["--format"],
            ["-o"],
            ["-q"],
            ["--ring-size", "many"],
            ["--ring-size", "0"],
            ["--ring-size", "-1"],
            ["--ring-size", "5000"],
        ],
        ids=" ".join,
    )
    def test_errors(self, args):
        done = run(*args)
        assert done.returncode == 2
        assert done.stdout == ""
        one_line(done.stderr)

    def test_help(self):
        done = run("--help")
        assert (done.returncode, done.stderr) == (0, "")
        assert not [option for option in OPTIONS if option not in done.stdout]
        assert "xample" in done.stdout

    def test_version(self):
        done = run("--version")
        assert (done.returncode, done.stderr) == (0, "")
        assert re.search(r"\b\d+\.\d+\.\d+\b", done.stdout.splitlines()[0])
        assert "mark_victim" in done.stdout


class TestFailure:
    def test_not_root(self):
        done = run(before=AS_NOBODY)
        assert (done.returncode, done.stdout) == (1, "")
        assert re.search(r"\broot\b|sudo|CAP_BPF", one_line(done.stderr))

    def test_root_without_the_capability(self):
        done = run(before=WITHOUT_BPF)
        assert (done.returncode, done.stdout) == (1, "")
        assert "CAP_" in one_line(done.stderr)

    @pytest.mark.parametrize("path", ["/nonexistent/file", "/", "/proc/version/file"])
    def test_output_that_can_not_be_opened(self, path):
        done = run("-o", path)
        assert (done.returncode, done.stdout) == (1, "")
        assert path in one_line(done.stderr)

    def test_output_that_is_a_link(self, tmp_path):
        """Not followed: whoever may write to the directory would choose what is overwritten."""
        target, link = tmp_path / "target", tmp_path / "link"
        link.symlink_to(target)
        done = run("-o", link)
        assert (done.returncode, done.stdout) == (1, "")
        assert str(link) in one_line(done.stderr)
        assert not target.exists()

    @pytest.mark.parametrize("path", ["/nonexistent/btf", "/dev/null"])
    def test_btf_that_is_none(self, path):
        done = run("--btf", path)
        assert (done.returncode, done.stdout) == (1, "")
        assert path in one_line(done.stderr)

    @pytest.mark.parametrize("path", ["/nonexistent/profile", "/dev/null"])
    def test_profile_that_is_none(self, path):
        done = run("--profile", path)
        assert (done.returncode, done.stdout) == (1, "")
        assert path in one_line(done.stderr)


class TestOutput:
    def test_json_is_the_default_when_piped(self):
        process = subprocess.Popen([PROGRAM], stdout=subprocess.PIPE)
        try:
            assert parse(process.stdout.readline())["type"] == "start"
        finally:
            process.terminate()
            process.communicate(timeout=seconds(20))

    def test_text_is_the_default_on_a_terminal(self):
        master, slave = os.openpty()
        process = subprocess.Popen([PROGRAM], stdout=slave)
        os.close(slave)
        try:
            first = os.read(master, 4096)
        finally:
            process.terminate()
            process.wait(seconds(20))
            os.close(master)
        assert first.strip() and not first.lstrip().startswith(b"{")

    def test_run_may_be_said(self):
        process = subprocess.Popen([PROGRAM, "run", "--format", "json"], stdout=subprocess.PIPE)
        try:
            assert parse(process.stdout.readline())["type"] == "start"
        finally:
            process.terminate()
            process.communicate(timeout=seconds(20))

    def test_file_gets_the_same_records(self, start, cgroup, tmp_path):
        path = tmp_path / "records"
        with Tracer("-o", path) as tracer:
            victim = kill_one(start, cgroup)
            tracer.only_kill_of(victim.pid)
            tracer.stop()
        assert records_in(path) == tracer.records

    def test_file_is_appended_to(self, tmp_path):
        path = tmp_path / "records"
        path.write_text('{"old":"line"}\n')
        with Tracer("-o", path) as tracer:
            tracer.stop()
        first, *rest = path.read_bytes().splitlines(keepends=True)
        assert first == b'{"old":"line"}\n'
        assert [parse(line)["type"] for line in rest][:1] == ["start"]

    def test_file_is_not_for_everybody(self, tmp_path):
        path = tmp_path / "records"
        before = os.umask(0)
        with Tracer("-o", path) as tracer:
            os.umask(before)
            tracer.stop()
        assert path.stat().st_mode & 0o7777 == 0o640

    def test_quiet_leaves_stdout_alone(self, start, cgroup, tmp_path):
        path = tmp_path / "records"
        process = subprocess.Popen([PROGRAM, "--no-pin", "-q", "-o", path], stdout=subprocess.PIPE)
        try:
            until(has_record(path, "start"), "the start record", 30)
            victim = kill_one(start, cgroup)
            until(has_record(path, "oom_kill"), "the oom_kill record")
        finally:
            process.terminate()
            out, _ = process.communicate(timeout=seconds(20))
        assert (process.returncode, out) == (0, b"")
        assert victim.pid in [r["process"]["pid"] for r in records_in(path) if "process" in r]

    def test_text(self, start, cgroup, tmp_path):
        path = tmp_path / "records"
        args = [PROGRAM, "--no-pin", "--format", "text", "-o", path]
        process = subprocess.Popen(args, stdout=subprocess.PIPE)
        try:
            until(has_record(path, "start"), "the start record", 30)
            comm = b"\x1b[2J\nhog\x7f\xc2\x9b\xff"
            victim = kill_one(start, cgroup, "--comm", comm, "--", b"\x1b]0;x\x07\r\xc2\x9b1m")
            until(has_record(path, "oom_kill"), "the oom_kill record")
        finally:
            process.terminate()
            out, _ = process.communicate(timeout=seconds(20))
        text = out.decode("utf-8", "strict")
        assert process.returncode == 0
        assert str(victim.pid) in text and cgroup.path in text
        assert not text.lstrip().startswith("{")
        controls = {c for c in text if unicodedata.category(c) == "Cc" and c not in "\n\t"}
        assert not controls, f"raw control characters in {text!r}"


class TestEnd:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda n: n.name)
    def test_by_signal(self, own_tracer, number):
        own_tracer.process.send_signal(number)
        assert own_tracer.stopped()["type"] == "stop"
