"""
Python's multiprocessing, in each of its ways: a manager with three workers that wait for work.

    processes.py fork|spawn|forkserver unjoined|joined|respawned|pool|executor
"""

import concurrent.futures
import multiprocessing
import os
import sys
import time

WORKERS = 3


def work(_=None):
    sys.stdout.write("working\n")  # in one write
    sys.stdout.flush()
    time.sleep(1000)


def unjoined(context):
    """Nobody looks after them."""
    for _ in range(WORKERS):
        context.Process(target=work, daemon=True).start()
    time.sleep(1000)


def joined(context):
    """Dead ones are noticed, and that is all."""
    for _ in range(WORKERS):
        context.Process(target=work, daemon=True).start()
    while multiprocessing.active_children():
        time.sleep(0.1)


def respawned(context):
    """Waits for the death of any, and starts another at once."""
    for _ in range(WORKERS):
        context.Process(target=work, daemon=True).start()
    while True:
        os.wait()
        context.Process(target=work, daemon=True).start()


def pool(context):
    with context.Pool(WORKERS) as workers:
        workers.map(work, range(WORKERS), chunksize=1)


def executor(context):
    with concurrent.futures.ProcessPoolExecutor(WORKERS, mp_context=context) as workers:
        for task in [workers.submit(work) for _ in range(WORKERS)]:
            print("lost:", repr(task.exception()), flush=True)
        time.sleep(1000)


if __name__ == "__main__":
    globals()[sys.argv[2]](multiprocessing.get_context(sys.argv[1]))
