"""What a person runs by hand, with small numbers: that it runs, and that what it shows is there."""

import os
import re
import subprocess

import pytest

import kernel
from deadline import seconds
from tracer import PROGRAM, ROOT, parse

pytestmark = pytest.mark.kind("scripts")

KILLS = 12


def run(*argv):
    """What it prints. It may build what is missing, and make kills of its own."""
    done = subprocess.run(
        [ROOT / "scripts" / argv[0], *argv[1:]],
        env={**os.environ, "OOMTRACE": PROGRAM},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        timeout=seconds(120),
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 0
    return done.stdout


def table(markdown):
    """[{column: cell}] of the one table in there."""
    lines = [line for line in markdown.splitlines() if line.startswith("|")]
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(head, row)) for row in rows]


def numbers(cell):
    """ "1,500 (12)" -> (1500, 12) """
    return tuple(int(number.replace(",", "")) for number in re.findall(r"[\d,]+", cell))


def page(path, name):
    """A file with what scripts/NAME replaces between its markers, and how it has to begin and end."""
    begin, end = f"<!-- {name}: scripts/{name} --into FILE -->\n", f"<!-- end of {name} -->\n"
    path.write_text(f"before\n{begin}old\n{end}after\n")
    return path, f"before\n{begin}Linux ", f"\n{end}after\n"


def test_reliability_sees_every_kill(tmp_path):
    file, begin, end = page(tmp_path / "page.md", "reliability")
    shown = run("reliability", "--kills", str(KILLS), "--markdown", "--into", str(file))
    rows, written = table(shown), file.read_text()
    assert written.startswith(begin) and written.endswith(end) and table(written) == rows
    sees_limit = "oomtrace can't see the context" not in shown
    assert len(rows) == (5 if kernel.CGROUP_VERSION == 2 else 4)
    for row, kills in zip(rows, [KILLS, KILLS, 1]):
        assert numbers(row["kernel's count"]) == (kills,)
        assert numbers(row["oomtrace"]) == (kills, kills if sees_limit else 0)
    assert all(numbers(row["oomtrace"])[0] >= 1 for row in rows)


def test_bench_measures_each_part(tmp_path):
    """Small numbers: that each line of the table has what oomtrace took, and it is more than none."""
    file, begin, end = page(tmp_path / "page.md", "bench")
    parts = ("peers", "outputs", "storm", "klog")
    shown = run("bench", "--no-guest", "--rounds", "1", "--into", str(file), *parts)
    rows = table(shown)
    group = 2 if kernel.CGROUP_VERSION == 2 else 0
    assert len(rows) == 4 + 4 + group + 3 + 4 + 1
    written = file.read_text()
    assert written.startswith(begin) and written.endswith(end)
    assert len(table(written)) == len(rows) and " x) |" in written and "old\n" not in written
    for row in rows:
        median, least, most = amounts(row["oomtrace"])
        assert 0 < least <= median <= most, row
    assert all(amounts(row["/dev/kmsg"])[0] > 0 for row in rows if "kill to line on" in row[""])
    [told] = [row for row in rows if row[""].startswith("told of 200 kills")]
    assert amounts(told["oomtrace"])[0] >= 200  # others on the machine may be killed meanwhile


def amounts(cell):
    """ "1.5 (1.02 to 1,200)" -> (1.5, 1.02, 1200.0) """
    numbers = re.findall(r"-?[\d.,]+(?:e[+-]\d+)?", cell)
    return tuple(float(number.replace(",", "")) for number in numbers)


def test_demo_shows_the_kill_as_text_and_as_json():
    shown = run("demo")
    assert "handler is dead" in shown
    assert re.search(r"^\S+Z killed python3 \(pid \d+, \d+ in its namespace,", shown, re.M)
    compact = shown.split("== The same kill as JSON:\n")[1]
    record = parse(" ".join(compact.split()).encode() + b"\n")
    assert record["type"] == "oom_kill"
    assert record["process"]["executable"]["name"].startswith("python3")
