"""Libraries of Debian's with which a program has workers: started, and the group known."""

from servers import WORKERS, Server
from service import APPS, PYTHON, Group

SPAWNED = "multiprocessing.spawn import"
TRACKER = "resource_tracker import"


class DataLoader(Server):
    """As old as Debian's, it does not name its workers: forks as any others."""

    argv = [PYTHON, APPS / "torches.py", "loader"]
    ready = "working"


class TorchSpawn(Server):
    framework = "multiprocessing"
    argv = [PYTHON, APPS / "torches.py", "spawn"]
    ready = "working"
    like = SPAWNED
    trackers = 1

    def find_group(self):
        helpers = self.children(self.trackers, like=TRACKER)
        return Group(self.pid, self.children(WORKERS, like=self.like), helpers)


class Loky(TorchSpawn):
    framework = "joblib/loky"
    argv = [PYTHON, APPS / "jobs.py"]
    like = "popen_loky_posix"
    trackers = 2  # its own, and Python's


class Dask(TorchSpawn):
    framework = "Dask"
    argv = [PYTHON, APPS / "cluster.py"]
    like = "dask worker ["
