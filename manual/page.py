"""
page.py TABLES.json SCHEMA.json FRAME: the program's tables, the schema of its records and the
frame -> oomtrace(8) in mdoc, on stdout.
"""

import json
import re
import sys
import textwrap
from pathlib import Path

from frame import fill

WRAP = textwrap.TextWrapper(72, break_long_words=False, break_on_hyphens=False)


def escape(text):
    """Characters that roff would take for its own."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return re.sub(r"[^\n -~]", lambda match: f"\\[u{ord(match[0]):04X}]", text)


def word(text):
    """As an argument of a macro: one, and neither a macro nor punctuation, whatever is in it."""
    return f'"\\&{escape(" ".join(text.split()))}"'


def prose(text):
    """Lines of text, each sentence beginning one, and none of them a request."""
    text = " ".join(text.split())
    ended = text if text.endswith((".", ":", "?", "!")) else text + "."
    sentences = re.sub(r"(?<=[\w)\]]\.) (?=[\w/])", "\n", ended).split("\n")
    lines = [line for sentence in sentences for line in WRAP.wrap(sentence)]
    return [re.sub(r"^([.'])", r"\\&\1", escape(line)) for line in lines]


def sentence(text):
    """Of a line of the help, which begins with a small letter."""
    return prose(text[:1].upper() + text[1:])


def enumeration(words):
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else "".join(words)


# --- commands and options -----------------------------------------------------------------------


def operand(command):
    """`[LOG|-|last]` -> ` Op Ar LOG | Cm - | last`."""
    if not command["operand"]:
        return ""
    names = command["operand"].strip("[]").split("|")
    told = " | ".join(f"{'Ar' if name.isupper() else 'Cm'} {word(name)}" for name in names)
    return f" Op {told}" if command["operand"].startswith("[") else f" {told}"


def synopsis(tables):
    run, *others = tables["commands"]
    lines = [".Nm", f".Op Cm {word(run['name'])}", ".Op Ar OPTION ..."]
    for command in others:
        lines += [".Nm", f".Cm {word(command['name'])}{operand(command)}", ".Op Ar OPTION ..."]
    return lines


def commands(tables):
    lines = [".Bl -tag -width Ds"]
    for command in tables["commands"]:
        lines += [f".It Cm {word(command['name'])}{operand(command)}", *sentence(command["does"])]
    return [*lines, ".El"]


def argument(option):
    if option["choices"]:
        return " Cm " + " | ".join(map(word, option["choices"]))
    return f" Ar {word(option['argument'])}" if option["argument"] else ""


def options(tables):
    lines, everywhere = [".Bl -tag -width Ds"], len(tables["commands"])
    for option in tables["options"]:
        letter = f"{option['letter']} , " if option["letter"] else ""
        lines += [f".It Fl {letter}\\-{escape(option['name'])}{argument(option)}"]
        lines += sentence(option["help"])
        if option["limits"]:
            lines += ["From {} to {}.".format(*option["limits"])]
        if len(option["commands"]) < everywhere:
            lines += prose(f"Taken by {enumeration(option['commands'])}")
    return [*lines, ".El"]


def verdicts(tables):
    lines = [".Bl -tag -width Ds"]
    for verdict in tables["verdicts"]:
        can = "yes" if verdict["consistent"] else "no"
        lines += [f".It Sy {word(verdict['name'])} Pq {can}", *prose(verdict["meaning"])]
    return [*lines, ".El"]


# --- records ------------------------------------------------------------------------------------


def resolve(schema, node):
    """A description beside a $ref is more to the point than the one there."""
    while "$ref" in node:
        there = schema["$defs"][node["$ref"].rpartition("/")[2]]
        node = {**there, **{key: value for key, value in node.items() if key != "$ref"}}
    return node


def kind_of(schema, node):
    """`integer or null`, `array of string`; of an enumeration its values."""
    node = resolve(schema, node)
    if "const" in node:
        return str(node["const"])
    if "enum" in node:
        return " | ".join("null" if value is None else str(value) for value in node["enum"])
    if "oneOf" in node:
        return " or ".join(kind_of(schema, each) for each in node["oneOf"])
    kinds = node["type"] if isinstance(node["type"], list) else [node["type"]]
    if "items" in node:
        kinds = [f"array of {kind_of(schema, node['items'])}", *kinds[1:]]
    return " or ".join(kinds)


def keys(schema, path, node):
    """[(dotted key, node)] of NODE and all keys in it; `[]` stands for each of an array."""
    node = resolve(schema, node)
    found = [(path, node)]
    for name, child in node.get("properties", {}).items():
        found += keys(schema, f"{path}.{name}", child)
    if "items" in node:
        found += keys(schema, f"{path}[]", node["items"])[1:]
    return found


def key_list(schema, name, node, note=()):
    lines = []
    for path, key in keys(schema, name, node):
        lines += [f".It Sy {word(path)} Pq {word(kind_of(schema, key))}"]
        lines += [*prose(key["description"]), *(note if path == name else ())]
    return lines


def owners_of(schema):
    """(key, its schema) -> the types of records that have it so."""
    owners = {}
    for kind in schema["properties"]["type"]["enum"]:
        for name, node in schema["$defs"][kind]["properties"].items():
            owners.setdefault((name, json.dumps(node)), []).append(kind)
    return owners


def records(schema):
    """A list for each type of record; what several have alike is told once, after them."""
    owners, lines = owners_of(schema), []
    types = schema["properties"]["type"]["enum"]
    for kind in types:
        shared = [name for (name, _), kinds in owners.items() if kind in kinds and len(kinds) > 1]
        lines += [f".Ss {word(kind)}", *prose(schema["$defs"][kind]["description"])]
        lines += [*prose(f"Besides {enumeration(shared)}, which others have, too:")]
        lines += [".Bl -tag -width Ds"]
        for (name, node), kinds in owners.items():
            lines += key_list(schema, name, json.loads(node)) if kinds == [kind] else []
        lines += [".El"]
    lines += [".Ss Keys of several records", ".Bl -tag -width Ds"]
    for (name, node), kinds in owners.items():
        if len(kinds) > 1:
            note = prose(f"In {'each' if kinds == types else enumeration(kinds)}.")
            lines += key_list(schema, name, json.loads(node), note)
    return [*lines, ".El"]


def main(tables_json, schema_json, frame):
    tables = json.loads(Path(tables_json).read_text())
    made = {
        "SYNOPSIS": synopsis(tables),
        "COMMANDS": commands(tables),
        "OPTIONS": options(tables),
        "VERDICTS": verdicts(tables),
        "RECORDS": records(json.loads(Path(schema_json).read_text())),
    }
    print(fill(frame, made), end="")


if __name__ == "__main__":
    main(*sys.argv[1:])
