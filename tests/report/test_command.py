"""The command: which files it reads, what it says of those it can't, and where the page goes."""

import gzip
import os
import stat
import subprocess

import pytest

from records import OOMTRACE, replayed, write


def report(*args, **how):
    return subprocess.run([OOMTRACE, "report", *args], capture_output=True, text=True, **how)


def recorded(name):
    """Of a boot of its own: else equal numbers were the same record."""
    records = replayed(name)
    for record in records:
        record["log"]["record"]["uid"] = f"{name}-{record['log']['record']['uid']}"
    return records


@pytest.fixture
def records(tmp_path):
    return write(tmp_path / "node.jsonl", recorded("pod"))


def test_rotated_and_compressed_files(records, tmp_path):
    """One incident in each of three files, in order of time whatever their names."""
    older = recorded("torchrun")
    with gzip.open(tmp_path / "node.jsonl.2.gz", "wt") as file:
        file.write(write(tmp_path / "x", older).read_text())
    write(tmp_path / "node.jsonl-20261101", recorded("aqueduct"))
    done = report(records)
    assert (done.returncode, done.stderr) == (0, "")
    assert [f'id="incident-{n}"' in done.stdout for n in (1, 2, 3, 4)] == [True, True, True, False]


def test_a_name_of_nothing_hides_no_other(records, tmp_path):
    """As if a file were renamed while they are listed."""
    (tmp_path / "node.jsonl.1").symlink_to("nowhere")
    write(tmp_path / "node.jsonl.2", recorded("torchrun"))
    done = report(records)
    assert (done.returncode, done.stderr) == (0, "")
    assert 'id="incident-2"' in done.stdout


def test_damage_is_told(records, tmp_path):
    records.write_text(records.read_text() + '{"type":"oom_kill"\n[]\n')
    (tmp_path / "node.jsonl.1.xz").write_bytes(b"\xfd7zXZ")
    done = report(records)
    assert done.returncode == 3 and 'id="incident-1"' in done.stdout
    assert done.stderr.count("node.jsonl: line ") == 2 and "node.jsonl.1.xz: is not read: " in done.stderr
    assert "2 lines that could not be read" in done.stdout


def test_no_file(records, tmp_path):
    missing = tmp_path / "missing\x1b.jsonl"
    done = report(missing, "-o", tmp_path / "page.html")
    assert done.returncode == 1 and "missing?.jsonl: No such file" in done.stderr
    assert not (tmp_path / "page.html").exists()


def test_the_page_is_whole_or_not_there(records, tmp_path):
    """An older one stays until then, and nothing else is left in the directory."""
    page = tmp_path / "page.html"
    page.write_text("older")
    full = subprocess.run(
        ["sh", "-c", f"ulimit -f 8; trap '' XFSZ; exec {OOMTRACE} report {records} -o {page}"],
        capture_output=True,
        text=True,
    )
    assert full.returncode == 1 and "File too large" in full.stderr
    assert page.read_text() == "older" and len(os.listdir(tmp_path)) == 2
    assert report(records, "-o", page).returncode == 0
    assert page.read_text().startswith("<!DOCTYPE html>")
    assert stat.S_IMODE(page.stat().st_mode) == 0o640 and len(os.listdir(tmp_path)) == 2
