"""
Recordings of OOM kills, real ones (tests/golden/record) and such as no test machine has
(tests/golden/build), give the same text and the same JSON, byte for byte. And what is no recording
is refused: where, what, and how it should be.
"""

import json

import pytest
from recordings import HERE, RECORDINGS, SUFFIXES, replay

import tracer  # of tests/system: what holds for every record

GOOD = (HERE / "aqueduct.jsonl").read_bytes()
LINES = GOOD.splitlines(keepends=True)
HEAD = LINES[0]


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
@pytest.mark.parametrize("form", SUFFIXES)
def test_gives_what_is_expected(path, form):
    done = replay(path, form)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == path.with_suffix(SUFFIXES[form]).read_text()


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_records_are_as_the_schema_says(path):
    records = [tracer.parse(line) for line in replay(path, "json").stdout.splitlines(True)]
    assert {r["type"] for r in records} >= {"oom_kill", "oom_incident"}


def test_no_expectation_without_a_recording():
    expected = {p.stem for p in HERE.iterdir() if p.suffix in SUFFIXES.values()}
    assert expected == {p.stem for p in RECORDINGS}


def test_writes_the_file_as_a_run_does(tmp_path):
    done = replay(HERE / "aqueduct.jsonl", "text", "-o", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == (HERE / "aqueduct.txt").read_bytes()
    assert (tmp_path / "out").read_bytes() == (HERE / "aqueduct.json").read_bytes()


# ---- cut off ----


@pytest.mark.parametrize("left", [1, 2, 40, 1000, 5000], ids="{} bytes missing".format)
def test_is_replayed_up_to_where_it_is_cut_off(tmp_path, left):
    path = tmp_path / "cut.jsonl"
    path.write_bytes(GOOD[:-left])
    done = replay(path, "json")
    line = GOOD[:-left].count(b"\n") + (GOOD[-left - 1] != ord("\n"))
    assert done.returncode == 0
    assert done.stderr.decode() == (
        f"oomtrace: {path}: cut off in or after line {line}; replayed up to there\n"
    )
    assert (HERE / "aqueduct.json").read_bytes().startswith(done.stdout) and done.stdout


# ---- malformed ----


def line(key, /, **fields):
    return json.dumps({key: fields}).encode() + b"\n"


VICTIM = json.loads(next(text for text in LINES if text.startswith(b'{"victim"')))["victim"]


def victim(**fields):
    return line("victim", **VICTIM | fields)


MALFORMED = {
    "empty": (b"", 0, "is no recording of oomtrace: make one with oomtrace --record FILE"),
    "something else": (b"hello\n", 1, "is no JSON: "),
    "another's JSON": (b'{"schema":1,"type":"start"}\n', 1, "must be one object with one key"),
    "no object": (HEAD + b"[1]\n", 2, "must be one object with one key"),
    "an empty line": (HEAD + b"\n" + HEAD, 2, "is no JSON: "),
    "a NUL": (HEAD + b'{"end":{}}\0\n', 2, "is no JSON: "),
    "no UTF-8": (HEAD + b'{"gone":{"\xff":1}}\n', 2, "is no JSON: "),
    "a key twice": (HEAD + b'{"gone":{"pid":1,"pid":2}}\n', 2, "is no JSON: duplicate"),
    "depth": (HEAD + b"[" * 9999 + b"\n", 2, "is no JSON: maximum parsing depth"),
    "no head": (LINES[1], 1, "must be the line that says recording"),
    "two heads": (HEAD + HEAD, 2, "recording: must come once"),
    "a version to come": (line("recording", version=2), 1, "recording.version: must be 1"),
    "what a terminal acts on": (
        line("recording", version=1, gfp_bits=["DMA", "\x1b[2J"]),
        1,
        "recording.gfp_bits: must be names as KSWAPD_RECLAIM",
    ),
    "after the end": (HEAD + line("end") + line("end"), 3, "comes after the end"),
    "an unknown line": (HEAD + line("fork"), 2, "fork: is not known here; known are recording, "),
    "an unknown key": (HEAD + line("end", at=1), 2, "end.at: is not known here; known are none"),
    "a deep unknown key": (
        HEAD + victim(process={"pidd": 1}),
        2,
        "victim.process.pidd: is not known here; known are pid, tid, pids, ",
    ),
    "no number": (HEAD + line("gone", pid="x"), 2, "gone.pid: must be a number from 0 to 42949"),
    "below 0": (HEAD + line("gone", pid=-1), 2, "gone.pid: must be a number from 0 to"),
    "above 32 bits": (HEAD + line("gone", pid=2**32), 2, "gone.pid: must be a number from 0 to"),
    "above 64 bits": (HEAD + line("gone", start_ns="18446744073709551616"), 2, "gone.start_ns: "),
    "a fraction": (HEAD + line("gone", pid=1.5), 2, "gone.pid: must be a number"),
    "signed": (HEAD + line("decision", order=2**31), 2, "decision.order: must be a number from -21"),
    "no flag": (HEAD + line("exit", held_known=1), 2, "exit.held_known: must be true or false"),
    "no object inside": (HEAD + victim(process=[]), 2, "victim.process: must be an object"),
    "no kind": (HEAD + victim(kind="x"), 2, "victim.kind: must be killed, group_member, "),
    "no error": (HEAD + line("look", err="EWHAT"), 2, "look.err: must be the name of an error"),
    "no string": (HEAD + line("process", comm=1), 2, "process.comm: must be a string"),
    "long": (HEAD + line("process", comm=17 * "x"), 2, "process.comm: is longer than 16 bytes"),
    "no array": (HEAD + line("process", args="x"), 2, "process.args: must be an array of strings"),
    "long in sum": (HEAD + line("process", args=258 * [""]), 2, "process.args: is longer than 256"),
    "many": (HEAD + victim(process={"pids": 34 * [1]}), 2, "victim.process.pids: must be an array of "),
    "a lone backslash": (HEAD + line("process", comm="a\\"), 2, "process.comm: has a backslash"),
    "no hex": (HEAD + line("process", comm="\\x4g"), 2, "process.comm: has a backslash that is"),
    "an escaped NUL": (HEAD + line("process", comm="\\x00"), 2, "process.comm: has a backslash"),
    "an endless line": (HEAD + b" " * 10**6, 2, "is too long for any line of a recording"),
    "a terminal's": (HEAD + line("\x1b[2J\u202e"), 2, "?[2J???: is not known here"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_refuses_what_is_malformed(tmp_path, name):
    text, number, what = MALFORMED[name]
    path = tmp_path / "bad.jsonl"
    path.write_bytes(text)
    done = replay(path, "json")
    assert (done.returncode, done.stdout) == (1, b"")
    said = done.stderr.decode()
    where = f"line {number}: " if number else ""
    assert said.startswith(f"oomtrace: {path}: {where}{what}"), said
    assert said.count("\n") == 1 and said.endswith("\n")


def test_says_why_a_file_is_not_there(tmp_path):
    done = replay(tmp_path / "none", "json")
    assert done.returncode == 1
    assert done.stderr.decode() == f"oomtrace: {tmp_path}/none: No such file or directory\n"


def test_a_directory_is_no_recording(tmp_path):
    done = replay(tmp_path, "json")
    assert done.returncode == 1 and b"oomtrace: " in done.stderr


def test_says_what_does_not_fit(tmp_path):
    path = tmp_path / "odd.jsonl"
    path.write_bytes(HEAD + line("look", oom_id=7) + victim() + line("end"))
    done = replay(path, "json")
    assert done.returncode == 0
    assert done.stderr.decode().splitlines() == [
        f"oomtrace: {path}: line 2: no incident of oom_id 7 is open; skipped",
        f"oomtrace: {path}: line 4: an incident is still open: give it a later look, "
        "or a cut_short",
    ]
