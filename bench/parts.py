"""
What is measured, as rows of a table: (what, unit, {program: [one number of each run]}).

Programs take turns within each round, so that a machine that gets slower does so for all.
"""

import os
import re
import signal
import subprocess
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import cgroup as cgroups
import kernel
from mark import Marks
from run import HOOKS, LOGS, OOMTRACE, Peer, Run
from tracer import PROGRAM, ROOT
from victim import Victim

MIB = 1 << 20
IDLE_SECONDS = 20
GOLDEN = ROOT / "tests/golden/klog"


def tracers():
    """Those that attach hooks; oomtrace first."""
    return [OOMTRACE, *(peer for peer in HOOKS if kernel.may_kprobe() and peer.is_there())]


# ---- latency ----


def kill_one():
    """The pid of a process that the kernel has killed at its limit."""
    with cgroups.create() as cgroup, Victim(cgroup.limit(16 * MIB), "hog") as victim:
        victim.go().wait(60)
        return victim.pid


class Busy:
    """Both CPUs, or however many there are."""

    def __enter__(self):
        loop = ["sh", "-c", "while :; do :; done"]
        self._loops = [subprocess.Popen(loop) for _ in range(os.cpu_count())]

    def __exit__(self, *_):
        for process in self._loops:
            process.kill()
            process.wait()


def latencies(rounds, terminal):
    found = defaultdict(list)
    with Marks() as marks:
        for _ in range(rounds):
            for peer in [*tracers(), *LOGS]:
                with Run(peer, terminal) as run:
                    pid = kill_one()
                    readable = run.when_killed(pid)
                found[peer.name].append((readable - marks.when(pid)) / 1e6)
    return found


def latency(rounds):
    for terminal, where in ((False, "a pipe"), (True, "a terminal")):
        yield f"kill to line on {where}", "ms", latencies(rounds, terminal)
        with Busy():
            yield f"the same, all CPUs busy ({where})", "ms", latencies(rounds, terminal)


# ---- ready, memory ----


def ready(rounds):
    found = defaultdict(list)
    for _ in range(rounds):
        for peer in tracers():
            with Run(peer) as run:
                found[peer.name].append(run.ready_ns / 1e6)
    yield "exec to hooks live", "ms", found


def kernel_mib(pid):
    """What the kernel charges for the maps and programs that it has open, each once."""
    held = {}
    for path in Path(f"/proc/{pid}/fdinfo").iterdir():
        text = path.read_text()
        if charged := re.search(r"^memlock:\s+(\d+)$", text, re.M):
            held[re.search(r"^(?:map|prog)_id:\s+\d+$", text, re.M)[0]] = int(charged[1])
    return sum(held.values()) / MIB


def memory(rounds):
    """Of the program alone, idle: stdbuf has become it by then."""
    rss, peak, held = defaultdict(list), defaultdict(list), defaultdict(list)
    for _ in range(rounds):
        for peer in [*tracers(), *LOGS]:
            with Run(peer) as run:
                text = Path(f"/proc/{run.process.pid}/status").read_text()
                for key, into in (("VmRSS", rss), ("VmHWM", peak)):
                    kib = int(re.search(rf"^{key}:\s+(\d+) kB$", text, re.M)[1])
                    into[peer.name].append(kib / 1024)
                if peer.ready:
                    held[peer.name].append(kernel_mib(run.process.pid))
    yield "resident memory", "MiB", rss
    yield "its peak", "MiB", peak
    yield "maps and programs in the kernel", "MiB", held


# ---- idle ----


def fork_exec_exit_us(times):
    began = time.monotonic_ns()
    for _ in range(times):
        os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)
    return (time.monotonic_ns() - began) / 1000 / times


def switches(pid):
    """Context switches of all its threads, voluntary or not."""
    texts = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/status")]
    return sum(int(n) for text in texts for n in re.findall(r"ctxt_switches:\s+(\d+)", text))


def idle_switches(peer):
    with Run(peer) as run:
        before = switches(run.process.pid)
        time.sleep(IDLE_SECONDS)
        return switches(run.process.pid) - before


def idle(rounds):
    found, times = defaultdict(list), 200 * rounds
    for _ in range(rounds):
        found["none"].append(fork_exec_exit_us(times))
        for peer in tracers():
            with Run(peer):
                found[peer.name].append(fork_exec_exit_us(times))
    yield f"fork, exec and exit ({times:,} a run)", "us", found
    woken = {peer.name: [idle_switches(peer)] for peer in tracers()}
    yield f"context switches in {IDLE_SECONDS} s, idle", "", woken


# ---- storm ----


def storm_once(kills):
    """(kills a second, CPU seconds per 1,000): every kill has to be in the file."""
    with (
        tempfile.TemporaryDirectory() as directory,
        cgroups.create() as cgroup,
        cgroups.create() as outside,
    ):
        file = Path(directory, "events")
        procs = cgroup.limit(8 * kernel.PAGE).directory / "cgroup.procs"
        to_file = Peer("oomtrace", [*OOMTRACE.argv, "-o", str(file)], OOMTRACE.ready, OOMTRACE.kill)
        with Victim(outside, "storm", kills, str(procs)) as victim, Run(to_file) as run:
            began = time.monotonic()
            victim.go().wait(300)
            took = time.monotonic() - began
            run.process.send_signal(signal.SIGINT)
            status, used = os.wait4(run.process.pid, 0)[1:]
        told = file.read_text().count('"type":"oom_kill"')
    assert told == kills and status == 0, f"{told} of {kills}, exit status {status}"
    return kills / took, (used.ru_utime + used.ru_stime) * 1000 / kills


def storm(rounds):
    runs = [storm_once(100 * rounds) for _ in range(rounds)]
    yield "kills in a row, none lost", "1/s", {"oomtrace": [rate for rate, _ in runs]}
    yield "CPU for 1,000 of them", "s", {"oomtrace": [cpu for _, cpu in runs]}


# ---- klog ----


def megabytes_a_second(argv, path):
    began = time.monotonic()
    subprocess.run([*argv, path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return path.stat().st_size / 1e6 / (time.monotonic() - began)


def klog(rounds):
    """The log is that of real kills, over and over."""
    readers = {
        "oomtrace": [PROGRAM, "klog", "--format", "json"],
        "grep": ["grep", "-aE", "invoked oom-killer|oom-kill:|Killed process"],
    }
    found = defaultdict(list)
    with tempfile.NamedTemporaryFile() as file:
        part = b"".join(log.read_bytes() for log in sorted(GOLDEN.glob("6.*.log")))
        for _ in range(5_000_000 * min(rounds, 10) // len(part)):
            file.write(part)
        file.flush()
        for _ in range(rounds):
            for name, argv in readers.items():
                found[name].append(megabytes_a_second(argv, Path(file.name)))
    yield "reading a kernel log", "MB/s", found


PARTS = {part.__name__: part for part in (latency, ready, memory, idle, storm, klog)}
