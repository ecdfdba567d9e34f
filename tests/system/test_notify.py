"""What a run tells its service manager, and that it still can when it has dropped its privileges."""

import re
import signal

import pytest

from daemon import Daemon, launch, of_type, records_of
from manager import Manager
from tracer import PROGRAM

pytestmark = pytest.mark.kind("service: sd_notify")

COUNTS = r"(\d+) kills recorded, 0 lost; the kernel('s count agrees| counts \d+ \w+)"


@pytest.fixture
def managed(tmp_path):
    """managed(*options, watchdog_seconds=None): the manager, and what it started."""
    opened = []

    def start(*args, **kwargs):
        manager = Manager(tmp_path / "notify", **kwargs)
        command = ["env", *manager.environment, PROGRAM, "-q", "-o", tmp_path / "o", "--no-pin"]
        opened.append((manager, Daemon(tmp_path / "o", *args, command=command)))
        return opened[-1]

    yield start
    for manager, daemon in opened:
        daemon.end()
        manager.close()


def recorded(told):
    """How many kills its status has."""
    return int(re.fullmatch(COUNTS, told["STATUS"])[1])


def test_tells_how_it_goes(managed, storm, rows):
    manager, daemon = managed("--audit", 1)
    ready = manager.told()
    assert ready["READY"] == "1" and recorded(ready) == 0
    storm(2, rows())  # what is ready records the very next kill
    while recorded(manager.told()) < 2:
        pass
    daemon.process.send_signal(signal.SIGHUP)
    reloading, _ = manager.told_of("RELOADING")
    assert int(reloading["MONOTONIC_USEC"]) > 0
    assert recorded(manager.told_of("READY")[0]) == 2
    daemon.stop()
    manager.told_of("STOPPING")
    assert len(of_type(records_of(daemon.file), "oom_kill")) == 2


def test_gives_signs_of_life_where_somebody_waits_for_them(managed):
    manager, daemon = managed("--audit", 86400, watchdog_seconds=0.2)
    assert manager.told()["READY"] == "1"
    for _ in range(3):
        assert manager.told() == {"WATCHDOG": "1"}
    daemon.stop()
    manager.told_of("STOPPING")


def test_gives_none_where_nobody_does(managed):
    manager, daemon = managed("--audit", 1)
    for _ in range(3):
        assert "WATCHDOG" not in manager.told()
    daemon.stop()
    told, before = manager.told_of("STOPPING")
    assert told == {"STOPPING": "1"} and not [one for one in before if "WATCHDOG" in one]


def test_is_not_ready_where_its_output_is_not(tmp_path):
    manager = Manager(tmp_path / "notify")
    refused = launch("env", *manager.environment, PROGRAM, "-q", "-o", tmp_path / "no" / "o")
    assert "No such file" in refused.communicate()[1]
    assert refused.returncode == 1 and manager.was_told_nothing()
    manager.close()
