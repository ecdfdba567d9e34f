"""What is made from the program's tables, and the tables: those of the build, or changed ones."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
SCHEMA = ROOT / "schema" / "oomtrace.schema.json"
TABLES = json.loads((BUILD / "manual" / "tables.json").read_text())
PAGE = (BUILD / "man" / "oomtrace.8").read_text()
COMPLETION = BUILD / "completion" / "oomtrace"


def generate(script, *args):
    argv = [sys.executable, "-B", ROOT / "manual" / script, *args]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


def page_of(tables, schema=SCHEMA):
    return generate("page.py", tables, schema, ROOT / "manual" / "oomtrace.8.in")


def completion_of(tables):
    return generate("completion.py", tables, ROOT / "manual" / "completion.in")


def with_row(row, before, directory):
    """tables.json of a program that has one ROW more in its table of options, before that of BEFORE."""
    table = (ROOT / "user" / "options" / "table.c").read_text()
    (directory / "table.c").write_text(table.replace(f'\t{{"{before}",', f'{row}\n\t{{"{before}",'))
    parts = [ROOT / "manual" / "tables.c", directory / "table.c", ROOT / "user/group/verdict.c"]
    options = ["-std=gnu17", "-D_GNU_SOURCE", f"-I{ROOT}/user", f"-I{ROOT}/include"]
    program = directory / "tables"
    subprocess.run(["cc", *options, *parts, "-o", program, "-ljansson"], check=True)
    made = directory / "tables.json"
    made.write_bytes(subprocess.run([program], check=True, capture_output=True).stdout)
    return made
