"""oomtrace show: which files are read and in which order, what is shown of them, and what is not."""

import gzip
import json
import subprocess

import pytest
from records import PROGRAM, ROOT, flow, gap, start, write

DAY = "2026-11-24T"


def show(*args, status=0):
    done = subprocess.run(
        [PROGRAM, "show", *map(str, args)], capture_output=True, check=False, timeout=60
    )
    assert done.returncode == status, done.stderr.decode()
    return done


def rows(*args, status=0):
    return show(*args, status=status).stdout.decode().splitlines()


def times(*args, status=0):
    return [row[len(DAY) :][:8] for row in rows(*args, status=status)]


@pytest.fixture
def events(tmp_path):
    return write(tmp_path / "events.jsonl", start(), *flow(), gap("05:00:00", 3))


def test_a_record_is_a_line(events):
    found = rows(events)
    assert found[0] == f"{DAY}04:10:14Z node1 ml/ranker-0 python3[612] killed, 600.0 MiB"
    assert found[-1] == f"{DAY}05:00:00Z node1 3 victims without a record"
    incidents = [r for r in flow() if r["type"] == "oom_incident" and r["state"] == "closed"]
    assert [f" {i['verdict']}: {i['meaning']}" in found[1] for i in incidents] == [True]
    assert len(found) == 3


def test_json_is_the_file_byte_for_byte(events):
    assert show(events, "--json").stdout == events.read_bytes()
    no_newline = events.with_name("cut")
    no_newline.write_bytes(events.read_bytes()[:-1])
    assert show(no_newline, "--json").stdout == events.read_bytes()


def test_files_are_in_order_of_their_records(tmp_path, events):
    events.write_text(json.dumps(gap("09:00:00", 1)) + "\n")
    write(tmp_path / "events.jsonl.1", gap("08:00:00", 1))
    for name, time in (("events.jsonl.2.gz", "07:00:00"), ("events.jsonl-20261124.gz", "08:30:00")):
        (tmp_path / name).write_bytes(gzip.compress(json.dumps(gap(time, 1)).encode()))
    write(tmp_path / "events.jsonl.old", gap("01:00:00", 1))
    write(tmp_path / "other.jsonl", gap("07:30:00", 1))
    wanted = ["07:00:00", "07:30:00", "08:00:00", "08:30:00", "09:00:00"]
    assert times(*sorted(tmp_path.glob("*.jsonl"))) == wanted
    assert times(*(p for p in tmp_path.iterdir() if p.suffix != ".old")) == wanted
    assert times(tmp_path / "other.jsonl", events, "-n", 2) == wanted[-2:]
    assert times(tmp_path / "events.jsonl", tmp_path / "other.jsonl", "-n", 9) == wanted


def test_a_name_that_is_a_pattern_is_only_a_name(tmp_path):
    write(tmp_path / "a.1", gap("01:00:00", 1))
    write(tmp_path / "[ab]", gap("02:00:00", 1))
    write(tmp_path / "[ab].1", gap("01:30:00", 1))
    assert times(tmp_path / "[ab]") == ["01:30:00", "02:00:00"]


@pytest.mark.parametrize(
    "args, n",
    [
        (["--since", "2026-11-24 05:00"], 1),
        (["--since", "2026-11-24 08:00", "--tz", "+03:00"], 1),
        (["--until", "2026-11-24 05:00"], 2),
        (["--since", "2026-11-24", "--until", "2026-11-25"], 3),
        (["--pod", "ranker-0"], 1),
        (["--pod", "9e0f2c5a"], 1),
        (["--group", "/kubepods.slice"], 2),
        (["--group", "/kubepods.slic"], 0),
        (["--group", "multiprocessing"], 1),
        (["--verdict", "inconsistent"], 1),
        (["--verdict", "respawned"], 0),
        (["-n", "1"], 1),
    ],
)
def test_filters(events, args, n):
    done = show(events, *args)
    assert len(done.stdout.splitlines()) == n
    assert (b"no record fits, in 1 file" in done.stderr) == (n == 0)


def test_what_is_damaged_is_said_and_nothing_else_is_lost(tmp_path, events):
    whole = events.read_bytes()
    events.write_bytes(b'{"a\n[]\n' + b"x" * (1 << 20) + b"\n\n" + whole + whole[:900])
    done = show(events, status=3)
    assert len(done.stdout.splitlines()) == 3
    for line in (1, 2, 3):
        assert f"events.jsonl: line {line}: is no whole record".encode() in done.stderr
    assert b"events.jsonl: and 1 more such line" in done.stderr
    packed = gzip.compress(whole)
    (tmp_path / "events.jsonl.1.gz").write_bytes(packed[: len(packed) - 20])
    (tmp_path / "events.jsonl.2.xz").write_bytes(b"\xfd7zXZ")
    done = show(events, status=3)
    assert len(done.stdout.splitlines()) >= 5
    assert b"events.jsonl.1.gz: is cut off or damaged" in done.stderr
    assert b"events.jsonl.2.xz: is not read: unpack it" in done.stderr


def test_nothing_of_a_record_acts_on_a_terminal(tmp_path):
    title = "\x1b[2J\x9b1m\u202e\n\u2028"
    kill = {**flow()[0], "host": {"name": title}, "time": "\x1b]0;x"}
    kill["process"]["title"] = kill["oom"]["kind"] = title
    path = write(tmp_path / "a\x1b[2J", kill, {"type": "gap", "count": "\x1b"}, {"type": "\x1b"})
    with path.open("a") as file:
        file.write("{\n")
    done = show(path, status=3)
    for text in (done.stdout.decode(), done.stderr.decode()):
        assert not {"\x1b", "\x9b", "\u202e", "\u2028"} & set(text)
    assert len(done.stdout.splitlines()) == 2


def test_usage(tmp_path):
    assert b"none: No such file or directory" in show(tmp_path / "none", status=1).stderr
    assert b"--until soon: must be a time" in show("--until", "soon", status=2).stderr
    assert b"--tz Mars: must be" in show("--tz", "Mars", status=2).stderr
    with open("/dev/full", "w", encoding="ascii") as full:
        golden = ROOT / "tests" / "golden" / "pod.json"
        assert subprocess.run([PROGRAM, "show", golden], stdout=full, check=False).returncode == 1


def test_memory_does_not_grow_with_the_file(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in flow()) * 2000)
    limit = 8 << 20
    assert path.stat().st_size > 2 * limit
    done = subprocess.run(
        ["prlimit", f"--data={limit}", PROGRAM, "show", path], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert len(done.stdout.splitlines()) == 4000
