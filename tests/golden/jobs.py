"""Training and data: topologies of jobs, which end with the first of their workers or try again."""

from builder import CONTAINER, PACKAGES, PYTHON, Recording


def ranks(rank, world, *more):
    """What a launcher puts into the environment of a rank, as far as oomtrace keeps it."""
    return [f"RANK={rank}", f"LOCAL_RANK={rank}", f"WORLD_SIZE={world}", *more, ""]


def torchrun():
    """The agent ends all ranks, each in a session of its own, and then itself."""
    r = Recording()
    r.script(200, 1, "/usr/bin/torchrun", "--nproc-per-node=4", "train.py", comm="pt_elastic")
    for rank in range(4):
        pid, words = 210 + rank, ranks(rank, 4, "GROUP_RANK=0")
        r.run(pid, 200, PYTHON, "-u", "train.py", session_id=pid, ranks=words)
    r.fork(230, 212, comm="pt_data_worker")
    r.lose(212, gone=30)
    r.end(210, 211, 213, at=400, by=200, signal=15)
    r.end(230, at=410)
    r.look(at=500)
    r.end(200, at=900)
    r.look(at=1000, usage=1)
    return r


def deepspeed():
    """
    The launcher, which polls each second, ends the tree of the other rank; loaders of the dead rank
    find out by themselves, within 5 s, that their parent is another one.
    """
    r = Recording()
    r.script(200, 1, "/usr/local/bin/deepspeed", "--num_gpus=2", "train.py")
    launch = ("-m", "deepspeed.launcher.launch", "--world_info=eyJsb2NhbGhvc3QiOiBbMCwgMV19")
    r.run(210, 200, PYTHON, "-u", *launch, "--master_port=29500", "train.py")
    for rank in range(2):
        pid = 220 + rank
        r.run(pid, 210, PYTHON, "-u", "train.py", f"--local_rank={rank}", ranks=ranks(rank, 2))
        for loader in range(2):
            r.fork(pid + 10 * (loader + 1), pid, comm="pt_data_worker")
    r.lose(221, gone=45)
    r.look(at=65)
    r.end(230, 240, 220, at=700, by=210, signal=15)
    r.look(at=750)
    r.end(210, 200, at=800)
    r.look(at=1000)
    r.end(231, 241, at=4800)
    r.look(at=5000, usage=2)
    return r


def data_loader_of_a_rank():
    """A worker of a DataLoader dies: its rank raises, and torchrun ends the job."""
    r = Recording()
    r.script(200, 1, "/usr/bin/torchrun", "--nproc-per-node=2", "train.py", comm="pt_elastic")
    for rank in range(2):
        pid = 210 + rank
        r.run(pid, 200, PYTHON, "-u", "train.py", session_id=pid, ranks=ranks(rank, 2))
        for loader in range(2):
            r.fork(pid + 10 * (loader + 1), pid, comm="pt_data_worker")
    r.lose(221, gone=15)
    r.end(231, at=300, by=211, signal=15)
    r.end(211, at=350)
    r.look(at=400)
    r.end(210, at=480, by=200, signal=15)
    r.end(220, 230, at=490)
    r.look(at=500)
    r.end(200, at=900)
    r.look(at=1000, usage=1)
    return r


def torch_inductor():
    """One of the processes that compile dies: their pool is broken, training is not ended."""
    r = Recording()
    r.run(200, 1, PYTHON, "train.py")
    main = f"{PACKAGES}/torch/_inductor/compile_worker/__main__.py"
    r.run(210, 200, PYTHON, main, "--kind=fork", "--workers=4", "--parent=200")
    for pid in range(220, 224):
        r.fork(pid, 210)
    r.lose(222, gone=20)
    r.end(220, 221, 223, at=25, by=210, signal=15)
    r.look(at=50, usage=300)
    return r


def pyspark():
    """An executor's daemon reaps its worker; the task is tried again in a new one."""
    r = Recording(path=f"/docker/{CONTAINER}")
    backend = "org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend"
    java = "/usr/lib/jvm/java-17-openjdk-amd64/bin/java"
    r.run(300, 1, java, "-Xmx4g", "-cp", "/opt/spark/jars/*", backend, "--cores", "3")
    r.run(310, 300, PYTHON, "-m", "pyspark.daemon", "pyspark.worker")
    for pid in (320, 321, 322):
        r.fork(pid, 310)
    r.lose(321, gone=40)
    r.look(at=60)
    r.fork(330, 310, at=700)
    r.look(at=1000)
    r.look(at=2000, usage=500)
    return r


TOPOLOGIES = (torchrun, deepspeed, data_loader_of_a_rank, torch_inductor, pyspark)
