"""
The way of a node's metrics to a person: node-exporter, Prometheus and Alertmanager on ports of the
loopback device, with the configurations of deploy/prometheus but for addresses and intervals.
"""

import http.server
import json
import subprocess
import threading
import urllib.request
from pathlib import Path

from deadline import seconds, until
from ports import free_ports

CONFIGURATIONS = Path(__file__).resolve().parents[2] / "deploy" / "prometheus"


class Program:
    """Running, and ready: URL answers, with what it is to say. `with` ends it for sure."""

    def __init__(self, place, url, says, *argv):
        self.url = url
        place.mkdir()
        self.talk = place / "talk"
        with open(self.talk, "wb") as talk:
            self.process = subprocess.Popen(
                [str(arg) for arg in argv], stdin=subprocess.DEVNULL, stdout=talk, stderr=talk
            )
        try:
            until(lambda: says in self.answer(), f"{argv[0]} to be ready", 60)
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait(seconds(10))

    def answer(self):
        """Of its URL; "" while it does not listen."""
        assert self.process.poll() is None, self.talk.read_text()
        try:
            return get(self.url)
        except OSError:
            return ""


class Pager:
    """A webhook: the messages that a person gets."""

    def __init__(self, port):
        messages = self.messages = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                messages.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                """Nothing on stderr."""

        self.server = http.server.HTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def told(self, **labels):
        """Of each message the names of the alerts with these LABELS that fire."""
        return [
            {one["labels"]["alertname"] for one in message["alerts"] if fires(one, labels)}
            for message in list(self.messages)
        ]


def fires(alert, labels):
    return alert["status"] == "firing" and labels.items() <= alert["labels"].items()


def get(url):
    with urllib.request.urlopen(url, timeout=seconds(10)) as reply:
        return reply.read().decode()


class Fleet:
    """Of one node, whose node-exporter reads TEXTFILES/*.prom. PLACE: a directory of its own."""

    def __init__(self, place, textfiles):
        self.place, self.textfiles, self.running = place, textfiles, []
        self.exporter, self.prometheus, self.manager, self.pager = free_ports(4)

    def __enter__(self):
        try:
            self.running.append(Pager(self.pager))
            for start in (self._start_exporter, self._start_manager, self._start_prometheus):
                self.running.append(start())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for one in reversed(self.running):
            one.__exit__()

    def _start_exporter(self):
        return Program(
            self.place / "exporter",
            f"http://{self.node}/metrics",
            "oomtrace_running 1",
            "prometheus-node-exporter",
            f"--web.listen-address={self.node}",
            "--collector.disable-defaults",
            "--collector.vmstat",
            "--collector.textfile",
            f"--collector.textfile.directory={self.textfiles}",
        )

    def _start_manager(self):
        changes = {
            "127.0.0.1:9099": f"127.0.0.1:{self.pager}",
            "group_wait: 1m": "group_wait: 1s",
            "group_interval: 5m": "group_interval: 1s",
        }
        return Program(
            self.place / "manager",
            f"http://127.0.0.1:{self.manager}/-/ready",
            "OK",
            "prometheus-alertmanager",
            f"--config.file={self._configuration('alertmanager.yml', changes)}",
            f"--storage.path={self.place / 'silences'}",
            f"--web.listen-address=127.0.0.1:{self.manager}",
            "--cluster.listen-address=",
        )

    def _start_prometheus(self):
        changes = {
            "127.0.0.1:9093": f"127.0.0.1:{self.manager}",
            "127.0.0.1:9100": self.node,
            "/etc/prometheus": CONFIGURATIONS,
            "_interval: 15s": "_interval: 300ms",
        }
        return Program(
            self.place / "prometheus",
            f"http://127.0.0.1:{self.prometheus}/-/ready",
            "Ready",
            "prometheus",
            f"--config.file={self._configuration('prometheus.yml', changes)}",
            f"--storage.tsdb.path={self.place / 'samples'}",
            f"--web.listen-address=127.0.0.1:{self.prometheus}",
        )

    def _configuration(self, name, changes):
        """The file with what CHANGES names replaced."""
        text = (CONFIGURATIONS / name).read_text()
        for old, new in changes.items():
            assert old in text, f"{old} is not in {name}"
            text = text.replace(old, str(new))
        path = self.place / name
        path.write_text(text)
        return path

    @property
    def node(self):
        """Its address, which is the label `instance`."""
        return f"127.0.0.1:{self.exporter}"

    def alerts(self, **labels):
        """Those with these LABELS that Alertmanager has, inhibited ones included."""
        found = json.loads(get(f"http://127.0.0.1:{self.manager}/api/v2/alerts"))
        return [one for one in found if labels.items() <= one["labels"].items()]

    def alert(self, name, **labels):
        """The only one, as soon as it is there."""
        found = until(lambda: self.alerts(alertname=name, **labels), name, 30)
        assert len(found) == 1, found
        return found[0]

    def inhibited(self, by, name, **labels):
        """The same, as soon as the alert BY inhibits it."""

        def inhibited():
            alert = self.alert(name, **labels)
            return by["fingerprint"] in alert["status"]["inhibitedBy"] and alert

        return until(inhibited, f"{name} to be inhibited")

    def told(self, **labels):
        return self.running[0].told(**labels)

    def amtool(self):
        """The active alerts as amtool shows them."""
        url = f"http://127.0.0.1:{self.manager}"
        argv = ["amtool", "alert", "query", f"--alertmanager.url={url}"]
        return subprocess.run(argv, check=True, capture_output=True, text=True).stdout
