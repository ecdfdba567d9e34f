"""The command: which files it reads, what it says of those it can't, and where the page goes."""

import copy
import gzip
import os
import re
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


def crowded(workers, listed):
    """An incident with so many workers, of which the record lists some, all alike but the victim."""
    records = recorded("pod")
    incident = records[-1]
    manager, worker, _ = incident["survivors"]
    alike = [copy.deepcopy(worker) for _ in range(listed - 2)]
    for number, one in enumerate(alike):
        one["process"]["pid"] = 1000 + number
        one["memory"]["rss_bytes"] = (10 + number) << 20
    incident["survivors"] = [manager, *alike]
    incident["survivors_total"] = workers
    return records


def test_of_many_processes_the_picture_has_those_that_matter(tmp_path):
    """The victim, its manager, the largest; the rest as one; and the table has all."""
    page = report(write(tmp_path / "node.jsonl", crowded(199, 33))).stdout
    figure = page[page.index("<figcaption>") : page.index("</figure>")]
    assert "1 of 200 processes was killed: it held 600.0 MiB, 58.6 % of the limit." in figure
    assert "The record lists 33 of them." in figure
    drawn = [int(pid) for pid in re.findall(r"</span> (\d+) (?!more)", figure)]
    assert sorted(drawn) == [700, 711, *range(1021, 1031)]
    assert "21 more workers, 10.0 MiB to 30.0 MiB each" in figure and "420.0 MiB together" in figure
    assert page.count('<tr><th scope="row" class="title">') == 33


def test_what_is_not_known_is_no_nought(tmp_path):
    """Neither of a size nor of a name, and where there is no limit none is drawn."""
    records = recorded("pod")
    incident = records[-1]
    for member in incident["victims"] + incident["survivors"]:
        member["memory"]["rss_bytes"] = member["process"]["title"] = None
    incident["oom"]["constraint"] = "none"
    incident["oom"]["hit"]["limit_bytes"] = None
    page = report(write(tmp_path / "node.jsonl", records)).stdout
    figure = page[page.index("<figcaption>") : page.index("</figure>")]
    assert "1 of 4 processes was killed. No limit was hit: the whole machine" in figure
    assert figure.count("size not known") == figure.count('class="unsized"') == 4
    assert figure.count("(no name)") >= 4 and 'class="limit"' not in figure


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
