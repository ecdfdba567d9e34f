"""The kernels of tests/kernels/matrix: where each one's BTF is, and which release it is of."""

import collections
import importlib.machinery
import importlib.util
import platform
import struct
import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]

Kernel = collections.namedtuple("Kernel", "name release btf")


class NotHere(Exception):
    """This kernel can't be had on this machine: why."""


def _load_matrix():
    loader = importlib.machinery.SourceFileLoader("matrix", str(TOP / "tests/kernels/run"))
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader("matrix", loader))
    loader.exec_module(module)
    return module


_matrix = _load_matrix()

# Several rows of the matrix may have one kernel.
NAMES = list(dict.fromkeys(row.kernel.removeprefix("vmlinuz-") for row in _matrix.read_matrix()))


def find(name):
    """Raises NotHere if there are no test kernels at all; one that should be there is an error."""
    if name == "host":
        btf = Path("/sys/kernel/btf/vmlinux")
        if not btf.exists():
            raise NotHere("the running kernel carries no BTF")
        return Kernel(name, platform.release(), btf)
    if name.startswith("debian-"):
        btf = _kernel_image("--btf", name)  # first, as it fetches what is missing
        return Kernel(name, release_of(_kernel_image(name)), btf)
    image, why = _matrix.find_image(f"vmlinuz-{name}")
    if why:
        raise NotHere(why)
    return Kernel(name, release_of(image), _kernel_image("--btf", image))


def _kernel_image(*arguments):
    """The first line that scripts/kernel-image prints, a path."""
    done = subprocess.run([TOP / "scripts/kernel-image", *arguments], capture_output=True,
                          text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip())
    return Path(done.stdout.splitlines()[0])


def release_of(image):
    """What uname -r says in it: the first word of kernel_version (Documentation/arch/x86/boot)."""
    with open(image, "rb") as file:
        head = file.read(0x10000)
    at, = struct.unpack_from("<H", head, 0x20e)
    return head[at + 0x200:].split(b"\0", 1)[0].split()[0].decode()
