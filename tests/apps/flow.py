"""
A flow of steps as Aqueduct runs it: steps of forked workers, looked at each second or more often;
when one is dead, each of the others is given some seconds to end, one after another, and then killed.

    flow.py JOIN_SECONDS [POLL_SECONDS]
"""

import multiprocessing
import multiprocessing.resource_tracker
import os
import signal
import sys
import time

STEPS = {"Preprocess": 1, "Classify": 3, "Postprocess": 1}


def run_handler(requests):
    os.read(requests, 1)


def start(context, requests):
    workers = []
    for name, count in STEPS.items():
        for _ in range(count):
            workers.append((name, context.Process(target=run_handler, args=(requests,))))
            workers[-1][1].start()
    return workers


def watch(workers, poll_seconds):
    while True:
        for name, worker in workers:
            if not worker.is_alive():
                print(f"The process {worker.pid} for {name} handler is dead", flush=True)
                return
        time.sleep(poll_seconds)


def stop(workers, join_seconds):
    for _, worker in workers:
        if worker.is_alive():
            worker.join(join_seconds)
    for _, worker in workers:
        if worker.is_alive():
            os.kill(worker.pid, signal.SIGKILL)
    for _, worker in workers:
        worker.join()
    print("Flow was stopped", flush=True)


def main():
    multiprocessing.resource_tracker.ensure_running()
    requests, _ask = os.pipe()
    workers = start(multiprocessing.get_context("fork"), requests)
    print("started", *(worker.pid for _, worker in workers), flush=True)
    watch(workers, float(sys.argv[2]) if len(sys.argv) > 2 else 1)
    stop(workers, float(sys.argv[1]))
    sys.stdin.read()


main()
