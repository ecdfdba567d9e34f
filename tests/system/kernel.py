"""What this kernel and machine are, as facts to skip by. Found by looking, never by version."""

import contextlib
import ctypes
import errno
import os
import platform
import re
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")
FAULT_AROUND_PAGES = (64 << 10) // PAGE  # mm/memory.c, fault_around_bytes: of a file, at once
GUEST = os.environ.get("OOMTRACE_GUEST") == "1"
ROW = os.environ.get("OOMTRACE_ROW") or "host"

# The reasons, as expected_skips.py and the results name them.
NOT_A_GUEST = "takes the whole machine out of memory: only in a throw-away guest"
LOSES_ROOT = "once out of memory, this kernel reads zeros or nothing (EINVAL) from its 9p root"
NOT_OUR_LOG = "overwrites the kernel's log: only in a throw-away guest"
NO_OOM_GROUP = "memory.oom.group is cgroup v2's"
NO_OOM_AT_LIMIT_WRITE = "lowering the limit kills on cgroup v2 only"
NO_SWAP = "no swap"
NO_HUGETLB = "no hugetlb pages in this kernel"
NO_SYSRQ = "no sysrq in this kernel"
NO_RESOURCE_CAPABILITY = "no CAP_SYS_RESOURCE: oom_score_adj can't be lowered"
NO_KPROBES_FOR_PEER = "no kprobes, which libbpf-tools' oomkill needs"
NO_VMSTAT = "no oom_kill in /proc/vmstat"
ONE_CPU = "one CPU"
SLOW_ROW = "takes minutes to start where everything is emulated, and is the same on all kernels"
NO_SECOND_KPROBE = "this kernel oopses when a kprobe is enabled again, by whatever means"
NO_FENTRY = "no fentry"
NO_READING_WITHOUT_BTF = "without BTF everything is read by helper, which this lockdown forbids"
NO_SECCOMP_FILTERS = "no seccomp filters in this kernel"
NO_FILE_HANDLES = "no open_by_handle_at() in this kernel"
NO_EXEC_HOOK = "no exec hook: this lockdown forbids reading the memory of a process"
NO_OWN_CGROUP = "no reading of its own cgroup: this lockdown forbids it"
NOT_A_NODE = "runs containers of its own: only in a throw-away guest"
NO_SYSTEMD = "no systemd that may be told anything: only in a guest that it runs"
NO_EXIT_HOOK = "start says that sched_process_exit is not live"

# Seen in 4 of 14 runs: EINVAL for each file, and SIGSEGV in pages of code that were zeros.
KEEPS_ROOT = ROW != "7.3"

# The row of the matrix that is worth the time of what is the same on all kernels.
IS_FAST = ROW == "host"


def needs(condition, reason):
    import pytest  # here: what is not a test, and knows no pytest, asks this module as well

    if not condition:
        pytest.skip(reason)


def _mounts():
    """(root, mount point, type, super options) of each mount."""
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, after = line.split(" - ", 1)
        words, (kind, _, options) = before.split(), after.split(" ", 2)
        yield words[3], Path(words[4]), kind, options.split(",")


def memory_hierarchy():
    """(version, mount point) of the cgroup hierarchy that has the memory controller."""
    unified = None
    for _, mount, kind, options in _mounts():
        if kind == "cgroup" and "memory" in options:
            return 1, mount
        if kind == "cgroup2" and "memory" in (mount / "cgroup.controllers").read_text().split():
            unified = 2, mount
    if not unified:
        raise RuntimeError("no memory controller is mounted")
    return unified


CGROUP_VERSION, CGROUP_MOUNT = memory_hierarchy()


def vmstat_oom_kill():
    """The kernel's own count of OOM kills, or None."""
    found = re.search(r"^oom_kill (\d+)$", Path("/proc/vmstat").read_text(), re.M)
    return int(found[1]) if found else None


def has_capability(bit):
    status = Path("/proc/self/status").read_text()
    return bool(int(re.search(r"^CapEff:\s*(\w+)$", status, re.M)[1], 16) >> bit & 1)


def has_kprobes():
    return Path("/sys/bus/event_source/devices/kprobe").exists()


def has_bpf_jit():
    """Without it there are no trampolines: no fentry."""
    return Path("/proc/sys/net/core/bpf_jit_enable").exists()


def may_kprobe_again():
    """
    7.3.4 does not survive it, in the emulator at least: with tracefs alone, enabling a kprobe on
    oom_kill_process, disabling and enabling it ends in an oops at the next OOM kill.
    """
    return may_kprobe() and ROW != "7.3"


def may_kprobe():
    lockdown = Path("/sys/kernel/security/lockdown")
    locked = lockdown.exists() and "[confidentiality]" in lockdown.read_text()
    return has_kprobes() and not locked


def has_hugetlb():
    return "Hugepagesize:" in Path("/proc/meminfo").read_text()


def iterates_one_task():
    """A task iterator that looks at one task alone (6.1)."""
    return b"\0BPF_TASK_ITER_TID\0" in Path("/sys/kernel/btf/vmlinux").read_bytes()


def has_seccomp_filters():
    """CONFIG_SECCOMP_FILTER"""
    return Path("/proc/sys/kernel/seccomp").exists()


def bpf_is_locked_memory():
    """Before 5.11 maps count against RLIMIT_MEMLOCK, since in the memory cgroup."""
    return b"\0bpf_map_memory\0" in Path("/sys/kernel/btf/vmlinux").read_bytes()
def has_file_handles():
    libc = ctypes.CDLL(None, use_errno=True)
    libc.name_to_handle_at(-1, b"", None, None, 0)
    return ctypes.get_errno() != errno.ENOSYS


def can_lower_score():
    return has_capability(24)


def has_swap():
    return len(Path("/proc/swaps").read_text().splitlines()) > 1


def lockdown():
    """The level in force, or None where the kernel does not say."""
    try:
        return re.search(r"\[(\w+)\]", Path("/sys/kernel/security/lockdown").read_text())[1]
    except FileNotFoundError:
        return None


def refused_hooks():
    """
    Hooks that this row's kernel gives no way to have. The host may have neither kprobes nor fentry,
    and so has a kernel without kprobes and BPF JIT; under lockdown=confidentiality no helper may
    read the kernel's memory.
    """
    refused = set()
    if not has_kprobes() and (ROW == "host" or not has_bpf_jit()):
        refused |= {"oom_kill_process", "oom_kill_process_return"}
    if lockdown() == "confidentiality":
        refused |= {"kernel_read", "own_cgroup", "sched_process_exec"}
    return refused


def rss_slack_bytes(threads=1, fault_pages=1):
    """
    How far a process's memory counters may be off, each of them, in the kernel's own view.

    Until 6.1 each thread keeps up to 64 page faults to itself (SPLIT_RSS_COUNTING), of FAULT_PAGES
    each; since 6.2 each CPU keeps up to max(32, 2 * CPUs) pages (percpu_counter). Which of them it
    is matters little here: the larger one is taken.
    """
    cpus = os.cpu_count()
    return PAGE * max(64 * threads * fault_pages, max(32, 2 * cpus) * cpus)


def facts():
    """For the head of a test report."""
    return {
        "row": ROW,
        "release": platform.release(),
        "machine": platform.machine(),
        "guest": GUEST,
        "cgroup": CGROUP_VERSION,
        "kprobes": has_kprobes(),
        "lockdown": lockdown(),
        "swap": has_swap(),
        "cpus": os.cpu_count(),
        "vmstat_oom_kill": vmstat_oom_kill(),
    }


@contextlib.contextmanager
def _set(name, value):
    setting = Path("/proc/sys/kernel") / name
    before = setting.read_text()
    setting.write_text(value)
    try:
        yield
    finally:
        setting.write_text(before)


def console_quiet():
    """Only emergencies on the kernel's console; everything goes on to be in its log."""
    return _set("printk", "1")


def counting_runs():
    """The kernel counts how often each BPF program runs."""
    return _set("bpf_stats_enabled", "1")
