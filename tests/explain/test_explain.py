"""
An application's log beside the records: which lines are about an OOM kill, who else it was, and when
neither can be known. And what is not in order with the records, or with the log.
"""

import gzip
import json
import os
import subprocess

import pytest
from records import (
    CONTAINER,
    HERE,
    PROGRAM,
    answers,
    audit,
    explain,
    findings,
    flow,
    gap,
    start,
    stop,
    write,
)

DEAD = "The process {} for ClassifyHandler handler is dead"
KILLED = "[{} +0000] [1] [ERROR] Worker (pid:{}) was sent SIGKILL! Perhaps out of memory?"


@pytest.fixture
def events(tmp_path):
    return write(tmp_path / "events.jsonl", start(), *flow())


def killed(pid, time="2026-11-24 04:10:14"):
    return KILLED.format(time, pid).encode() + b"\n"


# ---- the flow in a pod ----


def test_tells_a_flow_in_a_pod(events):
    """What people read, byte for byte."""
    done = subprocess.run(
        [PROGRAM, "explain", "flow.log", "--events", events],
        cwd=HERE,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    said = done.stdout.decode()
    assert said == (HERE / "flow.txt").read_text()
    assert max(map(len, said.splitlines())) <= 80


def test_says_the_same_as_json(events):
    (found,) = findings(HERE / "flow.log", "--events", events)
    assert found["answer"] == "oom_killed" and found["matched_by"] == ["pid", "time"]
    assert found["ran"] == "ClassifyHandler"
    assert (found["kill"]["pid"], found["kill"]["vpid"]) == (612, 22)
    assert found["kill"]["hit_limit_bytes"] == 1 << 30
    assert found["incident"]["verdict"] == "manager_only" and not found["incident"]["consistent"]
    assert (found["line"]["number"], found["line"]["pid"]) == (6, 22)
    assert found["line"]["time"] == "2026-11-24T04:10:14.612000000Z"
    assert found["line"]["assumed"] == ["zone"]
    assert found["hole"] is None and found["sender"] is None


def test_tells_the_last_kill_from_the_records_alone(events):
    done = explain("last", "--events", events)
    assert done.returncode == 0
    told = done.stdout.decode()
    assert told.startswith("  OOM-killed by the kernel at 2026-11-24 04:10:14.000Z: worker 3 of 5 of")
    assert "22 in its namespace" in told and "INCONSISTENT" in told and "in pod ranker-0" in told


@pytest.mark.parametrize(
    "choice, n",
    [
        ([], 1),
        (["--pod", "ranker-0"], 1),
        (["--pod", "9e0f2c5a"], 1),
        (["--pod", "ranker-1"], 0),
        (["--pid", 22], 1),
        (["--pid", 612], 1),
        (["--pid", 613], 0),
        (["--since", "2026-11-24 04:10"], 1),
        (["--since", "2026-11-24 05:10", "--tz", "+01:00"], 1),
        (["--since", "2026-11-24T04:10:15Z"], 0),
    ],
)
def test_chooses_kills(events, choice, n):
    assert len(findings("--events", events, *choice)) == n
    done = explain("--events", events, *choice)
    assert (done.stdout.decode() == f"No OOM kill is in {events} that fits.\n") == (n == 0)


# ---- which kill, or who else ----


@pytest.mark.parametrize(
    "line, answer",
    [
        (killed(22), "oom_killed"),
        (killed(612), "oom_killed"),  # an application that sees the host's pids
        (killed(22, "2026-11-24 04:11:13"), "oom_killed"),  # noticed late
        (killed(22, "2026-11-24 04:10:13"), "oom_killed"),  # whole seconds
        (killed(22, "2026-11-24 04:10:11"), "killed_otherwise"),  # before the kill
        (killed(22, "2026-11-24 04:12:00"), "killed_otherwise"),  # long after it
        (killed(22, "2026-11-23 04:10:14"), "no_record"),
        (killed(37), "killed_otherwise"),  # nobody knows by whom: but it was no OOM kill
        (killed(23, "2026-11-24 04:10:34"), "killed_otherwise"),  # the manager's
        (killed(613, "2026-11-24 04:10:34"), "killed_otherwise"),
        (DEAD.format(22).encode(), "oom_killed"),  # no time
        (DEAD.format(23).encode(), "killed_otherwise"),
        (DEAD.format(37).encode(), "no_record"),
        (b"2026-11-24T04:10:15Z " + DEAD.format(37).encode(), "no_record"),
        (b"2026-11-24T04:10:15Z Worker with pid 22 was terminated due to signal 15", "ended_otherwise"),
        (b"2026-11-24T04:10:15Z Worker (pid:22) exited with code 1", "ended_otherwise"),
        (b"2026-11-24T04:10:15Z Worker process 22 was killed by unknown signal", "oom_killed"),
        (b"2026-11-24T04:10:15Z Worker exited prematurely: signal 9 (SIGKILL) Job: 3", "oom_killed"),
        (b"2026-11-24T04:11:15Z Worker exited prematurely: signal 9 (SIGKILL) Job: 3", "no_record"),
        (b"2026-11-24T04:10:15Z Worker exited prematurely: exitcode 1 Job: 3", "ended_otherwise"),
    ],
)  # fmt: skip
def test_answers(events, line, answer):
    assert answers("-", "--events", events, log=line) == [answer]


def test_names_who_sent_it(events):
    (found,) = findings("-", "--events", events, log=killed(23, "2026-11-24 04:10:34"))
    assert found["sender"]["by"] == "manager" and found["sender"]["pid"] == 600
    log = b"[2026-11-24 04:10:10 +0000] [1] [CRITICAL] WORKER TIMEOUT (pid:37)\n" + killed(37)
    (found,) = findings("-", "--events", events, log=log)
    assert found["answer"] == "killed_otherwise"
    assert found["sender"]["by"] == "manager" and found["sender"]["line"] == 1
    said = explain("-", "--events", events, log=log).stdout.decode()
    assert "by gunicorn itself, which says so in line 1" in " ".join(said.split())


def test_says_a_kill_once(events):
    first, second = findings("-", "--events", events, log=killed(22) + killed(22))
    assert first["same_as_line"] is None and second["same_as_line"] == 1
    said = explain("-", "--events", events, log=killed(22) + killed(22)).stdout.decode()
    assert said.count("INCONSISTENT") == 1 and "the kill of line 1" in said


def test_is_modest_without_a_pid(events):
    line = b"2026-11-24T04:10:15Z Worker exited prematurely: signal 9 (SIGKILL) Job: 3"
    (found,) = findings("-", "--events", events, log=line)
    assert found["matched_by"] == ["time"]
    said = explain("-", "--events", events, log=line).stdout.decode()
    assert "Probably OOM-killed" in said


def test_takes_the_time_of_an_earlier_line(events):
    """Long after the kill another process had its pid."""
    late = b"2026-11-24T05:00:00Z hello\n" + DEAD.format(22).encode()
    early = b"2026-11-24T04:00:00Z hello\n" + DEAD.format(22).encode()
    assert answers("-", "--events", events, log=late) == ["no_record"]
    assert answers("-", "--events", events, log=early) == ["oom_killed"]


def other_container(record):
    record = json.loads(json.dumps(record))
    if record["type"] == "oom_kill":
        record["container"]["id"] = "77" * 32
        record["k8s"] = {"pod": {"uid": "u", "name": "other-0"}}
        record["process"]["pid"], record["process"]["pid_namespaces"] = 999, [999, 22]
        record["time"] = "2026-11-24T04:10:14.500000000Z"
    return record


def test_tells_containers_apart(tmp_path):
    """A pid is that of many containers; the kubelet's name of a log says of which."""
    other = [other_container(record) for record in flow() if record["type"] == "oom_kill"]
    events = write(tmp_path / "events.jsonl", start(), *flow(), *other)
    log = tmp_path / f"ranker-0_ml_server-{CONTAINER}.log"
    log.write_bytes(killed(22))
    (found,) = findings(log, "--events", events)
    assert found["kill"]["pid"] == 612 and found["others"] == 0
    assert found["matched_by"] == ["pid", "time", "container"]
    (found,) = findings("-", "--events", events, log=killed(22))
    assert found["others"] == 1
    (found,) = findings("-", "--events", events, "--pod", "other-0", log=killed(22))
    assert found["kill"]["pid"] == 999 and found["others"] == 0


def test_a_mark_is_no_kill(tmp_path):
    kill = next(r for r in flow() if r["type"] == "oom_kill")
    kill["oom"]["kind"], kill["oom"]["id"] = "already_exiting", None
    events = write(tmp_path / "events.jsonl", start(), kill)
    assert answers("-", "--events", events, log=killed(22)) == ["killed_otherwise"]


# ---- times ----


@pytest.mark.parametrize(
    "args, line, answer",
    [
        (["--tz", "+03:00"], "2026-11-24 07:10:14", "oom_killed"),
        (["--tz", "UTC"], "2026-11-24 07:10:14", "killed_otherwise"),
        ([], "04:10:14", "oom_killed"),
        (["--date", "2026-11-24"], "04:10:14", "oom_killed"),
        (["--date", "2026-11-23"], "04:10:14", "no_record"),
        ([], "Nov 24 04:10:14", "oom_killed"),
    ],
)
def test_takes_what_the_line_does_not_say(events, args, line, answer):
    log = f"{line} Worker (pid:22) was sent SIGKILL!".encode()
    assert answers("-", "--events", events, *args, log=log) == [answer]
    assert b"are taken as" in explain("-", "--events", events, *args, log=log).stdout


# ---- whether a record can have been lost ----


@pytest.mark.parametrize(
    "records, hole",
    [
        ([start("04:00:00")], None),
        ([start("04:00:00"), audit("04:30:00")], None),
        ([start("04:30:00")], "before_first_record"),
        ([start("03:00:00"), stop("03:30:00")], "ended"),
        ([start("03:00:00"), stop("03:30:00"), start("04:30:00")], "not_running"),
        ([start("03:00:00"), start("04:30:00", missed={"kills": 2})], "not_running"),
        ([start("03:00:00"), start("04:30:00", missed={"kills": 0})], None),
        ([start("03:00:00"), stop("03:30:00"), start("04:30:00", taken_over=True)], None),
        ([start("03:00:00"), gap("04:11:00", 3)], "lost"),
        ([start("03:00:00"), gap("03:11:00", 3)], None),
        ([start("03:00:00"), audit("04:11:00", 1)], "unexplained"),
        ([start("03:00:00"), audit("03:11:00", 1), audit("04:11:00", 1)], None),
        ([], "before_first_record"),
    ],
)
def test_knows_when_a_record_can_be_missing(tmp_path, records, hole):
    events = write(tmp_path / "events.jsonl", *records)
    (found,) = findings("-", "--events", events, log=killed(37))
    assert found["answer"] == ("no_record" if hole else "killed_otherwise")
    assert (found["hole"] or {}).get("kind") == hole
    said = explain("-", "--events", events, log=killed(37)).stdout.decode()
    assert ("No record" in said) == bool(hole)


# ---- files ----


def test_reads_rotated_files_as_far_as_it_has_to(tmp_path):
    events = tmp_path / "events.jsonl"
    write(tmp_path / "events.jsonl.2", start("02:00:00"), stop("02:30:00"))
    write(tmp_path / "events.jsonl.1", start("03:00:00", taken_over=True), *flow())
    write(events, audit("06:00:00"))
    assert answers("-", "--events", events, log=killed(22)) == ["oom_killed"]
    assert len(findings("last", "--events", events)) == 1
    (tmp_path / "events.jsonl.2").write_bytes(b"read\n")
    assert answers("-", "--events", events, log=killed(22)) == ["oom_killed"]
    (tmp_path / "events.jsonl.1").write_bytes(b"read\n")
    assert answers("-", "--events", events, log=killed(22, "2026-11-24 06:10:00"), status=0)
    done = explain("-", "--events", events, log=killed(22))
    assert done.returncode == 3 and b"events.jsonl.1: line 1: " in done.stderr


def test_reads_rotated_files_that_gzip_compressed(tmp_path, events):
    older = tmp_path / "events.jsonl.1.gz"
    older.write_bytes(gzip.compress(events.read_bytes()))
    write(events, audit("06:00:00"))
    assert len(findings("last", "--events", events)) == 1
    older.write_bytes(older.read_bytes()[:400])
    done = explain("last", "--events", events)
    assert b"events.jsonl.1.gz: Input/output error: not read, nor what is older" in done.stderr


def test_reads_files_that_were_rotated_by_date(tmp_path, events):
    """As with dateext; what can't be read is said by its name, with the remedy."""
    (tmp_path / "events.jsonl-20261124.gz").write_bytes(gzip.compress(events.read_bytes()))
    write(events, audit("06:00:00"))
    assert answers("-", "--events", events, log=killed(22)) == ["oom_killed"]
    (tmp_path / "events.jsonl-20261124.gz").rename(tmp_path / "events.jsonl-20261124.zst")
    done = explain("last", "--events", events)
    assert done.returncode == 3
    wanted = b"events.jsonl-20261124.zst: unpack it first, with zstd -d: not read, nor what is older"
    assert wanted in done.stderr
    done = explain("last", "--events", tmp_path / "events.jsonl-20261124.zst")
    assert done.returncode == 1 and done.stderr.endswith(b".zst: unpack it first, with zstd -d\n")


def test_reads_events_from_a_pipe(events):
    reader, writer = os.pipe()
    with subprocess.Popen(["cat", events], stdout=writer):
        os.close(writer)
        done = subprocess.run(
            [PROGRAM, "explain", "last", "--events", f"/dev/fd/{reader}", "--json"],
            capture_output=True,
            pass_fds=[reader],
            check=True,
            timeout=60,
        )
    os.close(reader)
    assert json.loads(done.stdout)["answer"] == "oom_killed"


BAD = {
    "no JSON": (b"hello", "'[' or '{' expected"),
    "cut off": (b'{"schema":1,"type":"oom_kill"', "'}' expected"),
    "a list": (b"[1]", "has no type"),
    "no type": (b"{}", "has no type"),
    "a key twice": (b'{"type":"a","type":"b"}', "duplicate"),
    "no UTF-8": (b'{"type":"\xff"}', "unable to decode"),
    "a terminal's": (b"\x1b[2J", "'[' or '{' expected"),
    "deep": (b"[" * 10000, "maximum parsing depth"),
    "endless": (b'{"type":"' + b"x" * 10**6 + b'"}', "is longer than any record"),
    "other types": (b'{"type":"oom_kill","process":1,"oom":[],"time":7}', None),
    "a kill without anything": (b'{"type":"oom_kill"}', None),
}


@pytest.mark.parametrize("name", BAD)
def test_uses_the_rest(tmp_path, name):
    line, what = BAD[name]
    events = write(tmp_path / "events.jsonl", start(), *flow())
    events.write_bytes(line + b"\n" + events.read_bytes())
    done = explain("-", "--events", events, "--json", log=killed(22))
    assert done.returncode == (3 if what else 0)
    assert json.loads(done.stdout)["answer"] == "oom_killed"
    said = done.stderr.decode()
    if what:
        assert said.startswith(f"oomtrace: {events}: line 1: {what}"), said
        assert "skipped. Was it cut off" in said and "\x1b" not in said


def test_does_not_repeat_itself(tmp_path):
    events = tmp_path / "events.jsonl"
    events.write_bytes(b"x\n" * 1000)
    done = explain("-", "--events", events, log=killed(22))
    assert done.stderr.count(b"\n") == 4 and b"and 997 more such lines" in done.stderr


def test_a_log_can_be_anything(events):
    log = bytes(range(256)) * 1000 + b"\n" + b"\x1b]0;x\x07" + killed(22) + b"Child process [\xff"
    done = explain("-", "--events", events, log=log)
    assert done.returncode == 0
    assert b"OOM-killed" in done.stdout and b"\x1b" not in done.stdout
    done.stdout.decode()


@pytest.mark.parametrize(
    "args, said",
    [
        (["--events", "/none"], "--events /none: No such file or directory"),
        (["/none", "--events", "EVENTS"], "/none: No such file or directory"),
        (["--events", "EVENTS", "-", "--profile", "/none"], "/none: No such file or directory"),
        (["--events", "/"], "--events /: Is a directory"),
        (["--events", "EVENTS", "/"], "/: Is a directory"),
    ],
)
def test_says_what_is_wrong(events, args, said):
    done = explain(*(events if arg == "EVENTS" else arg for arg in args), log=b"")
    assert done.returncode == 1 and done.stdout == b""
    assert done.stderr.decode().startswith(f"oomtrace: {said}")


@pytest.mark.parametrize(
    "args, said",
    [
        (["--tz", "Mars"], "--tz Mars: must be UTC, local, "),
        (["--date", "today"], "--date today: must be a day as 2026-11-24"),
        (["--since", "soon"], "--since soon: must be a time as "),
    ],
)
def test_wrong_usage(events, args, said):
    done = explain("--events", events, *args, log=b"")
    assert done.returncode == 2 and done.stdout == b""
    assert done.stderr.decode().startswith(f"oomtrace: {said}")


def test_a_log_that_says_nothing(events):
    done = explain("-", "--events", events, log=b"all is well\n")
    assert done.returncode == 0
    assert done.stdout == b"No line says that a process is dead (1 read).\n"


def test_takes_messages_of_a_profile(tmp_path, events):
    profile = tmp_path / "profile.json"
    framework = {"name": "ours", "reaction": "Nothing.", "message": "lost {name} ({pid})",
                 "rules": [{"program": "ours.py"}]}  # fmt: skip
    profile.write_text(json.dumps({"frameworks": [framework]}))
    log = b"2026-11-24T04:10:15Z lost step 3 (22)"
    assert answers("-", "--events", events, log=log) == []
    (found,) = findings("-", "--events", events, "--profile", profile, log=log)
    assert found["line"]["framework"] == "ours" and found["line"]["name"] == "step 3"


# ---- records of the kernel's log ----


def test_takes_records_of_the_kernels_log(tmp_path):
    """The host's pids, and nothing of namespaces."""
    kill = next(r for r in flow() if r["type"] == "oom_kill")
    kill |= {"source": "klog", "seq": None, "boot_id": None}
    kill["process"] |= {"vpid": None, "pid_namespaces": None}
    events = write(tmp_path / "events.jsonl", kill)
    (found,) = findings("-", "--events", events, log=killed(612))
    assert found["answer"] == "oom_killed" and found["matched_by"] == ["pid", "time"]
    (found,) = findings("-", "--events", events, log=killed(22))
    assert found["answer"] == "oom_killed" and found["matched_by"] == ["time"]
    assert b"the host's" in explain("-", "--events", events, log=killed(22)).stdout
    assert answers("-", "--events", events, log=killed(22, "2026-11-24 05:00:00")) == ["no_record"]
    said = explain("-", "--events", events, log=killed(22, "2026-11-24 05:00:00")).stdout
    assert b"kernel's log" in said


def test_tells_what_klog_made_of_a_log():
    """Who of a cgroup belong together is not in it, and neither is the date where it has none."""
    events = HERE.parent / "golden" / "klog" / "6.12-memcg.json"
    assert explain("last", "--events", events).stdout.decode() == (
        "  OOM-killed by the kernel: workers (pid 176). It held 84.8 MiB. The limit of\n"
        "  /pod, 100.0 MiB, was reached.\n"
        "  Left alive: 4 more of its cgroup.\n"
        "  What came of them is not known.\n"
        "  With memory.oom.group the kernel kills all of a cgroup together, and what runs\n"
        "  it can start it anew as a whole. Writing 1 to that file of its cgroup sets it,\n"
        "  on cgroup v2.\n"
    )
