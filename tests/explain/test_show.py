"""oomtrace show: which files are read and in which order, what is shown of them, and what is not."""

import fcntl
import gzip
import json
import os
import pty
import struct
import subprocess
import termios

import pytest
from records import PATH, PROGRAM, ROOT, flow, gap, start, write

DAY = "2026-11-24 "


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
    assert rows(events) == [
        "2026-11-24 04:10:14Z  ml/ranker-0  killed  python3[612, 22 inside]  600.0 MiB of 1.0 GiB",
        f"2026-11-24 04:10:44Z  {PATH}  manager_only INCONSISTENT"
        "  worker 3 of 5 of multiprocessing, pid 612  600.0 MiB of 1.0 GiB"
        "  The manager is alive without any worker: it may look healthy but cannot work.",
        "2026-11-24 05:00:00Z  3 victims without a record",
    ]


def test_times_are_in_the_zone_that_is_asked_for(events):
    assert rows(events, "-n1", "--tz", "+03:00")[0].startswith("2026-11-24 08:00:00+0300  ")
    assert rows(events, "-n1", "--tz", "America/New_York")[0].startswith("2026-11-24 00:00:00-0500")


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
        (["--pod", "ml/ranker-0"], 1),
        (["--pod", "m/ranker-0"], 0),
        (["--group", "/kubepods.slice"], 2),
        (["--group", "/kubepods.slic"], 0),
        (["--group", "Multiprocessing"], 1),
        (["--verdict", "inconsistent"], 1),
        (["--verdict", "respawned"], 0),
        (["-n", "1"], 1),
    ],
)
def test_filters(events, args, n):
    done = show(events, *args)
    assert len(done.stdout.splitlines()) == n
    span = b"no matching record in 1 file: from 2026-11-24 0"
    assert (span in done.stderr) == (n == 0)


def test_what_the_files_hold_is_said_where_nothing_fits(events):
    done = show(events, "--pod", "another", "--tz", "+03:00")
    wanted = "in 1 file: from 2026-11-24 06:00:00+0300 to 2026-11-24 08:00:00+0300\n"
    assert done.stderr.decode().endswith(wanted)
    events.write_text("")
    assert show(events).stderr.decode().endswith("no matching record in 1 file\n")


def of_node(name, *records):
    return [{**record, "host": {"name": name}} for record in records]


def test_nodes_are_merged_by_time(tmp_path):
    """Each line has its node then; of one node the order of its file counts, whatever the times."""
    hours = {"a": {1: 1, 4: 4, 3: 3}, "b": {2: 2, 5: 4, 6: 5}, "b.1": {0: 0}}
    for name, records in hours.items():
        write(tmp_path / name, *of_node(name[0], *(gap(f"0{h}:00:00", n) for n, h in records.items())))
    a, b = tmp_path / "a", tmp_path / "b"
    found = [row.split("  ")[1:3] for row in rows(a, b)]
    assert [f"{node} {what[0]}" for node, what in found] == [
        "b 0", "a 1", "b 2", "a 4", "a 3", "b 5", "b 6"]  # fmt: skip
    assert " a  " not in rows(a)[0]


def test_more_nodes_than_files_may_be_open(tmp_path):
    """Up to the limit that only root may raise."""
    for node in range(200):
        times = [f"{hour:02}:{node // 60:02}:{node % 60:02}" for hour in range(3)]
        write(tmp_path / f"{node}", *of_node(f"n{node}", *(gap(time, 1) for time in times)))
    argv = ["prlimit", "--nofile=64:1024", PROGRAM, "show", *tmp_path.iterdir()]
    done = subprocess.run(argv, capture_output=True, check=True, timeout=60)
    found = done.stdout.decode().splitlines()
    assert len(found) == 600 and found == sorted(found) and done.stderr == b""


def test_a_file_that_is_being_compressed_is_shown_once(tmp_path, events):
    """gzip leaves the one until the other is whole."""
    older = write(tmp_path / "events.jsonl.1", gap("01:00:00", 1), gap("01:30:00", 1))
    packed = gzip.compress(older.read_bytes())
    (tmp_path / "events.jsonl.1.gz").write_bytes(packed[: len(packed) - 10])
    assert times(events)[:2] == ["01:00:00", "01:30:00"] and len(rows(events)) == 5


def on_terminal(columns, *args, **environment):
    """What show writes on a terminal of that width."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm", **environment}
    with subprocess.Popen([PROGRAM, "show", *args], stdout=slave, env=environment):
        os.close(slave)
        written = b""
        while chunk := read_terminal(master):
            written += chunk
    os.close(master)
    return written.decode().replace("\r\n", "\n").splitlines()


def read_terminal(master):
    try:
        return os.read(master, 4096)
    except OSError:  # Linux's way to say that nobody has it open any more
        return b""


@pytest.mark.parametrize("columns", [40, 60, 80, 100, 120, 200])
def test_a_line_fits_the_terminal(columns):
    files = sorted((ROOT / "tests" / "golden").glob("*.json"))
    found = on_terminal(columns, *files, NO_COLOR="1")
    assert len(found) > 60
    assert [row for row in found if len(row) > columns] == []
    bad = [row for row in found if "INCONSISTENT" in row]
    assert len(bad) > 5 or columns < 80


def test_what_matters_is_there_on_80_columns(events):
    assert on_terminal(80, events, NO_COLOR="1") == [
        "11-24 04:10:14  ranker-0  killed  python3[612, 22 inside]  600.0 MiB of 1.0 GiB",
        "11-24 04:10:44  cri-container…  manager_only INCONSISTENT  worker 3/5  600M/1.0G",
        "11-24 05:00:00  3 victims without a record",
    ]


def test_colors_are_for_a_terminal_that_wants_them(events):
    def colored(**environment):
        return "\x1b[1;31mmanager_only INCONSISTENT\x1b[m" in "\n".join(
            on_terminal(120, events, **environment)
        )

    assert colored() and colored(NO_COLOR="")
    assert not colored(NO_COLOR="1") and not colored(TERM="dumb")
    assert b"\x1b" not in show(events).stdout


def test_what_is_damaged_is_said_and_nothing_else_is_lost(tmp_path, events):
    whole = events.read_bytes()
    events.write_bytes(b'{"a\n[]\n' + b"x" * (1 << 20) + b"\n\n" + whole + whole[:900])
    done = show(events, status=3)
    assert len(done.stdout.splitlines()) == 3
    for line in (1, 2, 3):
        assert f"events.jsonl: line {line}: ".encode() in done.stderr
    assert b"events.jsonl: and 1 more such line" in done.stderr
    packed = gzip.compress(whole)
    (tmp_path / "events.jsonl.1.gz").write_bytes(packed[: len(packed) - 20])
    (tmp_path / "events.jsonl.2.xz").write_bytes(b"\xfd7zXZ")
    done = show(events, status=3)
    assert len(done.stdout.splitlines()) >= 5
    assert b"events.jsonl.1.gz: is cut off or damaged" in done.stderr
    assert b"events.jsonl.2.xz: is not read: unpack it first, with xz -d" in done.stderr


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
    said = show("--verdict", "degrade", status=2).stderr
    assert b"--verdict degrade: must be inconsistent, single, " in said and b", degraded" in said
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
