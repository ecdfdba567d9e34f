"""
A running oomtrace: its records as they come, each line checked as it comes (strict JSON, the
schema), and the promises that hold for every run checked when it stops.
"""

import collections
import json
import os
import re
import signal
import subprocess
import threading
from pathlib import Path

import jsonschema

import kernel
from deadline import seconds, until

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("OOMTRACE", str(ROOT / "build" / "oomtrace"))
SCHEMA = json.loads((ROOT / "schema" / "oomtrace.schema.json").read_text())
SYS_ADMIN = 21  # linux/capability.h
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def parse(line):
    """One emitted line -> the record. Raises if anything about it is not as promised."""
    return validate(decode(line))


def decode(line):
    """Strict JSON, on a line of its own."""
    assert line.endswith(b"\n"), f"cut off: {line!r}"
    assert not any(byte < 0x20 or byte == 0x7F for byte in line[:-1]), f"raw control byte: {line!r}"
    return json.loads(
        line.decode("utf-8", "strict"), object_pairs_hook=_unique, parse_constant=_refuse
    )


def validate(record):
    """Against the schema."""
    errors = sorted(VALIDATOR.iter_errors(record), key=lambda error: error.json_path)
    assert not errors, "\n".join([*(f"{e.json_path}: {e.message}" for e in errors), repr(record)])
    return record


def _unique(pairs):
    assert len(dict(pairs)) == len(pairs), f"a key twice: {pairs}"
    return dict(pairs)


def _refuse(constant):
    raise AssertionError(f"not JSON: {constant}")


def records_in(path):
    """Those of a file of JSON lines, each checked."""
    return [parse(line) for line in path.read_bytes().splitlines(keepends=True)]


def has_record(path, kind):
    """A condition to wait for: that such a record is in the file."""
    return lambda: path.exists() and f'"type":"{kind}"' in path.read_text(errors="replace")


class Tracer:
    """
    Ready (its `start` line is out) when the constructor returns; `with` ends it for sure. Its hooks
    end with it, so that no test finds those of another.
    """

    decision = None  # how the latest one sees the kernel's decision, for the table of kernels

    def __init__(self, *args, env=None, under=(), within=None, program=PROGRAM):
        """
        UNDER is a command that runs the one that follows it; WITHIN the cgroup it runs in. PROGRAM
        is None where UNDER runs oomtrace by itself.
        """
        named = [program] if program else []
        self.argv = [*under, *named, "--format", "json", "--no-pin", *map(str, args)]
        self.process = subprocess.Popen(
            self.argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=None if env is None else {**os.environ, **env},
            preexec_fn=within.enter if within else None,
        )
        self.records, self.talk = [], ""
        self._wrong, self._ended = [], False
        self._more = threading.Condition()
        self._readers = [
            threading.Thread(target=run, daemon=True) for run in (self._read, self._listen)
        ]
        for reader in self._readers:
            reader.start()
        try:
            self.start = self.wait(lambda record: record["type"] == "start", "the start record", 30)
        except BaseException:
            self.end()
            raise
        Tracer.decision = self.hook("oom_kill_process")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        """No matter how. A test that is about how uses stop()."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(seconds(10))

    def _read(self):
        for line in self.process.stdout:
            try:
                record, wrong = parse(line), None
            except Exception as error:  # told to the test, by wait() and stop()
                record, wrong = None, f"{error}"
            with self._more:
                self.records += [record] if record else []
                self._wrong += [wrong] if wrong else []
                self._more.notify_all()
        with self._more:
            self._ended = True
            self._more.notify_all()

    def _listen(self):
        for line in self.process.stderr:
            self.talk += line.decode("utf-8", "replace")

    def wait(self, wanted, what, amount=20):
        """The first record that is WANTED, waiting for it."""
        find = lambda: next(filter(wanted, self.records), None)  # noqa: E731
        with self._more:
            self._more.wait_for(lambda: find() or self._wrong or self._ended, seconds(amount))
            record = find()
        assert not self._wrong, "\n".join(self._wrong)
        assert record, f"no {what}; stderr: {self.talk!r}; there are: {self.overview()}"
        return record

    def overview(self):
        """The records so far, in few words."""
        return [
            f"{r['type']} {r['seq']} of {pid_of(r)}" if "process" in r else r["type"]
            for r in self.records
        ]

    def kill_of(self, pid):
        """The oom_kill record of process PID. Of the first one with that pid, should there be two."""
        return self.wait(lambda r: is_kill(r, pid), f"oom_kill record of process {pid}")

    def exit_of(self, kill):
        """The oom_exit record that follows KILL."""
        return self.wait(
            lambda r: r["type"] == "oom_exit" and r["seq"] == kill["seq"],
            f"oom_exit record of seq {kill['seq']}",
        )

    def opened(self, pid):
        """The record of the incident in which the kernel chose process PID, when it was opened."""
        return self._incident(pid, "open", 20)

    def closed(self, pid):
        """The same when its outcome was known."""
        return self._incident(pid, "closed", 40)

    def _incident(self, pid, state, amount):
        return self.wait(
            lambda r: r["type"] == "oom_incident"
            and r["state"] == state
            and pid_of(r["victims"][0]) == pid,
            f"{state} incident of process {pid}",
            amount,
        )

    def finish(self, closed, *states):
        """The record in which what was done about the group of CLOSED got into one of STATES."""
        return self.wait(
            lambda r: r["type"] == "oom_finish"
            and r["oom"]["id"] == closed["oom"]["id"]
            and r["state"] in states,
            f"oom_finish record of {closed['oom']['id']} that says {states}",
        )

    def finishes(self, closed):
        """All there are by now."""
        with self._more:
            return [
                r
                for r in self.records
                if r["type"] == "oom_finish" and r["oom"]["id"] == closed["oom"]["id"]
            ]

    def kills_of(self, pids):
        """Those there are by now: for certain once the processes' oom_exit records are there."""
        pids = set(pids)
        with self._more:
            return [r for r in self.records if r["type"] == "oom_kill" and pid_of(r) in pids]

    def only_kill_of(self, pid):
        """The one record of process PID, once it is gone and no second one can follow."""
        kill = self.kill_of(pid)
        if self.hook("sched_process_exit"):
            self.exit_of(kill)
        kills = self.kills_of([pid])
        assert len(kills) == 1, f"process {pid} has {len(kills)} records: {kills}"
        return kill

    def status(self):
        """
        Its /proc/PID/status as a dictionary of texts, once it has dropped what it needs no more: its
        start record comes before.
        """

        def dropped():
            text = Path(f"/proc/{self.process.pid}/status").read_text()
            status = dict(re.findall(r"^(\w+):\s*(.*)$", text, re.M))
            has_all = int(status["CapPrm"], 16) >> SYS_ADMIN & 1
            filtered = status.get("Seccomp") == "2" or not kernel.has_seccomp_filters()
            return filtered and status["NoNewPrivs"] == "1" and not has_all and status

        return until(dropped, "privileges to be dropped")

    def hook(self, name):
        """How the hook is attached, as the start record says; None if it is not live."""
        hooks = {hook["name"]: hook for hook in self.start["hooks"]}
        return hooks[name]["how"] if hooks[name]["live"] else None

    @property
    def sees_decision(self):
        return self.hook("oom_kill_process") is not None

    def expect(self, record, wants):
        """
        WANTS: dotted key -> value. Null instead is right only where the kernel lets no helper read
        its memory, and where `unread` says so.
        """
        wrong = {}
        for key, want in wants.items():
            got = lookup(record, key)
            if got is None and not self.hook("kernel_read") and is_unread(record, key):
                continue
            if got != want:
                wrong[key] = f"{got!r}, not {want!r}"
        assert not wrong, f"{wrong} in {record}"

    def stop(self, status=0):
        """SIGTERM; the stop record, after checking STATUS and what every run promises."""
        self.process.send_signal(signal.SIGTERM)
        return self.stopped(status)

    def stopped(self, status=0):
        """The same for one that is ending by itself."""
        got = self.process.wait(seconds(30))
        for reader in self._readers:
            reader.join(seconds(30))
        assert not self._wrong, "\n".join(self._wrong)
        ended = f"exit status {got}, stderr: {self.talk!r}, last record: {self.records[-1:]}"
        assert got == status, ended
        check_promises(self.records)
        return self.records[-1]


def lookup(record, key):
    for word in key.split("."):
        record = record[word]
    return record


def is_unread(record, key):
    """Whether `unread` names the key, or an object that it is part of."""
    words = key.split(".")
    return any(".".join(words[:end]) in record["unread"] for end in range(1, len(words) + 1))


def is_kill(record, pid):
    return record["type"] == "oom_kill" and pid_of(record) == pid


def pid_of(record):
    return record["process"]["pid"]


def identity(record):
    process = record["process"]
    return process["pid"], process["creation"]["time"]


def check_promises(records):
    """What holds for every run that was stopped in an orderly way, whatever was killed."""
    assert records[0]["type"] == "start" and records[-1]["type"] == "stop"
    kinds = collections.Counter(record["type"] for record in records)
    assert kinds["start"] == kinds["stop"] == 1, kinds
    kills = [record for record in records if record["type"] == "oom_kill"]
    exits = [record for record in records if record["type"] == "oom_exit"]
    stop = records[-1]
    lost = sum(stop["totals"]["lost"].values())

    assert {record["boot_id"] for record in records} == {records[0]["boot_id"]}
    uids = [record["log"]["record"]["uid"] for record in records]
    assert len(set(uids)) == len(uids), f"a log.record.uid twice: {uids}"
    victims = collections.Counter(map(identity, kills))
    assert not [v for v, times in victims.items() if times > 1], f"a victim twice: {victims}"

    seqs = [record["seq"] for record in kills]
    assert seqs == sorted(set(seqs)), f"not in sequence: {seqs}"
    check_gaps(records)
    assert stop["totals"]["written"] == len(kills)
    assert stop["totals"]["seen"] == stop["totals"]["written"] + lost

    by_seq = {record["seq"]: record for record in kills}
    assert len({record["seq"] for record in exits}) == len(exits), "an oom_exit twice"
    for record in exits:
        if lost and record["seq"] not in by_seq:
            continue
        kill = by_seq[record["seq"]]
        assert identity(record) == identity(kill), f"{record} after {kill}"
        assert record["oom"]["id"] == kill["oom"]["id"]
        assert record["log"]["record"]["uid"] == kill["log"]["record"]["uid"] + "-exit"
        assert record["time"] > kill["time"]
    check_incidents([record for record in records if record["type"] == "oom_incident"], by_seq)
    if not lost:
        check_audit(stop["kernel"], kills)


def check_incidents(incidents, kills):
    """Each is opened, then closed, and is about kills that were recorded; KILLS are by seq."""
    opened = {r["oom"]["id"]: r for r in incidents if r["state"] == "open"}
    closed = {r["oom"]["id"]: r for r in incidents if r["state"] == "closed"}
    assert len(opened) + len(closed) == len(incidents), "an incident opened or closed twice"
    assert opened.keys() <= closed.keys(), f"not closed: {opened.keys() - closed.keys()}"
    for record in closed.values():
        before = opened.get(record["oom"]["id"])
        assert before or record["cut_short"], f"never opened: {record}"
        assert not before or before["time"] <= record["time"], f"closed, then open: {record}"
    for record in incidents:
        seqs = [victim["seq"] for victim in record["victims"]]
        assert len(set(seqs)) == len(seqs) <= record["victims_total"], seqs
        for victim in record["victims"]:
            kill = kills.get(victim["seq"])
            assert kill, f"victim {victim['seq']} has no oom_kill record"
            assert identity(victim) == identity(kill), f"{victim} is not {kill}"
            assert kill["oom"]["id"] == record["oom"]["id"]


def check_gaps(records):
    """The gap records name exactly the numbers for which there is no kill."""
    told = {record["seq"] for record in records if record["type"] == "oom_kill"}
    gaps = [record for record in records if record["type"] == "gap"]
    named = [seq for gap in gaps for seq in range(gap["from"], gap["to"] + 1)]
    missing = set(range(1, records[-1]["totals"]["seen"] + 1)) - told
    assert sorted(named) == sorted(missing), f"missing: {sorted(missing)}, gaps: {gaps}"
    for gap in gaps:
        assert gap["count"] == gap["to"] - gap["from"] + 1 >= 1


def check_audit(audit, kills):
    """The kernel's own count, explained by the records."""
    kinds = collections.Counter(record["oom"]["kind"] for record in kills)
    if None not in kinds:
        assert audit["kills"] == kinds["killed"] + kinds["group_member"]
        assert audit["already_exiting"] == kinds["already_exiting"]
        assert audit["mm_shared"] == kinds["mm_shared"]
    if audit["vmstat_oom_kill"] is not None:
        explained = audit["kills"] + audit["killed_again"] + audit["unexplained"]
        assert audit["vmstat_oom_kill"] == explained, audit
        assert audit["unexplained"] == 0, audit
