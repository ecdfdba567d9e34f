"""rsyslogd with the configuration files of deploy/shipping, but for paths and addresses."""

import json
import signal
import subprocess
from pathlib import Path

from deadline import seconds, until

CONFIGURATIONS = Path(__file__).resolve().parents[2] / "deploy" / "shipping"


class Rsyslog:
    """Started by the constructor, and again by start(); `with` ends it for sure."""

    def __init__(self, place, *names, **values):
        """
        NAMES of configuration files; VALUES: what stands in them -> what it is to be. PLACE: a
        directory of its own, where its state and its queues are as well.
        """
        self.place = place
        (place / "spool").mkdir(parents=True, exist_ok=True)
        text = "".join((CONFIGURATIONS / name).read_text() for name in names)
        text = text.replace("/var/spool/rsyslog", str(place / "spool"))
        for old, new in values.items():
            assert old in text, f"{old} is not in {names}"
            text = text.replace(old, str(new))
        (place / "conf").write_text(
            f'global(workDirectory="{place}/spool")\n{text}\n'
            f'action(type="omfile" file="{place}/messages")\n'
        )
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait(seconds(10))

    def start(self):
        """And ready: it has read its configuration and can be told to stop."""
        pid = self.place / "pid"
        argv = ["rsyslogd", "-n", "-f", self.place / "conf", "-i", pid]
        with open(self.place / "talk", "ab") as talk:
            self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stderr=talk)
        until(pid.exists, "rsyslogd to be ready")

    def stop(self):
        """In an orderly way: what it has read is handed on or kept."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(seconds(30)) == 0, self.talk()

    def talk(self):
        """What it had to say, and what it had no other place for."""
        files = [self.place / "talk", self.place / "messages"]
        return "".join(file.read_text() for file in files if file.exists())


def uids_in(lines):
    """The log.record.uid of each line."""
    return [json.loads(line)["log"]["record"]["uid"] for line in lines]
