"""`oomtrace doctor --json`, run and checked against its schema."""

import json
import subprocess

import jsonschema

from deadline import seconds
from tracer import PROGRAM, ROOT, decode

SCHEMAS = ROOT / "schema"
SCHEMA = json.loads((SCHEMAS / "doctor.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(
    SCHEMA, resolver=jsonschema.RefResolver(f"{SCHEMAS.as_uri()}/", SCHEMA)
)
EXIT_OF = {"pass": 0, "warn": 3, "fail": 4}


class Doctor:
    """Has run when the constructor returns."""

    def __init__(self, *args, preexec_fn=None):
        done = subprocess.run(
            [PROGRAM, "doctor", "--json", *map(str, args)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds(60),
            preexec_fn=preexec_fn,
        )
        self.exit, self.talk = done.returncode, done.stderr.decode()
        self.record = decode(done.stdout) if done.stdout else None
        if self.record:
            errors = [f"{e.json_path}: {e.message}" for e in VALIDATOR.iter_errors(self.record)]
            assert not errors, errors
        if self.record and self.record["type"] == "doctor":
            assert self.exit == EXIT_OF[self.record["status"]], self.talk

    def check(self, name):
        found = [check for check in self.record["checks"] if check["name"] == name]
        assert len(found) == 1, self.record["checks"]
        return found[0]

    def groups(self, path):
        """Those in the container whose cgroup is at PATH."""
        return [group for group in self.record["groups"] if group["path"] == path]

    def group(self, path):
        found = self.groups(path)
        assert len(found) == 1, self.record["groups"]
        return found[0]
