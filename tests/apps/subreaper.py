"""Runs a command, and is the parent of all below it that lose theirs, as an init is."""

import ctypes
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36

ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
subprocess.run(sys.argv[1:])
time.sleep(1000)
