"""Bounded waits. Nothing in these tests sleeps for a time that is hoped to be enough."""

import os
import time

SLOW = float(os.environ.get("OOMTRACE_SLOW", "1"))


def seconds(amount):
    """AMOUNT on a usual machine, stretched where everything is emulated."""
    return amount * SLOW


def until(condition, what, amount=10):
    """Returns condition() as soon as it is true; fails, naming WHAT, when the time is over."""
    end = time.monotonic() + seconds(amount)
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds(amount):g} s in vain for {what}")
        time.sleep(0.005)
