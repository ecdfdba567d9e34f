"""
The recipes of docs/shipping.md that can be run here: real kills, oomtrace's file rotated while they
happen, and a real rsyslogd behind it with the configuration that deploy/shipping has.
"""

import json
import subprocess

import pytest

from daemon import Daemon
from deadline import until
from kafka import Cluster
from ports import free_ports
from rsyslog import Rsyslog, uids_in

pytestmark = pytest.mark.kind("shipping")

KILLS = 60
MANY = 4000  # lines
FILE = "/var/log/oomtrace/oomtrace"
LOGROTATE = """
{file} {{
    rotate 9
    missingok
    delaycompress
    compress
}}
"""


@pytest.fixture
def log(tmp_path):
    """The directory with oomtrace's file."""
    (tmp_path / "log").mkdir()
    return tmp_path / "log"


@pytest.fixture
def kills(start, rows):
    """kills() -> a process that makes KILLS, as fast as they come, until it ends."""

    def begin(count=KILLS):
        row = rows()[-1]
        return start("storm", count, row.directory / "cgroup.procs").go().process

    return begin


def records(log):
    """The lines of all files, compressed ones included."""
    lines = []
    for path in log.iterdir():
        argv = ["zcat", path] if path.suffix == ".gz" else ["cat", path]
        done = subprocess.run(argv, check=True, capture_output=True, text=True)
        lines += done.stdout.splitlines()
    return lines


def lines_of(path):
    """Whole ones."""
    return path.read_text().rpartition("\n")[0].splitlines() if path.exists() else []


def has_all(path, wanted):
    """A condition to wait for: that each of the lines WANTED is there."""
    return lambda: not set(wanted) - set(lines_of(path))


def assert_none_lost(lines, wanted):
    """LINES are those WANTED, byte for byte; some may be there twice, with the same uid."""
    assert set(lines) == set(wanted) and len(wanted) > KILLS
    assert len(set(uids_in(lines))) == len(wanted)


@pytest.fixture
def collector(tmp_path):
    """A rsyslog that others send to, with `port` and the file that it `collected` into."""
    (port,) = free_ports(1)
    place = tmp_path / "collector"
    values = {"2514": port, "/var/log/oomtrace/collected": place / "collected"}
    with Rsyslog(place, "rsyslog-collector.conf", **values) as running:
        running.port, running.collected = port, place / "collected.jsonl"
        yield running


@pytest.fixture
def sender(tmp_path, log, collector):
    values = {FILE: log / "oomtrace", "2514": collector.port, "collector.example": "127.0.0.1"}
    with Rsyslog(tmp_path / "sender", "rsyslog.conf", "rsyslog-relp.conf", **values) as running:
        yield running


def logrotate(log):
    config, state = log.with_name("logrotate.conf"), log.with_name("logrotate.state")
    config.write_text(LOGROTATE.format(file=log / "oomtrace.jsonl"))
    subprocess.run(["logrotate", "--force", "--state", state, config], check=True)


def test_logrotate(log, kills, collector, sender):
    """Twice while processes are killed, once rsyslog has begun with the file."""
    file = log / "oomtrace.jsonl"
    with Daemon(file, "--no-pin", "--sync", "none") as daemon:
        for _ in range(2):
            storm = kills()
            until(file.exists, "a new file")
            first = until(lambda: lines_of(file), "a record in the new file")[:1]
            until(has_all(collector.collected, first), "it to arrive")
            logrotate(log)
            assert storm.wait() == 0
        daemon.stop()
    wanted = records(log)
    until(has_all(collector.collected, wanted), "the records to arrive", 30)
    assert_none_lost(lines_of(collector.collected), wanted)
    assert (log / "oomtrace.jsonl.2.gz").exists()
    sender.stop()
    assert sender.talk() == ""


def test_rotated_while_stopped(log, kills, collector, sender):
    """rsyslog is down while oomtrace rotates its file itself; it reads on where it had stopped."""
    file = log / "oomtrace.jsonl"
    options = ["--no-pin", "--sync", "none", "--max-size", 1 << 16, "--max-files", 9]
    with Daemon(file, *options) as daemon:
        until(has_all(collector.collected, records(log)), "rsyslog to have begun")
        sender.stop()
        assert kills().wait() == 0
        daemon.stop()
    assert (log / "oomtrace.jsonl.2").exists() and not (log / "oomtrace.jsonl.9").exists()
    sender.start()
    wanted = records(log)
    until(has_all(collector.collected, wanted), "the records to arrive", 30)
    assert_none_lost(lines_of(collector.collected), wanted)


def test_stopped_while_it_reads(log, collector, sender):
    """It reads on where it was, which it writes down when it is stopped alone: it may be ended there."""
    record = '{"type":"oom_kill","log":{"record":{"uid":"made-%d"}},"process":{"title":"%s"}}\n'
    wanted = [record % (number, "x" * 500) for number in range(MANY)]
    with open(log / "oomtrace.jsonl", "w", encoding="ascii") as file:
        file.writelines(wanted[: MANY // 2])
        file.flush()
        until(lambda: lines_of(collector.collected), "the first lines")
        sender.stop()
        [place] = (sender.place / "spool").glob("imfile-state:*")
        written = place.read_text()
        file.writelines(wanted[MANY // 2 :])
    sender.start()
    until(has_all(collector.collected, records(log)), "the records to arrive", 30)
    assert place.read_text() == written
    assert_none_lost(lines_of(collector.collected), records(log))


def test_collector_away(log, kills, collector, sender):
    """Records wait meanwhile."""
    collector.stop()
    with Daemon(log / "oomtrace.jsonl", "--no-pin", "--sync", "none") as daemon:
        assert kills().wait() == 0
        daemon.stop()
    wanted = records(log)
    collector.start()
    until(has_all(collector.collected, wanted), "the records to arrive", 60)
    assert_none_lost(lines_of(collector.collected), wanted)


def test_sent_again_as_a_whole(log, kills, collector, sender):
    """What to do after rsyslog was stopped while the collector was away, and may have lost some."""
    file = log / "oomtrace.jsonl"
    with Daemon(file, "--no-pin", "--sync", "none") as daemon:
        first = records(log)
        until(has_all(collector.collected, first), "rsyslog to have begun")
        collector.stop()
        assert kills().wait() == 0
        daemon.stop()
    sender.stop()
    collector.start()
    [place] = (sender.place / "spool").glob(f"imfile-state:{file.stat().st_ino}:*")
    place.unlink()
    sender.start()
    wanted = records(log)
    until(has_all(collector.collected, wanted), "the records to arrive", 60)
    arrived = lines_of(collector.collected)
    assert_none_lost(arrived, wanted)
    assert arrived.count(first[0]) == 2


def test_kafka(tmp_path, log, kills):
    """The broker is down for a while. A message's key is its record's uid, and tells equal ones."""
    with Cluster() as cluster:
        values = {FILE: log / "oomtrace", "kafka.example:9092": cluster.address}
        names = ["rsyslog.conf", "rsyslog-kafka.conf"]
        with Rsyslog(tmp_path / "sender", *names, **values):
            with Daemon(log / "oomtrace.jsonl", "--no-pin", "--sync", "none") as daemon:
                first = records(log)
                until(lambda: cluster.messages("oomtrace"), "the first record", 30)
                cluster.down()
                assert kills().wait() == 0
                cluster.up()
                daemon.stop()
            wanted = records(log)
            arrived = lambda: dict(cluster.messages("oomtrace"))  # noqa: E731
            until(lambda: len(arrived()) >= len(wanted), "the records to arrive", 60)
            assert_none_lost(list(arrived().values()), wanted)
            assert list(arrived()) and set(uids_in(first)) <= set(arrived())
            assert all(uids_in([value]) == [key] for key, value in arrived().items())


def test_kills_for_people(tmp_path, log, kills):
    """The keys of a record are there to be filtered and told."""
    values = {FILE: log / "oomtrace", "/var/log/oom-kills.log": tmp_path / "kills"}
    names = ["rsyslog.conf", "rsyslog-file.conf"]
    with Rsyslog(tmp_path / "sender", *names, **values):
        with Daemon(log / "oomtrace.jsonl", "--no-pin", "--sync", "none") as daemon:
            assert kills(1).wait() == 0
            daemon.stop()
        told = until(lambda: lines_of(tmp_path / "kills"), "the kill")
    kill = next(r for r in map(json.loads, records(log)) if r["type"] == "oom_kill")
    name, pid = kill["process"]["title"], kill["process"]["pid"]
    assert told[0].startswith(f"{kill['time']} {kill['host']['name']} killed {name} pid {pid} ")
    assert len(told) == 1


def test_torn_line(tmp_path, log):
    """Is no record: it goes where other messages go."""
    (log / "oomtrace.jsonl").write_text('{"schema":1,"type":"oom_ki\n')
    values = {FILE: log / "oomtrace", "/var/log/oom-kills.log": tmp_path / "kills"}
    names = ["rsyslog.conf", "rsyslog-file.conf"]
    with Rsyslog(tmp_path / "sender", *names, **values) as running:
        until(lambda: '"oom_ki' in running.talk(), "the line among other messages")
    assert not (tmp_path / "kills").exists()
