"""A containerd of the test's own, without its CRI plugin: ctr says what the kubelet would."""

import secrets
import subprocess

from container import SHARED, Container, make_root
from deadline import seconds, until
from service import ENVIRONMENT

CONFIG = """
version = 2
root = "{place}/root"
state = "{place}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "{place}/socket"
"""


class Containerd:
    """Running; `with` ends it. PLACE: a directory with a short name, for its socket is in it."""

    def __init__(self, place):
        self.place, self.socket = place, place / "socket"
        self.root = make_root(place / "rootfs")
        config = place / "config.toml"
        config.write_text(CONFIG.format(place=place))
        with open(place / "log", "wb") as log:
            self.process = subprocess.Popen(
                ["containerd", "--config", config], stdout=log, stderr=subprocess.STDOUT
            )
        until(self.socket.exists, "containerd to listen", 60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(seconds(20))

    def run(self, container_id, cgroup_path, *argv):
        """The container of that id, in a new cgroup CGROUP_PATH."""
        pidfile = self.place / f"{container_id}.pid"
        command = ["ctr", "--address", self.socket, "--namespace", "k8s.io", "run", "--rm"]
        command += ["--cgroup", cgroup_path, "--memory-limit", str(1 << 30), "--pid-file", pidfile]
        for path in SHARED:
            command += ["--mount", f"type=bind,src={path},dst={path},options=rbind:ro"]
        for name, value in ENVIRONMENT.items():
            command += ["--env", f"{name}={value}"]
        return Container([*command, "--rootfs", self.root, container_id, *argv], pidfile)


def new_id():
    """Of a container, as all runtimes make them."""
    return secrets.token_hex(32)
