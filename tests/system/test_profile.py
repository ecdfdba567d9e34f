"""Files for --profile: the program takes what the schema takes, and the example of docs/profile.md."""

import json
import re
import subprocess

import jsonschema
import pytest

from deadline import seconds
from tracer import PROGRAM, ROOT

pytestmark = pytest.mark.kind("command line")

SCHEMA = json.loads((ROOT / "schema" / "profile.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def rule(**members):
    return framework(rules=[members])


def framework(**members):
    return {"frameworks": [{"name": "n", "reaction": "r", **members}]}


GOOD = [
    {"boundaries": [{"executable": "x"}]},
    {"boundaries": [{"program": "x", "argument": "y"}], "frameworks": []},
    framework(rules=[{"title": "t"}], message="gone {pid}", advice="a", like="gunicorn"),
    rule(executable="e", program="p", argument="a", role="manager", forks="worker", launched=True),
    rule(title="t <*> t", executable="e", role="sub_worker", passing=True),
    rule(comm="c", label="l", role="helper"),
    rule(title=r"\*\<<a*>\\"),
    rule(title="\u20ac" * 85),
]

BAD = [
    [],
    {},
    {"boundary": []},
    {"boundaries": []},
    {"boundaries": [{}]},
    {"boundaries": [{"title": "t"}]},
    {"frameworks": {}},
    {"frameworks": [{"name": "n", "rules": [{"title": "t"}]}]},
    {"frameworks": [{"reaction": "r", "rules": [{"title": "t"}]}]},
    framework(),
    framework(rules=[]),
    framework(rules=[1]),
    framework(rules=[{"title": "t"}], name=""),
    framework(rules=[{"title": "t"}], name="n" * 64),
    framework(rules=[{"title": "t"}], advice="n" * 512),
    framework(rules=[{"title": "t"}], reason="r"),
    rule(role="worker"),
    rule(title="t", role="single"),
    rule(title="t", launched=True),
    rule(comm="t", forks="worker"),
    rule(program="t", launched=1),
    rule(title="t", passing=1),
    rule(title=""),
    rule(title="<a"),
    rule(title="a>"),
    rule(title="<a><b>"),
    rule(title=r"\a"),
    rule(title="a\\"),
    rule(title="t" * 256),
]


@pytest.fixture
def refuse(tmp_path):
    """What is said against a document, or None. The profile is read before the BTF is missed."""

    def refuse(document):
        path = tmp_path / "profile.json"
        path.write_text(json.dumps(document))
        done = subprocess.run(
            [PROGRAM, "--profile", path, "--btf", "/dev/null"],
            capture_output=True,
            timeout=seconds(20),
            check=False,
            encoding="utf-8",
        )
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.count("\n") == 1 and done.stderr.startswith("oomtrace: "), done.stderr
        return done.stderr if str(path) in done.stderr else None

    return refuse


@pytest.mark.parametrize("document", GOOD, ids=json.dumps)
def test_good(refuse, document):
    VALIDATOR.validate(document)
    assert refuse(document) is None


@pytest.mark.parametrize("document", BAD, ids=lambda document: json.dumps(document)[:80])
def test_bad(refuse, document):
    assert not VALIDATOR.is_valid(document)
    assert refuse(document)


def test_the_example_of_the_docs(refuse):
    docs = (ROOT / "docs/profile.md").read_text()
    [example] = re.findall(r"```json\n(\{\"frameworks\".*?)```", docs, re.S)
    VALIDATOR.validate(json.loads(example))
    assert refuse(json.loads(example)) is None
