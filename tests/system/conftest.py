"""
Fixtures, and what is the suite's own about running tests:

* every test has a kind (the nearest @kind("..."): a column of the kernel table);
* a skip that expected_skips.py does not list for this row of the matrix is a failure;
* with OOMTRACE_RESULTS=FILE each result is appended to FILE as a JSON line.

Environment: OOMTRACE (the program), OOMTRACE_VICTIMS (directory), OOMTRACE_ROW (row of the
matrix, "host" if unset), OOMTRACE_GUEST=1 (a throw-away machine), OOMTRACE_SLOW (factor for all
deadlines), OOMTRACE_RESULTS.
"""

import atexit
import fcntl
import json
import os
import platform
import signal
import subprocess
import sys

import pytest

import cgroup as cgroups
import expected_skips
import kernel
from deadline import until
from tracer import Tracer
from victim import Victim

TOLD_LINES = 30  # of a failure, in the results


def pytest_configure(config):
    config.addinivalue_line("markers", "kind(name): the kind of test, a column of the table")
    if kernel.ROW not in expected_skips.EXPECTED:
        raise pytest.UsageError(f"OOMTRACE_ROW={kernel.ROW} is no row of the matrix")
    # A shell without job control has what it runs in the background ignore it, and all below that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # A run that is told to end still cleans up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def pytest_report_header():
    return "kernel: " + ", ".join(f"{key} {value}" for key, value in kernel.facts().items())


def pytest_collection_modifyitems(items):
    for item in items:
        if not item.get_closest_marker("kind"):
            raise pytest.UsageError(f"{item.nodeid} has no kind")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    report = (yield).get_result()
    report.kind = item.get_closest_marker("kind").args[0]
    why = reason(report)
    if report.skipped and not expected_skips.is_expected(kernel.ROW, report.kind, why):
        report.outcome = "failed"
        report.longrepr = f"unexpected skip on {kernel.ROW} of {report.kind}: {why}"


def reason(report):
    """Why it was skipped; of a failure, the last line of what is told about it."""
    if report.skipped:
        return report.longrepr[2].removeprefix("Skipped: ")
    lines = [line for line in str(report.longrepr or "").splitlines() if line.startswith("E ")]
    return lines[0][1:].strip() if lines else str(report.longrepr or "").strip()[-200:]


def pytest_runtest_logreport(report):
    path = os.environ.get("OOMTRACE_RESULTS")
    if not path or (report.when != "call" and report.passed):
        return
    result = {
        "row": kernel.ROW,
        "test": report.nodeid,
        "kind": report.kind,
        "outcome": report.outcome,
        "reason": reason(report) if not report.passed else None,
        "told": report.longreprtext.splitlines()[-TOLD_LINES:] if report.failed else None,
        "seconds": round(report.duration, 3),
        "facts": {"release": platform.release(), "decision": Tracer.decision},
    }
    with open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(result) + "\n")


@pytest.fixture(scope="session", autouse=True)
def _one_run_at_a_time():
    """The kernel's count of kills is the machine's: another run's kills would be unexplained."""
    with open("/run/oomtrace-test.lock", "w", encoding="ascii") as lock:

        def locked():
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        until(locked, "another run of these tests to end", 300)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_cgroup_left_behind(_one_run_at_a_time):
    cgroups.remove_stale()
    atexit.register(cgroups.remove_all)
    yield
    cgroups.remove_all()


@pytest.fixture
def cgroup():
    """A cgroup under the root, without a limit as yet."""
    with cgroups.create() as made:
        yield made


@pytest.fixture
def start(cgroup):
    """start(program, *args, within=cgroup) -> Victim, ended with the test."""
    victims = []

    def start_victim(program, *args, within=cgroup, **kwargs):
        victims.append(Victim(within, program, *args, **kwargs))
        return victims[-1]

    yield start_victim
    for victim in victims:
        victim.end()


@pytest.fixture(scope="module")
def tracer():
    """One for all tests of a file that only look at records; its ledger is checked at the end."""
    with Tracer() as running:
        yield running
        running.stop()


@pytest.fixture
def own_tracer():
    """One for a test that looks at how it ends, or at nothing coming."""
    with Tracer() as running:
        yield running


@pytest.fixture(scope="module")
def watcher():
    """One that follows a group for a shorter time than people want."""
    with Tracer("--watch", 4) as running:
        yield running
        running.stop()


@pytest.fixture(scope="session")
def _quiet_console():
    """The kernel writes a line for each kill to its console: 5 ms each on a serial port."""
    with kernel.console_quiet():
        yield


@pytest.fixture
def rows(_quiet_console):
    """rows(count): cgroups with a limit of a few pages, for the children of a storm."""
    made = []

    def make(count=1):
        made.extend(cgroups.create().limit(8 * kernel.PAGE) for _ in range(count))
        return made

    yield make
    for row in made:
        row.remove()


@pytest.fixture
def storm(start):
    """storm(kills, rows): KILLS in each of ROWS, as fast as they come; returns after the last."""

    def run(kills, within):
        victims = start("storm", kills, *(row.directory / "cgroup.procs" for row in within)).go()
        assert victims.wait(300) == 0

    return run


@pytest.fixture
def pins(tmp_path):
    """A directory that oomtrace may pin to, in a BPF file system of the test's own."""
    mount = tmp_path / "bpf"
    mount.mkdir()
    subprocess.run(["mount", "-t", "bpf", "none", mount], check=True)
    yield mount / "oomtrace"
    subprocess.run(["umount", mount], check=True)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 256 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", disk], check=True)
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)
