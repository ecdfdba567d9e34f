"""
The package's unit under a real systemd, process 1 of a guest: ready when it is installed, reloaded,
killed, hung, stopped, upgraded and removed, with every kill of all that time in its file.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest

import debian
import kernel
from daemon import kills_in, of_type, records_of
from deadline import seconds, until
from drop_ins import drop_ins
from metrics import Metrics
from service import APPS, PYTHON, Service, run_out
from test_status import Status, stands
from tracer import decode

pytestmark = pytest.mark.kind("service: systemd")

UNITS = Path("/run/systemd/system")
UNIT = "oomtrace.service"
PINS = Path("/sys/fs/bpf/oomtrace")
STATE = Path("/run/oomtrace/state.json")
FILE = Path("/var/log/oomtrace/oomtrace.jsonl")
METRICS = Metrics(Path("/var/lib/prometheus/node-exporter/oomtrace.prom"))
PORT = 9642
PAGE = f"http://127.0.0.1:{PORT}/metrics"
# Held by a test: the next start waits.
GATE = Path("/run/oomtrace-gate")
# It knows no package of this machine: test_package.py sees to what ours depends on.
ADMINISTRATION = Path("/run/oomtrace-dpkg")
DPKG = ("dpkg", "--admindir", ADMINISTRATION, "--force-depends,confold")
DROP_IN = f"""[Service]
ExecStartPre=+flock {GATE} true
WatchdogSec=10
Environment=OOMTRACE_OPTIONS="--audit 1"
"""


def systemctl(*words):
    done = subprocess.run(
        ["systemctl", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, done.stdout + journal()
    return done.stdout


def journal():
    """What the service said, where this machine keeps that."""
    argv = ("journalctl", "--no-pager", "--unit", UNIT)
    return subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=False).stdout


def shown(name):
    argv = ("systemctl", "show", UNIT, "--value", "--property", name)
    return subprocess.check_output(argv, text=True).strip()


@contextlib.contextmanager
def closed_gate():
    """What is started meanwhile is started when this ends."""
    with open(GATE, "w", encoding="ascii") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def await_state(state):
    until(lambda: shown("SubState") == state, f"the state {state!r}", 30)


def await_status(text):
    until(lambda: shown("StatusText").startswith(text), f"the status {text!r}", 20)


@pytest.fixture(scope="module")
def unit():
    """As the package has it but for its DROP_IN; and started by its installation."""
    kernel.needs(kernel.GUEST and UNITS.is_dir(), kernel.NO_SYSTEMD)
    # What an image for containers is made with, so that no service is started in one.
    Path("/usr/sbin/policy-rc.d").unlink(missing_ok=True)
    METRICS.path.parent.mkdir(parents=True, exist_ok=True)
    (UNITS / f"{UNIT}.d").mkdir()
    (UNITS / f"{UNIT}.d/test.conf").write_text(DROP_IN)
    for name in ("info", "updates"):
        (ADMINISTRATION / name).mkdir(parents=True)
    for name in ("status", "available"):
        (ADMINISTRATION / name).touch()
    debian.output(*DPKG, "--install", debian.package())
    yield
    subprocess.run(["systemctl", "kill", "--signal=KILL", UNIT], check=False)


def test_records_all_of_its_life(unit, storm, rows):
    assert shown("SubState") == "running"
    storm(1, rows())  # what is ready records the very next kill
    await_status("1 kills recorded, 0 lost; the kernel's count agrees")
    FILE.rename(FILE.with_suffix(".1"))
    systemctl("reload", UNIT)
    until(FILE.exists, "a new file after the reload")
    FILE.with_suffix(".1").rename(FILE.with_suffix(".old"))
    for number, restarts in ((signal.SIGKILL, "1"), (signal.SIGSTOP, "2")):
        with closed_gate():
            os.kill(int(shown("MainPID")), number)
            await_state("start-pre")
            storm(2, rows(0))
            down = Status(STATE)
            assert (down.standing, down.record["kernel"]["kept"]) == ("died", 2)
        await_state("running")
        assert stands(STATE, "alive").record["process"]["pid"] == int(shown("MainPID"))
        assert shown("NRestarts") == restarts
    systemctl("stop", UNIT)
    assert (shown("SubState"), shown("Result")) == ("dead", "success")
    assert Status(STATE).standing == "stopped"
    records = records_of(FILE.with_suffix(".old")) + records_of(FILE)
    kills = of_type(records, "oom_kill")
    assert [kill["seq"] for kill in kills] == [1, 2, 3, 4, 5]
    assert len({kill["log"]["record"]["uid"] for kill in kills}) == 5
    assert METRICS.sum("oomtrace_kills_total") == 5
    assert METRICS.sum("oomtrace_records_total", outcome="seen") == 5
    assert not of_type(records, "gap") and records[-1]["kernel"]["unexplained"] == 0


@contextlib.contextmanager
def granted(arguments, *options, more=""):
    """Started again with ARGUMENTS, what docs/service.md grants for OPTIONS, and MORE."""
    drop_in = UNITS / f"{UNIT}.d/zz.conf"
    environment = f'Environment=OOMTRACE_OPTIONS="{arguments}"'
    texts = [drop_ins()[option] for option in options]
    drop_in.write_text("\n".join([*texts, environment, more, ""]))
    systemctl("daemon-reload")
    systemctl("restart", UNIT)
    yield
    systemctl("stop", UNIT)
    drop_in.unlink()
    systemctl("daemon-reload")


def recorded(kind, **fields):
    """The newest record of that kind that has these fields, when it is there."""

    def found():
        lines = FILE.read_bytes().splitlines(keepends=True)
        records = [decode(line) for line in lines if line.endswith(b"\n")]
        return next((r for r in of_type(records, kind)[::-1] if fields.items() <= r.items()), None)

    return until(found, f"{kind} with {fields}", 30)


def scraped():
    with contextlib.suppress(urllib.error.HTTPError), urllib.request.urlopen(PAGE) as page:
        return b"oomtrace_running 1" in page.read()


def test_may_finish_a_group_and_be_asked(unit, cgroup):
    """CAP_KILL is enough, one by one: for this service the cgroup file system is read-only."""
    finish = f"--watch 5 --finish-group=kill --finish-match={cgroup.path} --finish-enforce"
    options = ("--finish-group with --finish-enforce", "--listen PORT")
    with granted(f"{finish} --listen {PORT}", *options):
        until(scraped, "the metrics")
        with Service(cgroup, PYTHON, APPS / "processes.py", "fork", "unjoined") as service:
            workers = service.children(3, like="processes.py")
            run_out(cgroup, workers[1])
            until(lambda: not cgroup.pids(), "nobody to be left", 30)
        assert recorded("oom_finish", state="signalled")["by"] == "pidfd"
        assert recorded("oom_finish", state="ended")["processes"] == []


def test_may_follow_the_kernel_log(unit, storm, rows):
    """Where no hook can be attached."""
    no_hooks = "CapabilityBoundingSet=~CAP_BPF CAP_PERFMON"
    with granted("--fallback=klog", "--fallback=klog", more=no_hooks):
        assert recorded("start")["source"] == "klog"
        storm(1, rows())
        assert recorded("oom_kill", source="klog")["process"]["title"] == "storm"


def test_no_kill_is_missed_by_an_upgrade(unit, tmp_path, storm, rows):
    """Which starts it again, and it waits at the gate; and removal stops it and ends its hooks."""
    FILE.rename(FILE.with_suffix(".before"))
    package = debian.newer(tmp_path)
    systemctl("start", UNIT)
    storm(1, rows())
    with closed_gate():
        dpkg = subprocess.Popen([*DPKG, "--install", package])
        await_state("start-pre")
        storm(2, rows(0))
    assert dpkg.wait(seconds(30)) == 0
    assert shown("SubState") == "running" and list(PINS.iterdir())
    storm(1, rows(0))
    debian.output(*DPKG, "--remove", "oomtrace")
    assert shown("LoadState") == "not-found" and not PINS.exists()
    records = records_of(FILE)
    first, *later = [kill["seq"] for kill in kills_in(*rows(0), records)]
    assert later == [first + 1, first + 2, first + 3]
    assert not of_type(records, "gap")
