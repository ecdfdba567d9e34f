"""
The BPF sources compile against a header made of a whole kernel's BTF in the place of our own
minimal one: the types and names there are the kernel's.
"""

import shlex
import subprocess

import pytest

import kernels
import relocations

SHIM = kernels.TOP / "tests/core/shim"
SOURCE = "bpf/oomtrace.bpf.c"

# Our header has the newest layout alone. Where a kernel is older, its name for what was renamed.
RENAMED = {
    "debian-6.12": ["-D__parent=parent"],  # kernfs_node.parent, until 6.15
    "7.3": [],
}


def own_command(object_file):
    """How the Makefile compiles the BPF object."""
    made = subprocess.run(["make", "-n", "-B", "V=1", "build/bpf/oomtrace.bpf.o"],
                          cwd=kernels.TOP, stdout=subprocess.PIPE, text=True, check=True).stdout
    command, = (line for line in made.splitlines() if f" -c {SOURCE} " in line)
    words = shlex.split(command)
    words[words.index("-o") + 1] = str(object_file)
    words[words.index("-MF") + 1] = f"{object_file}.d"
    return words


@pytest.mark.parametrize("name", RENAMED)
def test_compiles_against_a_full_header(name):
    try:
        kernel = kernels.find(name)
    except kernels.NotHere as why:
        pytest.skip(f"{name}: {why}")
    out = kernels.TOP / "build/core" / name
    out.mkdir(parents=True, exist_ok=True)
    with open(out / "full.h", "w", encoding="ascii") as header:
        subprocess.run([relocations.bpftool(), "btf", "dump", "file", kernel.btf, "format", "c"],
                       stdout=header, check=True)
    command = own_command(out / "oomtrace.bpf.o")
    command.remove("-Ivmlinux")
    # The kernel is compiled with -fms-extensions; what is odd in its types is not for us to mend.
    command += ["-fms-extensions", "-isystem", SHIM, "-isystem", out, *RENAMED[name]]
    done = subprocess.run(command, cwd=kernels.TOP, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode or done.stdout:
        pytest.fail(done.stdout, pytrace=False)
