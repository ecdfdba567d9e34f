"""A web application that, as a DataLoader does, forks processes of its own in each worker."""

import os
import time

from web import application  # noqa: F401

LOADERS = 2
parent = os.getpid()


def load():
    print("loading", flush=True)
    while os.getppid() == parent:
        time.sleep(0.1)
    os._exit(0)


for _ in range(LOADERS):
    if not os.fork():
        load()
