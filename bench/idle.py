"""What the programs cost while no process is killed: a minute of waiting, and forks and execs."""

import contextlib
import subprocess
import time

from run import OOMTRACE, ROOT, Run, present
from table import Rows
from usage import since, usage

SECONDS = 60
SPAWN = ROOT / "build/bench/spawn"


def idle(rounds):
    """All of them at once: what one of them does is no concern of another's."""
    rows = Rows()
    with contextlib.ExitStack() as stack:
        runs = [stack.enter_context(Run(peer)) for peer in present()]
        before = [usage(run.process.pid) for run in runs]
        time.sleep(SECONDS)
        for run, then in zip(runs, before):
            used = since(then, run.process.pid)
            rows.add(f"idle for {SECONDS} s: CPU time", "ms", run.peer, used.cpu_ms)
            rows.add(f"idle for {SECONDS} s: wake-ups", "", run.peer, used.wakeups)
            rows.add(f"idle for {SECONDS} s: context switches", "", run.peer, used.switches)
    return rows


def spawn_us(times, *program):
    done = subprocess.run([SPAWN, str(times), *program], stdout=subprocess.PIPE, check=True)
    return int(done.stdout) / 1000


def spawn(rounds):
    """100,000 of each in 5 rounds, on a slow machine fewer, with and without by turns."""
    rows, times = Rows(), 20_000
    for _ in range(rounds):
        for peer in (None, OOMTRACE):
            with Run(peer) if peer else contextlib.nullcontext():
                name = peer or "none"
                rows.add("fork and exit", "us", name, spawn_us(times))
                rows.add("fork, exec and exit", "us", name, spawn_us(times, SPAWN))
    return rows
