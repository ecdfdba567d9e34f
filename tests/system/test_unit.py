"""What make install gives a machine with systemd: the unit's sandbox, and logrotate at work."""

import re
import subprocess

import pytest

from daemon import Daemon, of_type, records_of
from deadline import until
from drop_ins import drop_ins
from tracer import ROOT

pytestmark = pytest.mark.kind("service: unit")

MOST_EXPOSURE = 2.5


def output(*argv):
    done = subprocess.run(
        argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture
def installed(tmp_path):
    output("make", "-C", ROOT, "install", f"DESTDIR={tmp_path}/root", "PREFIX=/usr")
    return tmp_path / "root"


@pytest.fixture
def unit(tmp_path):
    """The unit file, as installed where its program is."""
    output("make", "-C", ROOT, "install", f"DESTDIR={tmp_path}/root", f"PREFIX={tmp_path}/usr")
    file = tmp_path / f"root{tmp_path}/usr/lib/systemd/system/oomtrace.service"
    (tmp_path / "usr").symlink_to(tmp_path / f"root{tmp_path}/usr")
    assert "ExecStart=" + str(tmp_path / "usr/sbin/oomtrace") in file.read_text()
    return file


def verified(unit):
    return output("systemd-analyze", "verify", "--man=no", unit)


def exposure(unit):
    shown = output("systemd-analyze", "security", "--offline=true", unit)
    return float(re.search(r"Overall exposure level for \S+: ([\d.]+)", shown)[1])


def test_unit_is_understood_and_exposed_to_little(unit):
    assert verified(unit) == "" and exposure(unit) <= MOST_EXPOSURE


def test_drop_ins_are_understood_and_expose_little(unit):
    file = unit.parent / "oomtrace.service.d/option.conf"
    file.parent.mkdir()
    for text in drop_ins().values():
        file.write_text(text)
        assert verified(unit) == "" and exposure(unit) <= MOST_EXPOSURE
    file.write_text("[Service]\nWrong=yes\n")
    assert "Wrong" in verified(unit)


def kills_in(file):
    return file.read_bytes().count(b'"type":"oom_kill"') if file.exists() else 0


def test_logrotate_loses_nothing(tmp_path, installed, storm, rows):
    """By rename, without a word to the one that writes; what is compressed is whole."""
    logs = tmp_path / "logs"
    logs.mkdir(mode=0o750)
    file, snippet = logs / "oomtrace.jsonl", tmp_path / "snippet"
    text = (installed / "etc/logrotate.d/oomtrace").read_text()
    snippet.write_text(text.replace("/var/log/oomtrace/", f"{logs}/"))
    snippet.chmod(0o644)
    with Daemon(file, "--no-pin") as daemon:
        for _ in range(3):
            storm(2, rows(0) or rows())
            until(lambda: kills_in(file) == 2, "the records, and a new file for them")
            output("logrotate", "--force", "--state", tmp_path / "state", snippet)
        storm(2, rows(0))
        daemon.stop()
    assert file.exists() and (logs / "oomtrace.jsonl.1").exists()
    packed = [logs / f"oomtrace.jsonl.{number}.gz" for number in (3, 2)]
    whole = tmp_path / "whole"
    whole.write_bytes(
        b"".join(subprocess.check_output(["zcat", one]) for one in packed)
        + (logs / "oomtrace.jsonl.1").read_bytes()
        + file.read_bytes()
    )
    kills = of_type(records_of(whole), "oom_kill")
    assert [kill["seq"] for kill in kills] == list(range(1, 9))
