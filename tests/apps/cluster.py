"""A cluster of Dask's with three workers, each with its nanny in this process."""

import time

import distributed

if __name__ == "__main__":
    with distributed.LocalCluster(
        n_workers=3, threads_per_worker=1, dashboard_address=None, protocol="tcp://"
    ):
        print("working\n" * 3, end="", flush=True)
        time.sleep(1000)
