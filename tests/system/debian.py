"""The Debian package of the tree, which `make deb` builds, and one that is newer."""

import subprocess

from tracer import ROOT

CONFFILES = ("etc/default/oomtrace", "etc/logrotate.d/oomtrace")
NEWER = "# Of the newer package.\n"


def output(*argv, **kwargs):
    done = subprocess.run(
        argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **kwargs
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


def package():
    found = list((ROOT / "build/deb").glob("oomtrace_*.deb"))
    assert len(found) == 1, "there is no package: run make deb"
    return found[0]


def newer(place):
    """The package with a higher version, whose conffiles have one more line; made in PLACE."""
    tree = place / "newer"
    output("dpkg-deb", "--raw-extract", package(), tree)
    control = tree / "DEBIAN/control"
    control.write_text(control.read_text().replace("\nVersion: ", "\nVersion: 1:"))
    for name in CONFFILES:
        with open(tree / name, "a", encoding="ascii") as file:
            file.write(NEWER)
    output("dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, place / "newer.deb")
    return place / "newer.deb"


def field(path, name):
    return output("dpkg-deb", "--field", path, name).strip()
