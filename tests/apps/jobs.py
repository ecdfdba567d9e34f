"""Three jobs of joblib's, in processes of loky's."""

import sys
import time

import joblib


def work(_):
    sys.stdout.write("working\n")  # in one write
    sys.stdout.flush()
    time.sleep(1000)


if __name__ == "__main__":
    joblib.Parallel(n_jobs=3, backend="loky")(joblib.delayed(work)(i) for i in range(3))
