"""What oomtrace --metrics FILE keeps: the samples of the text, and whether Prometheus likes it."""

import re
import subprocess

from deadline import until

SAMPLE = re.compile(r'(\w+)(?:\{((?:\w+="(?:[^"\\]|\\.)*",?)*)\})? (\S+)')
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


class Metrics:
    """The file at PATH, or a text that was fetched: read anew at each question."""

    def __init__(self, path):
        self.path = path

    def text(self):
        return self.path.read_text() if self.path.exists() else ""

    def samples(self, name):
        """[(labels, value)] of a family."""
        found = filter(None, map(SAMPLE.fullmatch, self.text().splitlines()))
        return [
            (dict(LABEL.findall(one[2] or "")), float(one[3])) for one in found if one[1] == name
        ]

    def sum(self, name, **labels):
        """Of all samples that have these labels."""
        return sum(value for have, value in self.samples(name) if labels.items() <= have.items())

    def wait(self, count, name, **labels):
        until(lambda: self.sum(name, **labels) >= count, f"{count} {name} in {self.path}")

    def lint(self):
        """By Prometheus' own tool: what it has to say, nothing."""
        done = subprocess.run(
            ["promtool", "check", "metrics"],
            input=self.text(),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        assert (done.returncode, done.stdout) == (0, "")
