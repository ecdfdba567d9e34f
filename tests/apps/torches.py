"""
PyTorch's ways to have workers: three of them that wait for work.

    torches.py loader|spawn
"""

import sys
import time

import torch.multiprocessing
import torch.utils.data


def work(_):
    sys.stdout.write("working\n")  # in one write
    sys.stdout.flush()
    time.sleep(1000)


class Items(torch.utils.data.Dataset):
    def __len__(self):
        return 1000

    def __getitem__(self, index):
        work(index)


def loader():
    next(iter(torch.utils.data.DataLoader(Items(), num_workers=3)))


def spawn():
    torch.multiprocessing.spawn(work, nprocs=3)


if __name__ == "__main__":
    globals()[sys.argv[1]]()
