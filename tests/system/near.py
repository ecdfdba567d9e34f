"""How near a figure must come to what the victim held."""

import datetime
import time

import pytest

import kernel

MIB = 1 << 20


def near(want_bytes, fault_pages=1):
    """
    Within 5 % or 1 MiB, whichever is more. The kernel's own RSS figures are approximate: of each
    thread before 6.2, of each CPU since. On a machine of many CPUs, or where a fault brings FAULT_PAGES at
    once, that is more than a MiB.
    """
    slack = kernel.rss_slack_bytes(fault_pages=fault_pages)
    return pytest.approx(want_bytes, rel=0.05, abs=max(MIB, slack))


def boot_ns(text):
    """RFC 3339, UTC -> CLOCK_BOOTTIME, in nanoseconds."""
    whole, fraction = text.rstrip("Z").split(".")
    moment = datetime.datetime.fromisoformat(whole).replace(tzinfo=datetime.timezone.utc)
    offset = time.time_ns() - time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    return int(moment.timestamp()) * 10**9 + int(fraction) - offset
