"""A service manager, so far as its services tell it things: sd_notify(3)."""

import socket

from deadline import seconds


class Manager:
    """Listens at PATH. ENVIRONMENT is what it starts a service with: ["NAME=VALUE", ...]."""

    def __init__(self, path, watchdog_seconds=None):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.settimeout(seconds(30))
        self.environment = [f"NOTIFY_SOCKET={path}"]
        if watchdog_seconds:
            self.environment.append(f"WATCHDOG_USEC={watchdog_seconds * 1000000:.0f}")

    def told(self):
        """The next that it is told: {variable: value}."""
        text = self._socket.recv(4096).decode()
        return dict(line.split("=", 1) for line in text.splitlines())

    def told_of(self, variable):
        """The next that names VARIABLE, and all that it was told before."""
        before = []
        while variable not in (told := self.told()):
            before.append(told)
        return told, before

    def was_told_nothing(self):
        self._socket.setblocking(False)
        try:
            return not self._socket.recv(4096)
        except BlockingIOError:
            return True

    def close(self):
        self._socket.close()
