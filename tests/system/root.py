"""
A root directory with Debian's essential packages, what some others depend on, and nothing else: made
of the files that this machine has of them, without a network. Commands run in it with a /proc, a /sys
and a BPF file system of their own.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from deadline import seconds

DPKG = Path("/var/lib/dpkg")
DIRECTORIES = ("dev", "proc", "sys", "tmp", "run", "var/log", "var/lib/dpkg/updates")
MANUALS = ("/usr/share/doc/", "/usr/share/man/", "/usr/share/locale/")
# Becomes a process of the root that is there until its stdin ends, and the mounts with it.
HOLD = """
mount --rbind /sys "$0/sys" && mount -t bpf bpf "$0/sys/fs/bpf" &&
mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc" && exec chroot "$0" cat
"""


class Root:
    """PLACE, with the packages that a package with the control fields NEEDS can be installed among."""

    def __init__(self, place, needs):
        self.place = place
        copy(place, closure(needs))
        for name in DIRECTORIES:
            (place / name).mkdir(parents=True, exist_ok=True)
        (place / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
        (place / "etc/group").write_text("root:x:0:\nadm:x:4:\n")
        self.process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", HOLD, place],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.process.stdin.write(b"mounted\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == b"mounted\n"
        self.enter = ("nsenter", "-t", str(self.process.pid), "-m", "-r", "-w/")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.communicate(timeout=seconds(10))

    def run(self, *argv):
        """A command in the root; what it said."""
        done = subprocess.run(
            [*self.enter, *argv],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def files(self):
        """Their paths, directories and what is dpkg's own left out."""
        found = (path for path in self.place.rglob("*") if not path.is_dir())
        return {path for path in found if "dpkg" not in str(path.relative_to(self.place))}


def installed():
    """{name: control fields} of this machine's packages; a name that is provided has them, too."""
    packages = {}
    for text in (DPKG / "status").read_text().split("\n\n"):
        fields = dict(re.findall(r"^([\w-]+): *(.*(?:\n .*)*)", text, re.M))
        if fields.get("Status") != "install ok installed":
            continue
        fields["text"] = text.strip("\n") + "\n\n"
        for name, *_ in alternatives(fields.get("Provides", "")):
            packages.setdefault(name, fields)
        packages[fields["Package"]] = fields
    return packages


def alternatives(dependencies):
    """Of 'a (>= 1), b:any | c': [['a'], ['b', 'c']]."""
    wanted = [one.split("|") for one in dependencies.split(",") if one.strip()]
    return [[re.match(r"[\w.+-]+", name.strip())[0] for name in one] for one in wanted]


def closure(needs):
    """The essential packages, those that NEEDS names, and all that they depend on."""
    packages = installed()
    wanted = [[name] for name, fields in packages.items() if fields.get("Essential") == "yes"]
    wanted += alternatives(needs)
    found = {}
    while wanted:
        fields = next(packages[name] for name in wanted.pop() if name in packages)
        if fields["Package"] not in found:
            found[fields["Package"]] = fields
            for kind in ("Pre-Depends", "Depends"):
                wanted += alternatives(fields.get(kind, ""))
    return found.values()


def copy(place, packages):
    """The files of PACKAGES but for their manuals, and what dpkg knows of them."""
    paths = set()
    for fields in packages:
        info = [str(path) for path in DPKG.glob(f"info/{fields['Package']}[.:]*")]
        listed = Path(next(path for path in info if path.endswith(".list"))).read_text()
        paths |= {*info, *filter(is_file, listed.splitlines())}
    for path in paths:
        # /bin/sh is in /usr/bin: a link, which some package holds, leads there.
        directory = Path(f"{place}{os.path.realpath(os.path.dirname(path))}")
        directory.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, directory / os.path.basename(path), follow_symlinks=False)
    (place / "var/lib/dpkg/status").write_text("".join(fields["text"] for fields in packages))


def is_file(path):
    """One that is used."""
    return not path.startswith(MANUALS) and (os.path.islink(path) or os.path.isfile(path))
