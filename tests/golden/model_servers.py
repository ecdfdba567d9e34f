"""Topologies of model servers: who is started by whom, and what each does when one is killed."""

from builder import CONTAINER, PACKAGES, PYTHON, TRACKER, Recording

IN_CONTAINER = f"/docker/{CONTAINER}"


def vllm():
    """A worker of the executor dies; the engine core and then the server follow."""
    r = Recording()
    r.script(300, 1, "/usr/local/bin/vllm", "serve", "model", "-tp", "2")
    r.run(305, 300, *TRACKER)
    r.spawn(310, 300, title="VLLM::EngineCore_DP0")
    r.fork(311, 310, title="VLLM::Worker_TP0")
    r.fork(312, 310, title="VLLM::Worker_TP1")
    r.lose(312, gone=50)
    r.end(311, at=900, by=310)
    r.end(310, at=950)
    r.look(at=1000)
    r.end(300, 305, at=1800)
    r.look(at=2000, usage=3)
    return r


def vllm_headless():
    """The server is the victim; its engine core lives on under init."""
    r = Recording()
    r.script(300, 1, "/usr/local/bin/vllm", "serve", "model")
    r.spawn(310, 300, title="VLLM::EngineCore_DP0")
    r.lose(300, gone=40)
    r.look(at=1000)
    r.look(at=30_010, usage=500)
    return r


def start_sglang(r):
    r.run(300, 1, PYTHON, "-m", "sglang.launch_server", "--model-path", "model", "--tp", "2")
    r.run(305, 300, *TRACKER)
    for pid, name in ((310, "scheduler_TP0"), (311, "scheduler_TP1"), (312, "detokenizer")):
        r.spawn(pid, 300, title=f"sglang::{name}")


def sglang():
    """The watchdog, each second, sees the dead scheduler: the server kills all, itself last."""
    r = Recording()
    start_sglang(r)
    r.lose(311, gone=60)
    r.look(at=80)
    r.end(310, 312, 305, at=900, by=300)
    r.end(300, at=910, by=300)
    r.look(at=950, usage=2)
    return r


def sglang_unwatched():
    """Without the watchdog nobody asks for the scheduler's exit status: the server goes on."""
    r = Recording()
    start_sglang(r)
    r.lose(311, gone=60, reaped=False)
    r.look(at=80)
    r.look(at=30_010, usage=420)
    return r


def tgi():
    """The launcher asks each 100 ms, ends the router, the other shard and then itself."""
    r = Recording(path=IN_CONTAINER)
    launcher = ("text-generation-launcher", "--model-id", "model", "--num-shard", "2")
    r.run(300, 1, *launcher, vpid=1)
    server = "/usr/src/.venv/bin/text-generation-server"
    for rank in range(2):
        env = [f"RANK={rank}", "WORLD_SIZE=2", ""]
        r.script(310 + rank, 300, server, "serve", "model", "--sharded", vpid=10 + rank, ranks=env)
    r.run(320, 300, "text-generation-router", "serve", "--port", "80", vpid=20)
    r.lose(311, gone=70)
    r.look(at=90)
    r.end(320, at=170, by=300, signal=15)
    r.end(310, at=300, by=300, signal=15)
    r.look(at=330)
    r.end(300, at=400)
    r.look(at=420, usage=2)
    return r


def start_ray_worker(r, pid, title, **fields):
    script = f"{PACKAGES}/ray/_private/workers/default_worker.py"
    named = {"title": title, "comm": title[:15]}
    r.run(pid, 400, PYTHON, "-u", script, "--node-ip-address=10.0.0.5", **named, **fields)


def ray():
    """An actor's worker dies, which had max_restarts left: the raylet starts it anew."""
    r = Recording(path=IN_CONTAINER)
    r.script(300, 1, "/usr/local/bin/ray", "start", "--head", "--block", vpid=1)
    core = f"{PACKAGES}/ray/core/src/ray"
    r.run(310, 300, f"{core}/gcs/gcs_server", "--gcs_server_port=6379")
    r.run(320, 300, PYTHON, "-u", f"{PACKAGES}/ray/_private/log_monitor.py")
    r.run(400, 300, f"{core}/raylet/raylet", "--raylet_socket_name=/tmp/ray/raylet")
    r.run(401, 400, PYTHON, "-u", f"{PACKAGES}/ray/dashboard/agent.py", "--node-ip=10.0.0.5")
    r.run(402, 400, PYTHON, "-u", f"{PACKAGES}/ray/_private/runtime_env/agent/main.py")
    start_ray_worker(r, 410, "ray::Ranker.rank")
    start_ray_worker(r, 411, "ray::Ranker.rank")
    start_ray_worker(r, 412, "ray::IDLE")
    r.lose(411, gone=30)
    r.look(at=50)
    start_ray_worker(r, 420, "ray::IDLE", at=300)
    r.look(at=500)
    r.live[420] |= {"title": "ray::Ranker.__init__", "comm": "ray::Ranker.__i"}
    r.look(at=1000)
    r.look(at=2500, usage=450)
    return r


def start_torchserve_worker(r, pid, port, **fields):
    script = f"{PACKAGES}/ts/model_service_worker.py"
    socket = f"/tmp/.ts.sock.{port}"
    r.run(pid, 310, PYTHON, script, "--sock-type", "unix", "--sock-name", socket, **fields)


def torchserve():
    """The frontend starts the worker again after 1 s, on the same socket."""
    r = Recording(path=IN_CONTAINER)
    r.script(300, 1, "/usr/local/bin/torchserve", "--start", "--foreground")
    home = f"-Dmodel_server_home={PACKAGES}"
    r.run(310, 300, "java", home, "-cp", ".:ts/frontend/*", "org.pytorch.serve.ModelServer")
    for i in range(3):
        start_torchserve_worker(r, 320 + i, 9000 + i)
    r.lose(321, gone=60)
    r.look(at=80)
    start_torchserve_worker(r, 330, 9001, at=1200)
    r.look(at=2000)
    r.look(at=3000, usage=500)
    return r


def triton():
    """A stub of the Python backend is killed, and nobody asks for its exit status."""
    r = Recording()
    r.run(400, 1, "/opt/tritonserver/bin/tritonserver", "--model-repository=/models")
    stub = "/opt/tritonserver/backends/python/triton_python_backend_stub"
    for i in range(3):
        args = (stub, f"/models/m{i}/1/model.py", f"triton_shm_{i}", "1048576", "400")
        r.run(410 + i, 400, *args)
    r.lose(411, gone=20, reaped=False)
    r.look(at=50)
    r.look(at=10_000)
    r.look(at=30_010, usage=400)
    return r


def bentoml():
    """In a container circus reaps its worker, and starts none in its place."""
    r = Recording(path=IN_CONTAINER)
    r.script(300, 1, "/usr/local/bin/bentoml", "serve", "service:Ranker", vpid=1)
    worker = ("-m", "_bentoml_impl.worker.service", "service:Ranker", "--fd", "5", "--worker-id")
    for i in range(1, 4):
        r.run(310 + i, 300, PYTHON, *worker, str(i), vpid=10 + i)
    r.lose(312, gone=40)
    r.look(at=60)
    r.look(at=30_010, usage=420)
    return r


def litserve():
    """
    A server is its user's script: two inference workers are spawned, a multiprocessing.Manager and
    the two that answer HTTP are forked. It sees a worker's end within 5 s and shuts down.
    """
    r = Recording()
    r.run(300, 1, PYTHON, "server.py")
    r.fork(301, 300)
    r.run(305, 300, *TRACKER)
    r.spawn(310, 300)
    r.spawn(311, 300)
    r.fork(320, 300)
    r.fork(321, 300)
    r.lose(311, gone=50, reaped=False)
    r.look(at=70)
    r.look(at=3000)
    del r.live[311]
    r.end(320, 321, at=3200, by=300, signal=15)
    r.end(310, at=3300, by=300, signal=15)
    r.look(at=3320)
    r.end(301, 300, 305, at=3400)
    r.look(at=3420, usage=2)
    return r


def kserve():
    """The parent of the uvicorn workers asks each half a second, and spawns another."""
    r = Recording(path=IN_CONTAINER)
    r.run(300, 1, PYTHON, "-m", "sklearnserver", "--model_dir=/mnt/models", "--workers=3", vpid=1)
    r.run(305, 300, *TRACKER)
    for pid in (310, 311, 312):
        r.spawn(pid, 300)
    r.lose(311, gone=50, reaped=False)
    r.look(at=70)
    del r.live[311]
    r.spawn(320, 300, at=450)
    r.look(at=500)
    r.look(at=1600, usage=400)
    return r


def mlserver():
    """SIGCHLD tells it at once; a new worker loads the models again."""
    r = Recording(path=IN_CONTAINER)
    r.script(300, 1, "/usr/local/bin/mlserver", "start", "/mnt/models", vpid=1)
    r.run(305, 300, *TRACKER)
    for pid in (310, 311):
        r.spawn(pid, 300)
    r.lose(310, gone=50)
    r.spawn(320, 300, at=60)
    r.look(at=80)
    r.look(at=1100, usage=400)
    return r


def start_ollama(r):
    r.run(300, 1, "/usr/local/bin/ollama", "serve")
    blob = "/root/.ollama/models/blobs/sha256-6a0746a1ec1a"
    r.run(310, 300, "/usr/local/bin/ollama", "runner", "--model", blob, "--port", "41233")


def ollama():
    """The runner is reaped; until the next request there is none."""
    r = Recording(path=IN_CONTAINER)
    start_ollama(r)
    r.lose(310, gone=90)
    r.look(at=110)
    r.look(at=30_010, usage=60)
    return r


def ollama_unit():
    """systemd stops the whole unit, as its OOMPolicy is unless set otherwise."""
    r = Recording(path="/system.slice/ollama.service")
    start_ollama(r)
    r.lose(310, gone=90)
    r.look(at=110)
    r.end(300, at=150, by=1, signal=15)
    r.look(at=180, usage=1)
    return r


def aqueduct():
    """
    Five steps, one killed. The flow polls each second, joins the others for 5 s each, then kills
    them: four SIGKILLs that are the manager's and not the OOM killer's.
    """
    r = Recording()
    r.run(600, 1, PYTHON, "/app/serve.py")
    r.run(605, 600, *TRACKER)
    steps = [610, 611, 612, 613, 614]
    for pid in steps:
        r.fork(pid, 600)
    r.lose(612, gone=35)
    r.look(at=60)
    r.look(at=15_000)
    for at, pid in enumerate(steps):
        if pid != 612:
            r.end(pid, at=20_000 + at, by=600)
    r.look(at=20_030)
    r.look(at=30_010, usage=120)
    return r


def aqueduct_socket_flow():
    """
    A flow as a process of its own, which is not the steps' parent and can't see their end;
    gunicorn, which is, reaps what it does not know. Steps and flow were forked before it took its
    title.
    """
    r = Recording()
    r.script(700, 1, "/usr/local/bin/gunicorn", "-c", "gunicorn_conf.py", "app:app")
    r.run(705, 700, *TRACKER)
    for pid in (710, 711, 712, 713):  # three steps and the flow
        r.fork(pid, 700)
    r.live[700] |= {"title": "gunicorn: master [app:app]", "comm": "gunicorn: maste"}
    for pid in (720, 721):
        r.fork(pid, 700, title="gunicorn: worker [app:app]")
    r.lose(711, gone=35)
    r.look(at=60)
    r.look(at=30_010, usage=600)
    return r


TOPOLOGIES = (
    *(vllm, vllm_headless, sglang, sglang_unwatched, tgi, ray, torchserve, triton, bentoml),
    *(litserve, kserve, mlserver, ollama, ollama_unit, aqueduct, aqueduct_socket_flow),
)
