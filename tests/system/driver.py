"""The programs of tests/drivers: a part of oomtrace on the real kernel, told as JSON lines."""

import json
import os
import subprocess
import threading
from pathlib import Path

from deadline import seconds

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(os.environ.get("OOMTRACE_DRIVERS", ROOT / "build" / "drivers"))


class Snapshot:
    """The processes of a cgroup, by pid, in one way; else the one that oomtrace takes."""

    def __init__(self, scope_id, way="any", known=(), err=0):
        args = [f for pid in known for f in ("--known", str(pid))]
        argv = [PROGRAMS / "snapshot", "--way", way, *args, str(scope_id)]
        done = subprocess.run(argv, capture_output=True, timeout=seconds(30), check=True)
        *processes, self.summary = map(json.loads, done.stdout.decode("utf-8", "replace").splitlines())
        self.by_pid = {process["pid"]: process for process in processes}
        assert len(self.by_pid) == len(processes) == self.summary["processes"], "a process twice"
        assert self.summary["err"] == -err


class Watch:
    """Watches processes until it is left; says what was said of them."""

    def __init__(self, *pids):
        self.process = subprocess.Popen(
            [PROGRAMS / "watch", *map(str, pids)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.lines, self._ended, self._more = [], False, threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self):
        assert self.wait(type="ready")
        return self

    def __exit__(self, *_):
        self.stop()

    def _read(self):
        for line in self.process.stdout:
            with self._more:
                self.lines.append(json.loads(line))
                self._more.notify_all()
        with self._more:
            self._ended = True
            self._more.notify_all()

    def of(self, **wanted):
        return [line for line in self.lines if wanted.items() <= line.items()]

    def wait(self, **wanted):
        """The first line like that, waiting for it."""
        with self._more:
            self._more.wait_for(lambda: self.of(**wanted) or self._ended, seconds(20))
        found = self.of(**wanted)
        assert found, f"nothing like {wanted} in {self.lines}"
        return found[0]

    def stop(self):
        """Its last line."""
        self.process.stdin.close()
        self.process.wait(seconds(10))
        with self._more:
            self._more.wait_for(lambda: self._ended, seconds(10))
        return self.lines[-1]
