"""oomtrace(8): all that the program takes and tells is in it, and mandoc has nothing against it."""

import json
import re
import subprocess

import pytest

from made import PAGE, SCHEMA, TABLES, page_of, with_row

RECORDS = json.loads(SCHEMA.read_text())
TYPES = RECORDS["properties"]["type"]["enum"]


def complaints(page):
    argv = ["mandoc", "-Tlint", "-W", "warning"]
    return subprocess.run(argv, input=page, capture_output=True, text=True).stdout


def rendered(page):
    """As a terminal shows it, less bold and underlined."""
    argv = ["mandoc", "-Tutf8", "-O", "width=200"]
    done = subprocess.run(argv, input=page, capture_output=True, text=True, check=True)
    return re.sub(".\b", "", done.stdout)


def section(text, heading):
    """Up to the next one that is indented as little: 0 for a section, 3 for its parts."""
    indent = " " * (len(heading) - len(heading.lstrip()))
    return re.search(rf"^{re.escape(heading)}\n(.*?)(?=^{indent}\S|\Z)", text, re.M | re.S)[1]


def words(text):
    return " ".join(text.split())


SHOWN = rendered(PAGE)


def test_lint():
    assert complaints(PAGE) == ""


def test_lint_is_strict():
    assert "unknown macro" in complaints(PAGE + ".Xx\n")


def test_every_command():
    commands, synopsis = section(SHOWN, "COMMANDS"), section(SHOWN, "SYNOPSIS")
    for command in TABLES["commands"]:
        assert re.search(rf"^     {command['name']}\b", commands, re.M), command
        assert re.search(rf"^     oomtrace \[?{command['name']}\b", synopsis, re.M), command
        assert command["does"][1:] in words(commands)


def test_every_option():
    options = words(section(SHOWN, "OPTIONS"))
    for option in TABLES["options"]:
        letter = f"-{option['letter']}, " if option["letter"] else ""
        argument = option["argument"] or ""
        if option["choices"]:
            argument = " | ".join(option["choices"])
        assert f"{letter}--{option['name']} {argument}".strip() in options
        assert words(option["help"])[1:] in options


def keys(node, path=""):
    """All dotted keys of NODE and in it."""
    while "$ref" in node:
        node = RECORDS["$defs"][node["$ref"].rpartition("/")[2]]
    found = [f"{path}{key}" for key in node.get("properties", {})]
    for key, child in node.get("properties", {}).items():
        found += keys(child, f"{path}{key}.")
    return found + (keys(node["items"], f"{path[:-1]}[].") if "items" in node else [])


@pytest.mark.parametrize("kind", TYPES)
def test_every_key(kind):
    own = section(SHOWN, f"   {kind}")
    others = section(SHOWN, "   Keys of several records")
    common = re.search(r"Besides (.*), which others have", words(own))[1]
    common = common.replace(" and ", ", ").split(", ")
    wanted = keys(RECORDS["$defs"][kind])
    assert len(wanted) > 10
    for key in wanted:
        where = others if re.split(r"[.\[]", key)[0] in common else own
        assert re.search(rf"^     {re.escape(key)} \(\w", where, re.M), key


def test_every_verdict():
    verdicts = section(SHOWN, "VERDICTS")
    for verdict in RECORDS["$defs"]["oom_incident"]["properties"]["verdict"]["enum"]:
        assert not verdict or re.search(rf"^     {verdict} \((yes|no)\)$", verdicts, re.M), verdict


def test_row_of_the_table(tmp_path):
    """Is in the page with nothing else done for it."""
    row = '\t{"new-one", 0, "PLACE", OF(KLOG), "a thing to come", TEXT(output)},'
    shown = words(section(rendered(page_of(with_row(row, "format", tmp_path))), "OPTIONS"))
    assert "--new-one PLACE A thing to come. Taken by klog. --format" in shown


HOSTILE = [
    ".Sh NAME",
    "'br",
    r"a \fBbold\fR \n(.T \*(Tm end",
    'a "quoted" Fl Ar Xo Oo .El',
    "-- - .. | ( ) [ ]",
    "ünïcode → Привет",
    "a line\n.It another",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text(tmp_path, text):
    """Is told as it stands, wherever it comes from."""
    tables = json.loads(json.dumps(TABLES))
    tables["options"][0].update(help=f"help {text}", argument=text)
    tables["commands"][1].update(does=f"does {text}")
    schema = json.loads(json.dumps(RECORDS))
    schema["$defs"]["host"]["description"] = text
    schema["$defs"]["gap"]["properties"]["stage"]["enum"] = [text]
    for name, content in {"tables": tables, "schema": schema}.items():
        (tmp_path / name).write_text(json.dumps(content))
    page = page_of(tmp_path / "tables", tmp_path / "schema")
    assert complaints(page) == ""
    shown = words(rendered(page))
    for told in (f"--output {text}", f"Help {text}", f"Does {text}", f"host (object) {text}"):
        assert words(told) in shown
    assert f"stage ({words(text)})" in shown
