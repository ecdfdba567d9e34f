"""The Debian package: found clean by lintian, and its life in a root that has what it needs."""

import shutil

import pytest

import debian
from daemon import Daemon, of_type, records_of
from root import Root

pytestmark = pytest.mark.kind("service: package")

HOLDS = (
    "/etc/default/oomtrace",
    "/etc/logrotate.d/oomtrace",
    "/lib/systemd/system/oomtrace.service",
    "/usr/sbin/oomtrace",
    "/usr/share/bash-completion/completions/oomtrace",
    "/usr/share/man/man8/oomtrace.8.gz",
    "/usr/share/oomtrace/oomtrace.schema.json",
    "/usr/share/oomtrace/prometheus/oomtrace.rules.yml",
    "/usr/share/oomtrace/shipping/rsyslog.conf",
)
FILE = "var/log/oomtrace/oomtrace.jsonl"
PINS = "/sys/fs/bpf/oomtrace"


@pytest.fixture(scope="module")
def package():
    return debian.package()


@pytest.fixture
def root(package, tmp_path):
    """With both packages in it, neither installed."""
    place = tmp_path / "root"
    with Root(place, debian.field(package, "Depends")) as made:
        shutil.copy(package, place / "tmp/oomtrace.deb")
        shutil.copy(debian.newer(tmp_path), place / "tmp/newer.deb")
        yield made


@pytest.fixture
def service(root):
    """service() -> the installed program at work, as its unit starts it; no systemd is in there."""
    file = root.place / FILE
    command = [*root.enter, "/usr/sbin/oomtrace", "-q", "-o", f"/{FILE}"]

    def begin():
        file.parent.mkdir(exist_ok=True)
        return Daemon(file, command=command)

    return begin


def test_lintian_has_nothing_to_say(package):
    changes = next(package.parent.glob("*.changes"))
    lintian = ("lintian", "--allow-root", "--fail-on", "error,warning", "-E", "--pedantic")
    assert debian.output(*lintian, changes) == ""


def test_holds_what_a_machine_needs(package):
    listed = debian.output("dpkg-deb", "--contents", package).split()
    assert not [path for path in HOLDS if f".{path}" not in listed]


def test_no_kill_is_missed_by_an_upgrade(root, service, storm, rows):
    """What is killed while the one program is replaced by the other; removal ends the hooks."""
    root.run("dpkg", "--install", "/tmp/oomtrace.deb")
    with service() as daemon:
        storm(1, rows())
        daemon.stop()
    storm(1, rows(0))
    root.run("dpkg", "--install", "/tmp/newer.deb")
    storm(1, rows(0))
    with service() as daemon:
        daemon.stop()
    kills = of_type(records_of(root.place / FILE), "oom_kill")
    assert [kill["seq"] for kill in kills] == [1, 2, 3]
    assert root.run("ls", PINS)
    root.run("dpkg", "--remove", "oomtrace")
    assert PINS not in root.run("find", "/sys/fs/bpf")


def test_what_is_kept(root):
    """What a person has edited; all of it until the package is purged, then nothing."""
    before = root.files()
    root.run("dpkg", "--install", "/tmp/oomtrace.deb")
    edited, untouched = (root.place / name for name in debian.CONFFILES)
    edited.write_text("OOMTRACE_OPTIONS=--no-pin\n")
    root.run("dpkg", "--force-confold", "--install", "/tmp/newer.deb")
    assert edited.read_text() == "OOMTRACE_OPTIONS=--no-pin\n"
    assert untouched.read_text().endswith(debian.NEWER)
    (root.place / FILE).parent.mkdir()
    (root.place / FILE).write_text("{}\n")
    root.run("dpkg", "--remove", "oomtrace")
    assert edited.exists() and untouched.exists() and (root.place / FILE).exists()
    assert not (root.place / "usr/sbin/oomtrace").exists()
    root.run("dpkg", "--purge", "oomtrace")
    assert root.files() == before
