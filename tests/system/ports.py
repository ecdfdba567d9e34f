"""Ports of the loopback device that nobody listens on."""

import contextlib
import socket


def free_ports(count):
    """As many different ones."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
