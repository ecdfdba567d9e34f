"""Servers that fork or spawn their workers, as Debian has them: started, and the group known."""

import shutil
import subprocess
import tempfile

from service import APPS, ENVIRONMENT, PYTHON, Group, Service, command

POSTGRES = "/usr/lib/postgresql/15/bin"
AS_POSTGRES = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
WORKERS = 3


class Server(Service):
    """A Service, the name that it is recognised by, and its group once that is complete."""

    framework = None
    argv = []
    env = {}
    ready = None  # a line that each worker has
    like = ""  # in the command line of each worker

    def __init__(self, cgroup):
        self.place = tempfile.mkdtemp(prefix="oomtrace-test-")
        self.prepare()
        argv = [str(arg).format(place=self.place) for arg in self.argv]
        super().__init__(cgroup, *argv, env=self.env)
        try:
            self.says(self.ready, WORKERS)
            self.group = self.find_group()
        except BaseException:
            self.__exit__()
            raise

    def prepare(self):
        """What has to be in its place first."""

    def find_group(self):
        return Group(self.pid, self.children(WORKERS, like=self.like))

    def __exit__(self, *_):
        super().__exit__()
        shutil.rmtree(self.place, ignore_errors=True)


class Gunicorn(Server):
    framework = "gunicorn"
    argv = [PYTHON, "/usr/bin/gunicorn", "--workers", WORKERS, "--bind", "unix:{place}/socket",
            "--timeout", 4, "web:application"]  # fmt: skip
    ready = "Booting worker with pid"


class GunicornUntitled(Gunicorn):
    env = {"PYTHONPATH": APPS / "untitled"}


class GunicornLoaders(Gunicorn):
    """Each worker has forked two processes of its own."""

    argv = [*Gunicorn.argv[:-1], "loaders:application"]

    def find_group(self):
        self.says("loading", 2 * WORKERS)
        return super().find_group()


class Uvicorn(Server):
    framework = "uvicorn"
    argv = [PYTHON, "/usr/bin/uvicorn", "--workers", WORKERS, "--uds", "{place}/socket",
            "web:asgi"]  # fmt: skip
    ready = "Application startup complete"

    def find_group(self):
        workers = self.children(WORKERS, like="spawn_main")
        return Group(self.pid, workers, self.children(1, like="resource_tracker"))


class Celery(Server):
    framework = "Celery"
    argv = [PYTHON, "/usr/bin/celery", "-A", "tasks", "worker", "--concurrency", WORKERS,
            "--without-gossip", "--without-mingle", "--without-heartbeat",
            "--loglevel", "INFO"]  # fmt: skip
    ready = "."
    like = "ForkPoolWorker"

    def find_group(self):
        self.says(" ready\\.$")
        return super().find_group()


class Uwsgi(Server):
    framework = "uWSGI"
    argv = ["uwsgi", "--plugin", "python3", "--master", "--processes", WORKERS,
            "--socket", "{place}/socket", "--wsgi-file", APPS / "web.py"]  # fmt: skip
    ready = "spawned uWSGI worker"


class Nginx(Server):
    framework = "nginx"
    argv = ["nginx", "-e", "stderr", "-p", "{place}", "-c", "nginx.conf"]
    ready = "start worker process "
    like = "nginx: worker process"

    def prepare(self):
        with open(f"{self.place}/nginx.conf", "w", encoding="ascii") as file:
            file.write(
                "daemon off; error_log stderr notice; pid pid; events {}"
                f"worker_processes {WORKERS}; user root;"
                "http { access_log off; server { listen unix:%s/socket; } }" % self.place
            )


class Postgres(Server):
    framework = "PostgreSQL"
    argv = [*AS_POSTGRES, f"{POSTGRES}/postgres", "-D", "{place}", "-k", "{place}",
            "-c", "listen_addresses=", "-c", "fsync=off", "-c", "autovacuum=off",
            "-c", "max_logical_replication_workers=0"]  # fmt: skip
    ready = "."

    def prepare(self):
        shutil.chown(self.place, "postgres", "postgres")
        command(*AS_POSTGRES, f"{POSTGRES}/initdb", "--no-sync", "--auth=trust", self.place)

    def find_group(self):
        self.says("ready to accept connections")
        return super().find_group()._replace(alike=False)

    def client(self, query):
        """Asks, outside the cgroup, and waits for the answer."""
        argv = [*AS_POSTGRES, "psql", "-h", self.place, "-c", query, "postgres"]
        return subprocess.Popen(argv, cwd="/", env=ENVIRONMENT, stderr=subprocess.DEVNULL)
