"""
The CO-RE relocations of the BPF object as text: one line per kind and field, and whether a kernel
has what it asks for. libbpf says so while bpftool makes a minimal BTF, for which it needs no
privileges:

    libbpf: prog 'tp_btf/mark_victim': relo #3: <field_exists> [94] struct kernfs_node.parent (...)
    libbpf: prog 'tp_btf/mark_victim': relo #3: matching candidate #0 <field_exists> [732] struct ...
"""

import collections
import os
import re
import shutil
import subprocess
from pathlib import Path

import kernels

OBJECT = Path(os.environ.get("OOMTRACE_BPF", kernels.TOP / "build/bpf/oomtrace.bpf.o"))
LISTS = Path(__file__).resolve().parent / "relocations"

HEAD = """\
# kernel {release}
# Relocations of the BPF object, and whether this kernel has what they ask for. What each means is
# in libbpf's relo_core.h; "missing" is right only behind a question (bpf/compat.bpf.h).
# Written by tests/core/update.
"""

ASKS = re.compile(r"prog '([^']+)': relo #(\d+): <(\w+)> \[\d+\] (?:\w+ )?(\S+)")
FOUND = re.compile(r"prog '([^']+)': relo #(\d+): matching candidate #")

List = collections.namedtuple("List", "release lines")


def bpftool():
    return os.environ.get("BPFTOOL") or shutil.which("bpftool") or "/usr/sbin/bpftool"


def libbpf_log(btf):
    done = subprocess.run([bpftool(), "-d", "gen", "min_core_btf", btf, "/dev/null", OBJECT],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise RuntimeError("\n".join(done.stdout.splitlines()[-5:]))
    return done.stdout


def parse(log):
    """Sorted lines, each once."""
    asked, found = {}, set()
    for line in log.splitlines():
        if match := ASKS.search(line):
            asked[match[1], match[2]] = match[3], match[4]
        elif match := FOUND.search(line):
            found.add((match[1], match[2]))
    if not asked:
        raise RuntimeError("no relocations in what libbpf said: has its wording changed?")
    return sorted({f"{kind:<14} {what:<53} {'found' if key in found else 'missing'}"
                   for key, (kind, what) in asked.items()})


def of(btf):
    return parse(libbpf_log(btf))


def read(name):
    text = (LISTS / f"{name}.txt").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return List(re.match(r"# kernel (\S+)", text)[1], lines)


def write(kernel):
    text = HEAD.format(release=kernel.release) + "\n".join(of(kernel.btf)) + "\n"
    (LISTS / f"{kernel.name}.txt").write_text(text)
