"""What a run keeps in --state FILE, read and checked against its schema."""

import json

import jsonschema

from deadline import until
from tracer import ROOT, decode

SCHEMAS = ROOT / "schema"


def validator(name):
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text())
    resolver = jsonschema.RefResolver(f"{SCHEMAS.as_uri()}/", schema)
    return jsonschema.Draft202012Validator(schema, resolver=resolver)


def check(record, by):
    errors = [f"{e.json_path}: {e.message}" for e in by.iter_errors(record)]
    assert not errors, errors
    return record


STATE = validator("state")


def read(path):
    return check(decode(path.read_bytes()), STATE)


def read_when(path, wanted, what):
    """As soon as it is WANTED. Whenever it is read it is whole."""
    return until(lambda: path.exists() and wanted(read(path)) and read(path), what)
