"""/dev/kmsg from now on, and what oomtrace klog makes of it."""

import os
import subprocess

import kernel
from deadline import seconds, until
from near import near
from tracer import PROGRAM, parse

RECORD_BYTES = 8192


class KernelLog:
    """What the kernel says while `with` lasts."""

    def __enter__(self):
        self.fd = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self.fd, 0, os.SEEK_END)
        self.raw = b""
        return self

    def __exit__(self, *_):
        os.close(self.fd)

    def _read(self):
        while True:
            try:
                self.raw += os.read(self.fd, RECORD_BYTES)
            except BlockingIOError:
                return
            except BrokenPipeError:  # overwritten: the number of the next one shows it
                pass

    def _tells_of(self, tids):
        self._read()
        return all(f"Killed process {tid} (".encode() in self.raw for tid in tids)

    def wait(self, tids):
        """
        Until it tells of all these marked threads: their ends may be known before the one that
        killed them has come to its printk(). Whether there is more: of a kill for which the report
        was left out, the line alone.
        """
        until(lambda: self._tells_of(tids), f"the kernel to log that it killed {tids}")
        return b" invoked oom-killer: " in self.raw

    def records(self):
        """Those of oomtrace klog, each checked."""
        done = subprocess.run(
            [PROGRAM, "klog", "--format", "json"],
            input=self.raw,
            capture_output=True,
            timeout=seconds(30),
            check=True,
        )
        return [parse(line) for line in done.stdout.splitlines(keepends=True)]


# Each source has its own.
OWN = {"source", "time", "uptime_ns", "log", "host", "boot_id", "seq", "unread", "container", "k8s"}
OWN_PATHS = {"oom.id", "oom.id_inferred"}


def leaves(record, path=""):
    """(dotted key, value) of all that has one."""
    for key, value in record.items():
        way = f"{path}{key}"
        if isinstance(value, dict):
            yield from leaves(value, f"{way}.")
        elif value is not None:
            yield way, value


def facts(record):
    """What both sources may have of a kill. The flags are the same in whatever order."""
    found = dict(leaves({key: value for key, value in record.items() if key not in OWN}))
    found = {key: value for key, value in found.items() if key not in OWN_PATHS}
    if "oom.gfp" in found:
        found["oom.gfp"] = set(found["oom.gfp"].split("|"))
    return found


def same(key, ours, theirs):
    """
    What a cgroup uses is read twice, and each CPU gives back meanwhile what it has in stock. Of RSS
    the newest kernels' logs have what all CPUs add up to, and the counters of old have not.
    """
    if key.endswith(".usage_bytes"):
        return ours == near(theirs)
    if key.endswith("_rss_bytes"):
        return abs(ours - theirs) <= kernel.rss_slack_bytes()
    return ours == theirs


def disagreements(live, logged):
    """key -> both values, where both know one and it is not the same; and how many they share."""
    ours, theirs = facts(live), facts(logged)
    shared = ours.keys() & theirs.keys()
    wrong = {k: (ours[k], theirs[k]) for k in shared if not same(k, ours[k], theirs[k])}
    return wrong, len(shared)
