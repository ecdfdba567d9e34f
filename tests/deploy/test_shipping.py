"""
The recipes of docs/shipping.md as far as they need no kernel: jq gives what the page says it does,
and the configurations are whole. Those of rsyslog run in tests/system; the others are read as YAML
alone.
"""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATIONS = ROOT / "deploy" / "shipping"
PAGE = (ROOT / "docs" / "shipping.md").read_text()
RECIPES = re.findall(r"^```\n\$ (.*?)\n(.*?)^```$", PAGE, re.M | re.S)
FILE = "/var/log/oomtrace/oomtrace.jsonl"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Three incidents in oomtrace.jsonl, one of which was delivered twice."""
    made = tmp_path_factory.mktemp("records")
    names = ("aqueduct", "celery", "gunicorn_untitled", "aqueduct")
    parts = [(ROOT / "tests" / "golden" / f"{name}.json").read_text() for name in names]
    (made / "oomtrace.jsonl").write_text("".join(parts))
    return made


def test_recipes_were_found():
    assert len(RECIPES) >= 6


@pytest.mark.parametrize("command, says", RECIPES)
def test_jq(place, command, says):
    done = subprocess.run(["sh", "-c", command], cwd=place, capture_output=True, text=True)
    assert done.stderr == "" and done.stdout == says


@pytest.mark.parametrize("path", CONFIGURATIONS.glob("*.yaml"), ids=lambda path: path.name)
def test_yaml(path):
    """It is YAML, of no key twice, and about oomtrace's file."""
    text = path.read_text()
    keys = [line for line in text.splitlines() if re.match(r"\w+:", line)]
    assert len(set(keys)) == len(keys) and yaml.safe_load(text)
    assert FILE in text


def test_every_configuration_is_told_of():
    for path in CONFIGURATIONS.iterdir():
        assert path.name in PAGE, path.name
