"""
What a restart finds and what it says: kills while no oomtrace ran, crashes, hooks that another one
has or had, another boot.
"""

import collections
import os
import random
import re
import time

import pytest

import cgroup as cgroups
import kernel
import state
from daemon import Daemon, kills_in, launch, of_type, records_of, run
from deadline import until
from metrics import Metrics
from tracer import PROGRAM, identity

pytestmark = pytest.mark.kind("restart")

CRASHES = 5 if kernel.GUEST else 50
# What a storm kills while one start after the other does not live to read it.
STORM_RING = ["--ring-size", 1 << 26]
BOOT_ID = "/proc/sys/kernel/random/boot_id"
OTHER_BOOT = "0123abcd-4567-89ef-0123-456789abcdef"


@pytest.fixture
def daemon(tmp_path, pins):
    """daemon(*options): starts oomtrace once more, with the same file and the same pins."""
    started = []

    def start_one(*args):
        started.append(Daemon(tmp_path / "o", "--pin-path", pins, *args))
        return started[-1]

    yield start_one
    for one in started:
        one.end()


@pytest.fixture
def unpinned(tmp_path):
    """unpinned(*options): the same, with hooks that end with it."""
    started = []

    def start_one(*args, **kwargs):
        started.append(Daemon(tmp_path / "o", "--no-pin", *args, **kwargs))
        return started[-1]

    yield start_one
    for one in started:
        one.end()


def kills_of(file, **kwargs):
    return of_type(records_of(file, **kwargs), "oom_kill")


def await_kills(file, count):
    until(lambda: file.read_bytes().count(b'"type":"oom_kill"') >= count, f"{count} kills")


def ledger_of(record):
    """ "BOOT-LEDGER-SEQ", of which LEDGER says when the numbering began."""
    return record["log"]["record"]["uid"].rsplit("-", 1)[0]


def the_set(pins):
    """What is pinned, one set of hooks: another one goes when it is read, after the start record."""
    until(lambda: len(list(pins.iterdir())) == 1, "one set")
    [only] = pins.iterdir()
    return only


# ---- hooks that outlive their process


def test_killed_while_nobody_was_there(daemon, storm, rows):
    first = daemon()
    storm(2, rows())
    await_kills(first.file, 2)
    first.crash()
    storm(20, rows(0))
    second = daemon()
    assert second.start["pinned"]["taken_over"] and second.start["missed"] is None
    stop = second.stop()
    assert [kill["seq"] for kill in kills_of(second.file)] == list(range(1, 23))
    assert stop["totals"]["written"] == 22 and set(stop["totals"]["lost"].values()) == {0}
    assert stop["kernel"]["unexplained"] == 0


def test_crashes_at_random_moments(tmp_path, daemon, pins, start, cgroup, rows):
    """While the storm goes on, from before the first line of a start to the middle of a line."""
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    moments = random.Random(seed)
    began = time.monotonic()
    first = daemon(*STORM_RING)
    ready_seconds = time.monotonic() - began
    made = rows(2)
    storm = start("storm", 10**6, *(row.directory / "cgroup.procs" for row in made)).go()
    first.crash()
    for _ in range(CRASHES):
        crashing = launch(PROGRAM, "-q", "-o", first.file, "--pin-path", pins, *STORM_RING)
        time.sleep(moments.uniform(0, 2 * ready_seconds))
        assert crashing.poll() is None, crashing.communicate()
        crashing.kill()
        crashing.communicate()
    storm.end()
    for left in [cgroup, *made]:
        cgroups.empty(left)
    stop = daemon(*STORM_RING).stop(torn=CRASHES)
    check_crashed(records_of(first.file, torn=CRASHES), stop, made)


def check_crashed(records, stop, rows):
    """Every kill is there, twice only if it says so itself."""
    kills = of_type(records, "oom_kill")
    uids, victims = collections.defaultdict(set), collections.defaultdict(set)
    for kill in kills:
        uids[kill["log"]["record"]["uid"]].add((kill["seq"], identity(kill)))
        victims[identity(kill)].add(kill["log"]["record"]["uid"])
    assert {len(same) for same in [*uids.values(), *victims.values()]} == {1}
    seen = stop["totals"]["seen"]
    assert {kill["seq"] for kill in kills} == set(range(1, seen + 1))
    assert stop["totals"]["written"] == seen and set(stop["totals"]["lost"].values()) == {0}
    assert stop["kernel"]["unexplained"] == 0
    for row in rows:
        told = {kill["seq"] for kill in kills_in(row, kills) if kill["oom"]["kind"] == "killed"}
        assert len(told) == row.kills() > 0
    print(f"{seen} kills, {len(kills) - seen} of them twice in the file")


def test_line_that_was_out_before_the_crash(daemon, storm, rows):
    """The crash came between the line and the books: it is not written once more."""
    first = daemon()
    first.crash()
    storm(2, rows())
    second = daemon()
    second.stop()
    lines = first.file.read_bytes().splitlines(keepends=True)
    out = [line for line in lines if b'"type":"oom_kill"' in line]
    storm(1, rows(0))
    uid = re.compile(rb'("uid":"[^"]*-)2"')
    with open(first.file, "ab") as file:
        file.write(uid.sub(rb'\g<1>3"', out[1]))
    stop = daemon().stop()
    seqs = [kill["log"]["record"]["uid"].rsplit("-", 1)[1] for kill in kills_of(first.file)]
    assert seqs == ["1", "2", "3"]
    assert stop["totals"]["written"] == 3 and stop["totals"]["duplicates"] == 1


def test_second_one_is_refused(tmp_path, daemon, pins, storm, rows):
    first = daemon()
    pid = f"pid {first.process.pid},"
    talk = run("-q", "-o", tmp_path / "other", "--pin-path", pins, status=1)
    assert pid in talk and "--no-pin" in talk
    assert pid in run("unload", "--pin-path", pins, status=1)
    storm(3, rows())
    assert first.stop()["totals"]["written"] == 3
    assert len(kills_of(first.file)) == 3


def test_unload(daemon, pins, storm, rows):
    daemon().stop()
    storm(2, rows())
    assert "2 kills that were never recorded" in run("unload", "--pin-path", pins)
    assert not pins.exists()
    assert "nothing is pinned" in run("unload", "--pin-path", pins)
    again = daemon()
    assert not again.start["pinned"]["taken_over"]
    assert again.start["missed"]["kills"] == 2, "the kernel's count knows of them"
    assert again.stop()["totals"]["seen"] == 0


def remove_pins(pins):
    [made] = pins.iterdir()
    for pin in made.iterdir():
        pin.unlink()


def move_pins_away(pins):
    pins.rename(pins.with_name(f"{pins.name}-away"))


def bring_pins_back(pins):
    away = pins.with_name(f"{pins.name}-away")
    if away.exists():
        away.rename(pins)


@pytest.mark.parametrize("take", [remove_pins, move_pins_away])
def test_pins_that_somebody_takes_away(daemon, pins, tmp_path, storm, rows, take):
    """The hooks of a process are its own, also those that it found: it says what is not kept."""
    path, metrics = tmp_path / "state.json", Metrics(tmp_path / "o.prom")
    daemon().crash()
    second = daemon("--audit", 1, "--state", path, "--metrics", metrics.path)
    assert second.start["pinned"]["taken_over"]
    metrics.wait(1, "oomtrace_pinned")
    take(pins)
    try:
        told = state.read_when(path, lambda s: s["pinned"]["why"], "a state that says so")
    finally:
        bring_pins_back(pins)
    assert told["pinned"]["path"] is None and str(pins) in told["pinned"]["why"]
    until(lambda: not metrics.sum("oomtrace_pinned"), "metrics that say so")
    storm(2, rows())
    await_kills(second.file, 2)
    assert second.stop()["kernel"]["unexplained"] == 0
    assert second.talk.count("somebody removed what was pinned there") == 1
    assert len(kills_of(second.file)) == 2
    assert not metrics.sum("oomtrace_hook_live")


# ---- hooks of another build, or of other options


def test_left_by_other_options(daemon, pins, storm, rows):
    """What can be read is told, under the numbers that it had."""
    daemon("--ring-size", 1 << 20).stop()
    before = the_set(pins)
    storm(5, rows())
    second = daemon()
    assert not second.start["pinned"]["taken_over"] and second.start["missed"] is None
    assert the_set(pins) != before
    storm(1, rows(0))
    stop = second.stop()
    kills = kills_of(second.file)
    assert [kill["seq"] for kill in kills] == [1, 2, 3, 4, 5, 1]
    assert len({ledger_of(kill) for kill in kills[:5]}) == 1
    assert ledger_of(kills[5]) != ledger_of(kills[4])
    assert stop["totals"]["seen"] == 1 and stop["kernel"]["unexplained"] == 0


def test_left_with_losses(daemon, storm, rows):
    """Its ring overflowed while nobody was there: the last numbers, which no record follows."""
    daemon("--ring-size", 4096).stop()
    storm(50, rows())
    second = daemon()
    second.stop(status=3)
    records = records_of(second.file)
    told = [kill["seq"] for kill in of_type(records, "oom_kill")]
    [gap] = of_type(records, "gap")
    assert told == list(range(1, gap["from"])) and gap["to"] == 50
    assert gap["stage"] == "ring_full"


def test_left_by_another_abi(daemon, pins, storm, rows):
    """What can't be read is counted all the same, and its hooks make room."""
    daemon().stop()
    abi, made = the_set(pins).name.split("_")
    os.rename(the_set(pins), pins / f"{int(abi, 16) ^ 1:016x}_{made}")
    storm(4, rows())
    second = daemon()
    assert not second.start["pinned"]["taken_over"]
    assert second.start["missed"]["kills"] == 4
    assert the_set(pins).name == f"{abi}_{made}"
    storm(1, rows(0))
    assert second.stop()["totals"]["written"] == 1


def test_left_half_pinned(daemon, pins):
    """By a crash while pinning: no set, so nothing of it is told or kept."""
    daemon().stop()
    before = the_set(pins)
    (pins / "begun").mkdir()
    second = daemon()
    assert second.start["pinned"]["taken_over"]
    second.stop()
    assert second.talk == ""
    assert the_set(pins) == before


# ---- hooks that end with their process


@pytest.mark.parametrize("user, mode", [(65534, 0o700), (0, 0o777)], ids=["owner", "anybody"])
def test_where_others_may_write_nothing_is_pinned(daemon, pins, user, mode):
    """They could have made it before the first start, and could take hooks away or put theirs there."""
    pins.mkdir()
    os.chown(pins, user, user)
    pins.chmod(mode)
    why = f"{pins}: others may write there: remove it"
    assert daemon().start["pinned"] == {"path": None, "taken_over": False, "why": why}
    assert not list(pins.iterdir())
    assert why in run("unload", "--pin-path", pins, status=1)


def test_missed_after_an_orderly_stop(unpinned, storm, rows):
    kernel.needs(kernel.vmstat_oom_kill() is not None, kernel.NO_VMSTAT)
    first = unpinned()
    storm(2, rows())
    stop = first.stop()
    storm(3, rows(0))
    second = unpinned()
    assert second.start["missed"] == {"kills": 3, "since": stop["time"]}
    second.stop()
    assert unpinned().start["missed"]["kills"] == 0


def test_missed_after_a_crash(unpinned, storm, rows):
    """The kills that the file has since the last audit are not missed."""
    kernel.needs(kernel.vmstat_oom_kill() is not None, kernel.NO_VMSTAT)
    first = unpinned()
    storm(2, rows())
    await_kills(first.file, 2)
    first.crash()
    storm(3, rows(0))
    assert unpinned().start["missed"]["kills"] == 3


# ---- another boot


def test_other_boot_is_another_ledger(tmp_path, unpinned, storm, rows):
    """The kernel says another boot_id than the file has: nothing of the file is continued."""
    first = unpinned()
    storm(2, rows())
    first.stop()
    (tmp_path / "id").write_text(OTHER_BOOT + "\n")
    mount = f"mount --bind {tmp_path / 'id'} {BOOT_ID} && exec \"$@\""
    second = unpinned(before=["unshare", "--mount", "sh", "-c", mount, "sh"])
    assert second.start["boot_id"] == OTHER_BOOT != first.start["boot_id"]
    assert second.start["missed"] is None
    storm(2, rows(0))
    second.stop()
    kills = kills_of(first.file)
    assert [kill["seq"] for kill in kills] == [1, 2, 1, 2]
    assert len({kill["log"]["record"]["uid"] for kill in kills}) == 4
    boots = [first.start["boot_id"]] * 2 + [OTHER_BOOT] * 2
    assert [kill["boot_id"] for kill in kills] == boots
