"""Pages of a fleet, made once, and one browser for all tests."""

import subprocess

import pytest

from chromium import chromium
from records import OOMTRACE, everything, fleet, replayed, write


def report(place, name, records):
    page = place / f"{name}.html"
    source = write(place / f"{name}.jsonl", records)
    subprocess.run([OOMTRACE, "report", source, "-o", page], check=True)
    return page


@pytest.fixture(scope="session")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def golden(tmp_path_factory):
    """Of all recordings in tests/golden, hostile ones included."""
    return report(tmp_path_factory.mktemp("golden"), "golden", everything())


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """Few incidents, of each part of a page something: what looks at every element is slow."""
    names = ("pod", "aqueduct", "hostile_names")
    records = [record for name in names for record in replayed(name)]
    return report(tmp_path_factory.mktemp("small"), "small", records)


@pytest.fixture(scope="session")
def empty(tmp_path_factory):
    """No kill at all."""
    records = [r for r in replayed("pod") if r["type"] not in ("oom_kill", "oom_incident")]
    return report(tmp_path_factory.mktemp("empty"), "empty", records)


@pytest.fixture(scope="session")
def large(tmp_path_factory):
    """10,000 incidents."""
    return report(tmp_path_factory.mktemp("large"), "large", fleet(10_000))
