"""The Debian package: built from the tree, found clean by lintian, and what is in it."""

import shutil
import subprocess

import pytest

from tracer import ROOT

pytestmark = pytest.mark.kind("service: package")

NOT_SOURCES = shutil.ignore_patterns(".git", "build", "node_modules", "__pycache__")
HOLDS = (
    "/etc/default/oomtrace",
    "/etc/logrotate.d/oomtrace",
    "/lib/systemd/system/oomtrace.service",
    "/usr/sbin/oomtrace",
    "/usr/share/bash-completion/completions/oomtrace",
    "/usr/share/man/man8/oomtrace.8.gz",
    "/usr/share/oomtrace/oomtrace.schema.json",
)


def output(*argv, **kwargs):
    done = subprocess.run(
        argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **kwargs
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    place = tmp_path_factory.mktemp("package")
    shutil.copytree(ROOT, place / "oomtrace", ignore=NOT_SOURCES)
    output("dpkg-buildpackage", "-b", "-us", "-uc", cwd=place / "oomtrace")
    return next(place.glob("oomtrace_*.deb"))


def test_lintian_has_nothing_to_say(package):
    changes = next(package.parent.glob("*.changes"))
    lintian = ("lintian", "--allow-root", "--fail-on", "error,warning", "-E", "--pedantic")
    assert output(*lintian, changes) == ""


def test_holds_what_a_machine_needs(package):
    listed = output("dpkg-deb", "--contents", package).split()
    assert not [path for path in HOLDS if f".{path}" not in listed]


def test_removal_ends_what_is_pinned(package, tmp_path):
    """Once the service has stopped, and not on an upgrade, over which the hooks stay live."""
    output("dpkg-deb", "--control", package, tmp_path / "control")
    prerm = (tmp_path / "control/prerm").read_text()
    assert prerm.index("deb-systemd-invoke stop") < prerm.index("oomtrace unload")
    output("sh", "-n", tmp_path / "control/prerm")
    output("sh", "-n", tmp_path / "control/postrm")
