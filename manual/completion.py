"""
completion.py TABLES.json FRAME: the program's tables and the frame -> completion of its command line
for bash, on stdout.
"""

import json
import re
import shlex
import sys
from pathlib import Path

from frame import fill


def names(option):
    return [f"--{option['name']}", *([f"-{option['letter']}"] if option["letter"] else [])]


def words(list_of_words):
    return f"_oomtrace_words {shlex.join(list_of_words)}"


def value(option):
    """What to do for the value of OPTION."""
    if option["choices"]:
        return words(option["choices"])
    if "FILE" in option["argument"]:
        return "_filedir"
    return "_filedir -d" if option["argument"] == "DIR" else ":"


def values(options):
    """One for each name, which can be several commands' with a meaning of its own."""
    told = [f"{' | '.join(names(o))}) {value(o)} ;;" for o in options if o["argument"]]
    return list(dict.fromkeys(told))


def options_of(command, options):
    """Long ones: a letter is no shorter to type than what would complete it."""
    return [names(option)[0] for option in options if command["name"] in option["commands"]]


def operand(command):
    """`[LOG|-|last]` -> files and the words - and last."""
    parts = re.split(r"[|\s]", command["operand"].strip("[]."))
    literal = [part for part in parts if not part.isupper()]
    typed = f"{words(literal)}; _filedir" if literal else "_filedir"
    return f"{command['name']}) {typed} ;;"


def main(tables_json, frame):
    tables = json.loads(Path(tables_json).read_text())
    options, commands = tables["options"], tables["commands"]
    named = [command["name"] for command in commands]
    made = {
        "VALUES": values(options),
        "OPTIONS": [f"{c['name']}) {words(options_of(c, options))} ;;" for c in commands],
        "OPERANDS": [operand(command) for command in commands if command["operand"]],
        "COMMANDS": [f"{' | '.join(named)}) command=${{words[1]}} ;;"],
        "FIRST": [words(named)],
    }
    print(fill(frame, made), end="")


if __name__ == "__main__":
    main(*sys.argv[1:])
