"""The same counters over HTTP: who serves them, who asks, and what can go wrong there."""

import re
import select
import socket
import subprocess
from pathlib import Path

import pytest

from daemon import Daemon, run
from deadline import seconds, until
from metrics import Metrics
from tracer import PROGRAM

pytestmark = pytest.mark.kind("metrics: http")

KILLS = "oomtrace_kills_total"
SCRAPE = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"


class Served(Metrics):
    """What is to be had at the port of a run with --listen."""

    def __init__(self, daemon):
        told = daemon.process.stderr.readline()
        self.path = re.fullmatch(r"oomtrace: metrics are at (http://(\S+):(\d+)/metrics)\n", told)
        self.address = self.path[2].strip("[]"), int(self.path[3])
        self.parent = daemon.process.pid

    def connect(self):
        return socket.create_connection(self.address, seconds(20))

    def ask(self, request):
        """The status, the headers and the body of what is answered to REQUEST; 0: nothing."""
        with self.connect() as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
        head, _, body = answer.partition("\r\n\r\n")
        return int(head.split()[1]) if head else 0, head, body

    def text(self):
        return self.ask(SCRAPE)[2]

    def child(self):
        """/proc/PID of the one that serves."""
        threads = Path(f"/proc/{self.parent}/task/{self.parent}/children")
        return Path(f"/proc/{threads.read_text().split()[0]}")


@pytest.fixture
def serve(tmp_path):
    """serve(where, *options): a run that serves there, and what it serves."""
    started = []

    def start(where, *args):
        started.append(Daemon(tmp_path / "o", "--no-pin", "--listen", where, *args))
        return started[-1], Served(started[-1])

    yield start
    for one in started:
        one.end()


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    """One for all that ask."""
    with Daemon(tmp_path_factory.mktemp("http") / "o", "--no-pin", "--listen", "0") as daemon:
        served = Served(daemon)
        until(lambda: served.sum("oomtrace_running"), "the first text")
        yield served


@pytest.mark.parametrize("where", ["0", "[::1]:0"])
def test_scrape_has_the_kill(serve, storm, rows, where):
    daemon, served = serve(where)
    row = rows()[0]
    until(lambda: served.sum("oomtrace_running"), "the first text")
    storm(2, [row])
    served.wait(2, KILLS, container=row.directory.name)
    served.lint()
    status, head, body = served.ask(SCRAPE)
    assert status == 200 and "text/plain; version=0.0.4; charset=utf-8" in head
    assert f"Content-Length: {len(body)}" in head
    daemon.stop()
    with pytest.raises(ConnectionRefusedError):
        served.connect()


BOUND = ("setpriv", "--bounding-set", "-setuid,-setgid")


@pytest.mark.parametrize("before, user", [((), "65534"), (BOUND, "0")], ids=["nobody", "root"])
def test_server_has_no_rights(tmp_path, before, user):
    """A root that may not change its user, as in a sandbox, is still root; and may do nothing."""
    with Daemon(tmp_path / "o", "--no-pin", "--listen", "0", before=before) as daemon:
        check_rights(Served(daemon), user)


def check_rights(served, user):
    status = dict(
        line.split(":\t", 1) for line in (served.child() / "status").read_text().splitlines()
    )
    assert status["Uid"].split() == status["Gid"].split() == [user] * 4
    for kind in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert int(status[kind], 16) == 0
    assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2"
    assert (served.child() / "oom_score_adj").read_text() == "0\n"
    files = sorted(str(link.readlink()) for link in (served.child() / "fd").iterdir())
    assert files[0].startswith("/memfd:") and files[1] == "anon_inode:[eventpoll]"
    assert files[2].startswith("pipe:") and files[3].startswith("socket:") and not files[4:]


def test_server_ends_with_its_parent(serve):
    daemon, served = serve("0")
    child = served.child()
    daemon.crash()
    until(lambda: not child.exists(), "the end of the server")


def test_end_of_the_server_is_said_and_survived(serve, storm, rows):
    daemon, served = serve("0", "--audit", 1)
    row = rows()[0]
    subprocess.run(["kill", "-KILL", served.child().name], check=True)
    storm(1, [row])
    assert "the process that serves it has ended" in daemon.process.stderr.readline()
    stop = daemon.stop()
    assert stop["totals"]["written"] >= 1


# What is sent, and the status that is due; None: any but 200, or none.
HOSTILE = {
    "root": (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    "traversal": (b"GET /metrics/../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    "longer path": (b"GET /metricsx HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    "head": (b"HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n", 405),
    "huge body": (b"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999\r\n\r\nx", 405),
    "chunks": (b"PUT /metrics HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz", 405),
    "unknown method": (b"\r\n" * 1000 + b"BREW /metrics HTTP/1.1\r\nHost: x\r\n\r\n", None),
    "unknown version": (b"GET /metrics HTTP/9.9\r\nHost: x\r\n\r\n", None),
    "long path": (b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", None),
    "many headers": (b"GET /metrics HTTP/1.1\r\n" + b"X: y\r\n" * 20000 + b"\r\n", None),
    "any byte": (bytes(range(256)) * 100, None),
    "nothing": (b"", None),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_request(serving, what):
    """Is refused, by a word or by hanging up; the next one is answered."""
    request, status = HOSTILE[what]
    try:
        got = serving.ask(request)[0]
    except OSError:  # it hung up before all was sent
        got = 0
    assert got == status if status else got != 200
    assert serving.ask(SCRAPE)[0] == 200


def test_connections_that_say_nothing_are_no_ones_trouble(serve, storm, rows):
    """16 are taken, 8 wait: records come as ever, and so does a scrape when they have gone."""
    daemon, served = serve("0")
    row = rows()[0]
    silent = [served.connect() for _ in range(24)]
    storm(1, [row])
    until(lambda: b'"oom_kill"' in daemon.file.read_bytes(), "the record")
    for connection in silent:
        connection.close()
    served.wait(1, KILLS, container=row.directory.name)


def test_connections_that_never_end_their_request_are_ended(serve):
    """16 that send a byte now and then, so that none is idle, leave room for a scrape."""
    _, served = serve("0")
    until(lambda: served.sum("oomtrace_running"), "the first text")
    slow = [served.connect() for _ in range(16)]
    until(lambda: all([has_ended(one) for one in slow]), "their end")
    assert served.ask(SCRAPE)[0] == 200


def has_ended(connection):
    try:
        connection.sendall(b"G")
        return select.select([connection], [], [], 0.02)[0] and not connection.recv(1)
    except OSError:
        return True


def test_port_in_use_is_said():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        talk = run("--no-pin", "--listen", port, status=1)
    assert f"--listen 127.0.0.1:{port}: another process has this port: give another one" in talk


def test_without_the_library():
    listed = subprocess.check_output(["ldconfig", "-p"], text=True)
    library = Path(re.search(r"libmicrohttpd\.so\.12 .*=> (\S+)", listed)[1]).resolve()
    hide = f'mount --bind /dev/null {library} && exec "$@"'
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", hide, "sh", PROGRAM, "--no-pin", "--listen", "0"],
        stderr=subprocess.PIPE,
        text=True,
        timeout=seconds(30),
        check=False,
    )
    assert done.returncode == 1 and "needs libmicrohttpd.so.12: install it" in done.stderr
