"""
Kernel logs, real ones (4.19 to 6.18) and such as no test machine has, give the same text and the
same JSON, byte for byte. Whatever form the log is in, its records are the same, but for the time.
What is not the kernel's is passed over.
"""

import datetime
import itertools
import json
import os

import pytest
from recordings import HERE, LOGS, SUFFIXES, klog

import tracer  # of tests/system: what holds for every record

GROUP = HERE / "klog" / "6.12-group.log"
BOOT = datetime.datetime(2026, 11, 24, 10, 0, 0, tzinfo=datetime.timezone.utc)
BOOT_ID = "9e0f2c5a-3f1d-4c55-9a0e-0f7f4a1b2c3d"


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
@pytest.mark.parametrize("form", SUFFIXES)
def test_gives_what_is_expected(path, form):
    done = klog(path, form)
    assert done.returncode == 0
    assert done.stdout.decode() == path.with_suffix(SUFFIXES[form]).read_text()


def records(text, *args):
    done = klog("-", "json", *args, text=text)
    assert done.returncode == 0, done.stderr
    return [tracer.parse(line) for line in done.stdout.splitlines(True)]


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_records_are_as_the_schema_says(path):
    told = records(path.read_bytes())
    assert {record["source"] for record in told} <= {"klog"}
    kills = [record["seq"] for record in told if record["type"] == "oom_kill"]
    assert kills == list(range(1, len(kills) + 1))
    incidents = [record for record in told if record["type"] == "oom_incident"]
    assert sorted(victim["seq"] for r in incidents for victim in r["victims"]) == kills


# ---- forms ----


def lines_of(path):
    """(microseconds since boot, text) of a log as dmesg has it."""
    for line in path.read_text().splitlines():
        stamp, text = line[1:].split("] ", 1)
        yield round(float(stamp) * 1e6), text


def at(us):
    return BOOT + datetime.timedelta(microseconds=us)


def journal(us, text):
    return json.dumps(
        {
            "MESSAGE": text,
            "_TRANSPORT": "kernel",
            "_HOSTNAME": "gpu-7",
            "_BOOT_ID": BOOT_ID.replace("-", ""),
            "_SOURCE_MONOTONIC_TIMESTAMP": str(us),
            "__MONOTONIC_TIMESTAMP": str(us + 1500),
            "__REALTIME_TIMESTAMP": str(round((at(us).timestamp()) * 1e6) + 1500),
        }
    )


def stamp(us):
    return f"[{us / 1e6:12.6f}]"


SEQ = itertools.count(1000)

# Each gives a line, and says what a record of it has: the microseconds since boot, the time of day
# to so many microseconds, the host.
FORMS = {
    "dmesg": (lambda us, text: f"{stamp(us)} {text}", True, None, None),
    "dmesg -r": (lambda us, text: f"<4>{stamp(us)} {text}", True, None, None),
    "dmesg -x": (lambda us, text: f"kern  :warn  : {stamp(us)} {text}", True, None, None),
    "dmesg -d": (lambda us, text: f"[{us / 1e6:12.6f} <    0.000010>] {text}", True, None, None),
    "dmesg -T": (lambda us, text: f"[{at(us):%a %b %e %H:%M:%S %Y}] {text}", False, 10**6, None),
    "dmesg -t": (lambda us, text: text, False, None, None),
    "dmesg --time-format delta": (lambda us, text: f"[<    0.000010>] {text}", False, None, None),
    "dmesg --time-format iso": (
        lambda us, text: f"{at(us):%Y-%m-%dT%H:%M:%S,%f}+00:00 {text}", False, 1, None,
    ),
    "dmesg with callers": (lambda us, text: f"{stamp(us)}[  T179] {text}", True, None, None),
    "/dev/kmsg": (lambda us, text: f"4,{next(SEQ)},{us},-;{text}\n SUBSYSTEM=none", True, None, None),
    "/dev/kmsg with callers": (
        lambda us, text: f"6,{next(SEQ)},{us},-,caller=T179;{text}", True, None, None,
    ),
    "journalctl -o short": (
        lambda us, text: f"{at(us):%b %d %H:%M:%S} gpu-7 kernel: {text}", False, 10**6, "gpu-7",
    ),
    "journalctl -o short-precise": (
        lambda us, text: f"{at(us):%b %d %H:%M:%S.%f} gpu-7 kernel: {text}", False, 1, "gpu-7",
    ),
    "journalctl -o short-iso": (
        lambda us, text: f"{at(us):%Y-%m-%dT%H:%M:%S}+0000 gpu-7 kernel: {text}",
        False, 10**6, "gpu-7",
    ),
    "journalctl -o short-full": (
        lambda us, text: f"{at(us):%a %Y-%m-%d %H:%M:%S} UTC gpu-7 kernel: {text}",
        False, 10**6, "gpu-7",
    ),
    "journalctl -o short-unix": (
        lambda us, text: f"{at(us).timestamp():.6f} gpu-7 kernel: {text}", False, 1, "gpu-7",
    ),
    "journalctl -o short-monotonic": (
        lambda us, text: f"{stamp(us)} gpu-7 kernel: {text}", True, None, "gpu-7",
    ),
    "journalctl -o json": (journal, True, 1, "gpu-7"),
    "syslog": (
        lambda us, text: f"{at(us):%b %e %H:%M:%S} gpu-7 kernel: {stamp(us)} {text}",
        True, 10**6, "gpu-7",
    ),
    "syslog with facility": (
        lambda us, text: f"{at(us):%b %e %H:%M:%S} gpu-7 kern.warn kernel: {stamp(us)} {text}",
        True, 10**6, "gpu-7",
    ),
    "rsyslog": (
        lambda us, text: f"{at(us):%Y-%m-%dT%H:%M:%S.%f}+00:00 gpu-7 kernel: {stamp(us)} {text}",
        True, 1, "gpu-7",
    ),
    "with carriage returns": (lambda us, text: f"{stamp(us)} {text}\r", True, None, None),
}  # fmt: skip


def without_time(record):
    own = ("time", "uptime_ns", "log", "host", "boot_id")
    return {key: value for key, value in record.items() if key not in own}


@pytest.mark.parametrize("name", FORMS)
def test_is_the_same_in_every_form(tmp_path, name):
    form, has_uptime, precision_us, host = FORMS[name]
    path = tmp_path / "log"
    path.write_text("".join(form(*line) + "\n" for line in lines_of(GROUP)))
    os.utime(path, (at(10**9).timestamp(),) * 2)
    done = klog(path, "json")
    assert done.returncode == 0, done.stderr
    told = [tracer.parse(line) for line in done.stdout.splitlines(True)]
    wanted = records(GROUP.read_bytes())
    assert list(map(without_time, told)) == list(map(without_time, wanted))
    for record, want in zip(told, wanted):
        assert record["uptime_ns"] == (want["uptime_ns"] if has_uptime else None)
        assert record["host"]["name"] == host
        assert record["boot_id"] == (BOOT_ID if name.endswith("json") else None)
        assert (record["time"] is None) == (precision_us is None)
        if precision_us:
            moment = datetime.datetime.fromisoformat(record["time"][:26] + "+00:00")
            late = at(want["uptime_ns"] // 1000) - moment
            assert datetime.timedelta() <= late < datetime.timedelta(microseconds=precision_us)


def test_relative_times_add_up():
    text = GROUP.read_text().splitlines()
    lines = [f"[Nov24 10:00] {text[0].split('] ', 1)[1]}"]
    lines += [f"[  +0.000010] {line.split('] ', 1)[1]}" for line in text[1:]]
    told = records("\n".join(lines).encode())
    killed = next(i for i, line in enumerate(lines) if "Killed process" in line)
    assert told[0]["time"].endswith(f"-11-24T10:00:00.{killed * 10000:09}Z")


def test_stdin_is_the_default():
    done = klog("-", "json", text=GROUP.read_bytes())
    assert done.stdout == GROUP.with_suffix(".json").read_bytes()


# ---- whose words they are ----

FORGED = "Out of memory: Killed process 1 (init) total-vm:1kB, anon-rss:1kB, file-rss:1kB, shmem-rss:1kB"

NOT_THE_KERNELS = {
    "/dev/kmsg, facility user": f"12,1,1000000,-;{FORGED}",
    "dmesg -r, facility user": f"<12>[    1.000000] {FORGED}",
    "dmesg -x, facility user": f"user  :warn  : [    1.000000] {FORGED}",
    "another's name": f"Nov 24 10:00:00 gpu-7 app[12]: {FORGED}",
    "another's name, ISO": f"2026-11-24T10:00:00+00:00 gpu-7 app[12]: {FORGED}",
    "a name before it": f"[    1.000000] systemd[1]: {FORGED}",
    "journal, not by the kernel": json.dumps({"MESSAGE": FORGED, "_TRANSPORT": "syslog"}),
    "a name that is too long": FORGED.replace("init", 16 * "x"),
    "something before it": f"[    1.000000] x {FORGED}",
    "no pid": FORGED.replace(" 1 ", " "),
}


@pytest.mark.parametrize("name", NOT_THE_KERNELS)
def test_is_passed_over(name):
    assert records(NOT_THE_KERNELS[name].encode() + b"\n") == []


def test_what_might_be_the_kernels_is_doubted():
    told = records(f"[    1.000000] {FORGED}\n".encode())
    assert told[-1]["confidence"] == "low" and told[-1]["doubts"] == ["alone"]


def test_says_what_it_passed_over():
    done = klog("-", "json", text=f"12,1,1000000,-;{FORGED}\n".encode())
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr.decode() == (
        "oomtrace: stdin: 1 lines mention an OOM kill but are not from the kernel; skipped\n"
        "oomtrace: stdin: no OOM kill in 1 lines\n"
    )


@pytest.mark.parametrize("end", (b"\n", b""))
def test_says_what_is_too_long(end):
    done = klog("-", "json", text=b"x" * 70000 + end)
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"stdin: 1 lines are longer than 64 KiB; skipped" in done.stderr


# ---- cut anywhere ----


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_any_part_of_a_log_is_read(path):
    """No part gives what the schema forbids, or a victim that the whole does not have."""
    lines = path.read_bytes().splitlines(True)
    tids = {r["process"]["tid"] for r in records(path.read_bytes()) if r["type"] == "oom_kill"}
    for cut in range(4, len(lines), max(1, len(lines) // 3)):
        for part in (lines[:cut], lines[cut:]):
            for record in records(b"".join(part)):
                if record["type"] == "oom_kill":
                    assert record["process"]["tid"] in tids


def test_lost_records_are_noticed():
    raw = [f"4,{n},{us},-;{text}" for n, (us, text) in enumerate(lines_of(GROUP))]
    table = next(i for i, line in enumerate(raw) if "Tasks state" in line)
    told = records("\n".join(raw[: table + 3] + raw[table + 5 :]).encode())
    assert told[-1]["doubts"] == ["overwritten"]
