"""The completion in bash itself, with bash-completion, as bash calls it when Tab is pressed."""

import shlex
import subprocess

import pytest

from made import COMPLETION, TABLES, completion_of, with_row

COMMANDS = [command["name"] for command in TABLES["commands"]]
LIBRARY = "/usr/share/bash-completion/bash_completion"
PRESS_TAB = """
source {library}; source {completion}
COMP_LINE={line}; COMP_POINT=${{#COMP_LINE}}; COMP_WORDS=({words}); COMP_CWORD={last}; COMP_TYPE=9
_oomtrace oomtrace
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture
def place(tmp_path):
    for name in ("records.jsonl", "other.log"):
        (tmp_path / name).touch()
    (tmp_path / "directory").mkdir()
    return tmp_path


def complete(line, place, completion=COMPLETION):
    """What bash offers for the end of LINE in PLACE. As readline does it breaks words at `=`."""
    words = line.replace("=", " = ").split(" ")
    script = PRESS_TAB.format(
        library=LIBRARY,
        completion=shlex.quote(str(completion)),
        line=shlex.quote(line),
        words=shlex.join(words),
        last=len(words) - 1,
    )
    argv = ["bash", "--norc", "-c", script]
    done = subprocess.run(argv, cwd=place, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return sorted(done.stdout.split())


def test_commands(place):
    assert complete("oomtrace ", place) == sorted(COMMANDS)
    assert complete("oomtrace do", place) == ["doctor"]
    assert complete("oomtrace nothing", place) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_options(place, command):
    """Those of the command, as the program takes them, and no others."""
    taken = {f"--{o['name']}" for o in TABLES["options"] if command in o["commands"]}
    assert set(complete(f"oomtrace {command} -", place)) == taken
    if command == "run":
        assert set(complete("oomtrace --", place)) == taken


def options(wanted):
    return [o for o in TABLES["options"] if wanted(o)]


@pytest.mark.parametrize("option", options(lambda o: o["choices"]), ids=lambda o: o["name"])
@pytest.mark.parametrize("between", [" ", "="])
def test_choices(place, option, between):
    line = f"oomtrace {option['commands'][0]} --{option['name']}{between}"
    assert complete(line, place) == sorted(option["choices"])
    first = option["choices"][0]
    assert complete(line + first[:-1], place) == [first]


def takes_file(option):
    return "FILE" in (option["argument"] or "")


@pytest.mark.parametrize("option", options(takes_file), ids=lambda o: o["name"])
def test_files(place, option):
    line = f"oomtrace {option['commands'][0]} --{option['name']} "
    assert complete(line, place) == ["directory", "other.log", "records.jsonl"]
    assert complete(line + "rec", place) == ["records.jsonl"]


def test_letter(place):
    assert complete("oomtrace -q -o rec", place) == ["records.jsonl"]


def test_directory(place):
    assert complete("oomtrace --host-root ", place) == ["directory"]


@pytest.mark.parametrize("line", ["oomtrace --audit ", "oomtrace explain --pid ", "oomtrace -q="])
def test_nothing_to_offer(place, line):
    """A number, or a value of an option that takes none."""
    assert complete(line, place) == []


OPERANDS = {
    "oomtrace replay ": ["directory", "other.log", "records.jsonl"],
    "oomtrace replay oth": ["other.log"],
    "oomtrace explain ": ["-", "directory", "last", "other.log", "records.jsonl"],
    "oomtrace explain --json la": ["last"],
    "oomtrace klog --format text ": ["-", "directory", "other.log", "records.jsonl"],
    "oomtrace unload ": [],
    "oomtrace run ": [],
    "oomtrace -q ": [],
}


@pytest.mark.parametrize("line, offered", OPERANDS.items())
def test_operand(place, line, offered):
    assert complete(line, place) == offered


def test_row_of_the_table(place, tmp_path):
    """Is offered with nothing else done for it."""
    row = '\t{"new-one", 0, "a|b", OF(KLOG), "", CHOICE(format, FORMAT_TEXT, "a", "b")},'
    changed = tmp_path / "completion"
    changed.write_text(completion_of(with_row(row, "format", tmp_path)))
    assert complete("oomtrace klog --new", place, changed) == ["--new-one"]
    assert complete("oomtrace klog --new-one ", place, changed) == ["a", "b"]
