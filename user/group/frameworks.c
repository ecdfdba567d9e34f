// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The frameworks that are built in, and the processes that keep groups apart. Each has its source:
 * a file of the project at a commit, an issue, or the version with which it was tried.
 *
 * A framework without rules leaves nothing in its processes' names: it can be said of a program in
 * a file of profiles ("like"). Where two frameworks look alike from outside, the text says both.
 */
#include "group/rules.h"

#define RULES(...)                                                                                 \
	.rules = (const struct rule[]){__VA_ARGS__},                                               \
	.n = sizeof((const struct rule[]){__VA_ARGS__}) / sizeof(struct rule)

#define MESSAGES(...) ((const struct message[]){__VA_ARGS__, {NULL, SENSE_DEAD}})
#define DEAD(text)                                                                                 \
	{                                                                                          \
		text, SENSE_DEAD                                                                   \
	}
#define KILLS(text)                                                                                \
	{                                                                                          \
		text, SENSE_KILLS                                                                  \
	}
#define RUNS(text)                                                                                 \
	{                                                                                          \
		text, SENSE_RUNS                                                                   \
	}

/* clang-format off */
const struct profile frameworks[] = {
	/*
	 * Model servers. Ahead of what they are built on, whose words their processes have too.
	 */
	{
		/* vllm-project/vllm vllm/utils/system_utils.py set_process_title(): PREFIX::NAME,
		 * which setproctitle makes the comm too; v1/engine/core_client.py,
		 * v1/executor/multiproc_executor.py; issue 34643 (API server killed, engine left) */
		.framework = {
			"vLLM",
			"The executor notices within seconds, kills the other workers, and the engine "
			"core and the API server end; every request in hand is lost. If the API server "
			"is the victim, the engine can live on as an orphan and keep its GPU memory.",
			"Restart the server as a whole, and see that no VLLM:: process is left holding "
			"the GPU.",
			MESSAGES(DEAD("Worker proc {name} died unexpectedly"),
				 DEAD("Engine core proc {name} died unexpectedly")),
		},
		RULES({.title = "VLLM::<EngineCore*>", .role = ROLE_WORKER},
		      {.title = "VLLM::<Worker*>", .role = ROLE_WORKER},
		      {.title = "VLLM::<APIServer*>", .role = ROLE_WORKER},
		      {.title = "VLLM::<DPCoordinator*>", .role = ROLE_HELPER},
		      {.comm = "VLLM::EngineCor", .label = "EngineCore", .role = ROLE_WORKER},
		      {.comm = "VLLM::<Worker*>", .role = ROLE_WORKER},
		      {.comm = "VLLM::APIServer", .label = "APIServer", .role = ROLE_WORKER},
		      {.comm = "VLLM::DPCoordin", .label = "DPCoordinator", .role = ROLE_HELPER},
		      {.program = "vllm", .argument = "serve", .role = ROLE_MANAGER},
		      {.program = "vllm.entrypoints.*", .role = ROLE_MANAGER}),
	},
	{
		/* sgl-project/sglang srt/managers/detokenizer_manager.py at 000935b, scheduler.py,
		 * data_parallel_controller.py; issues 20287 (hang), 18421 (watchdog), 35804 (gap) */
		.framework = {
			"SGLang",
			"Children tell the server of their own failure by SIGQUIT, which a killed one "
			"cannot: versions without a watchdog (before 2026) go on listening and answer "
			"nothing; newer ones end the server, but schedulers under a data-parallel "
			"controller may still go unnoticed.",
			"Restart the server as a whole, and have /health_generate probed instead of the "
			"port.",
			MESSAGES(DEAD("Received sigquit from a child process. It usually means "
				      "the child failed.")),
		},
		RULES({.title = "sglang::<scheduler*>", .role = ROLE_WORKER},
		      {.title = "sglang::<detokenizer*>", .role = ROLE_WORKER},
		      {.title = "sglang::<tokenizer_worker*>", .role = ROLE_WORKER},
		      {.title = "sglang::<data_parallel_controller*>", .role = ROLE_WORKER},
		      {.title = "sglang::<*>", .role = ROLE_UNKNOWN},
		      {.comm = "sglang::schedul", .label = "scheduler", .role = ROLE_WORKER},
		      {.comm = "sglang::detoken", .label = "detokenizer", .role = ROLE_WORKER},
		      {.comm = "sglang::tokeniz", .label = "tokenizer_worker", .role = ROLE_WORKER},
		      {.comm = "sglang::data_pa", .label = "data_parallel_controller",
		       .role = ROLE_WORKER},
		      {.comm = "sglang::<*>", .role = ROLE_UNKNOWN},
		      {.program = "sglang.launch_server", .role = ROLE_MANAGER},
		      {.program = "sglang", .argument = "serve", .role = ROLE_MANAGER}),
	},
	{
		/* huggingface/text-generation-inference launcher/src/main.rs at db931fcf: 1150
		 * (environment and process group of a shard), 1220, 2335 */
		.framework = {
			"TGI",
			"The launcher ends the other shards and the router, and then itself; requests "
			"in hand are lost.",
			NULL,
			MESSAGES(DEAD("Shard process was signaled to shutdown with signal "
				      "{signal}")),
		},
		RULES({.executable = "text-generation-launcher", .role = ROLE_MANAGER},
		      {.executable = "text-generation-router*", .label = "router",
		       .role = ROLE_WORKER, .launched = true},
		      {.program = "text-generation-server", .argument = "serve", .label = "shard",
		       .role = ROLE_WORKER, .launched = true},
		      {.program = "text-generation-server", .argument = "download-weights",
		       .label = "download", .role = ROLE_HELPER, .launched = true}),
	},
	{
		/* ray-project/ray python/ray/_private/workers/default_worker.py,
		 * python/ray/_private/services.py; exit message: src/ray/core_worker and ray 18890 */
		.framework = {
			"Ray",
			"The raylet notices; a task is run again, up to its max_retries, and an actor "
			"starts anew only if it has max_restarts left: its state is lost. Workers have "
			"oom_score_adj 1000, so that the kernel prefers them whatever their size.",
			"Give tasks and actors a memory= request, or lower what runs at the same time.",
			MESSAGES(DEAD("Worker PID: {pid} Worker exit type: SYSTEM_ERROR"),
				 DEAD("The process is killed by SIGKILL by OOM killer due to "
				      "high memory usage.")),
		},
		RULES({.title = "ray::<*>", .role = ROLE_WORKER, .passing = true},
		      {.comm = "ray::<*>", .role = ROLE_WORKER, .passing = true},
		      {.program = "*/ray/_private/workers/default_worker.py", .role = ROLE_WORKER,
		       .launched = true, .passing = true},
		      {.executable = "raylet", .role = ROLE_MANAGER},
		      {.executable = "gcs_server", .label = "gcs_server", .role = ROLE_HELPER,
		       .launched = true},
		      {.program = "*/ray/dashboard/<dashboard>.py", .role = ROLE_HELPER,
		       .launched = true},
		      {.program = "*/ray/dashboard/agent.py", .label = "dashboard agent",
		       .role = ROLE_HELPER, .launched = true},
		      {.program = "*/ray/_private/runtime_env/agent/main.py",
		       .label = "runtime_env agent", .role = ROLE_HELPER, .launched = true},
		      {.program = "*/ray/_private/<log_monitor>.py", .role = ROLE_HELPER,
		       .launched = true},
		      {.program = "*/ray/autoscaler/_private/<monitor>.py", .role = ROLE_HELPER,
		       .launched = true}),
	},
	{
		/* pytorch/serve at 62c4d6a1f: ts/model_server.py (java's arguments),
		 * frontend/server/.../wlm/WorkerThread.java, WorkerLifeCycle.java; issue 2300 */
		.framework = {
			"TorchServe",
			"The request in hand fails, with HTTP 413 if the exit code 137 was seen, and the "
			"frontend starts the worker again, waiting longer each time.",
			NULL,
			MESSAGES(DEAD("backend worker process died."),
				 DEAD("Worker died.")),
		},
		RULES({.program = "java", .argument = "-Dmodel_server_home=*",
		       .role = ROLE_MANAGER, .launched = true},
		      {.program = "java", .argument = "org.pytorch.serve.ModelServer",
		       .role = ROLE_MANAGER, .launched = true},
		      {.program = "*/ts/model_service_worker.py", .role = ROLE_WORKER,
		       .launched = true},
		      {.program = "torchserve", .role = ROLE_MANAGER}),
	},
	{
		/* triton-inference-server/python_backend at f9088ff: src/stub_launcher.cc (execv),
		 * python_be.cc; server issues 5381 (hang), 7230 (zombie, health 200) */
		.framework = {
			"Triton",
			"The stub is not started again: each request to its model instance fails or "
			"hangs, while v2/health stays 200. Older versions start it again with the next "
			"request.",
			"Restart the server, or unload and load the model; have v2/models/NAME/ready "
			"probed instead of v2/health.",
			MESSAGES(DEAD("Stub process '{name}' is not healthy."),
				 DEAD("Stub process is unhealthy and it will be restarted.")),
		},
		RULES({.executable = "tritonserver", .role = ROLE_MANAGER},
		      {.program = "triton_python_backend_stub", .argument = "<*/model.py*>",
		       .role = ROLE_WORKER, .launched = true},
		      {.program = "triton_python_backend_stub", .role = ROLE_WORKER,
		       .launched = true},
		      {.executable = "triton_python_backend_stub", .role = ROLE_WORKER,
		       .launched = true}),
	},
	{
		/* bentoml/BentoML at 32230a527: src/_bentoml_impl/server/serving.py (circus,
		 * respawn=not running_inside_container()), worker/service.py */
		.framework = {
			"BentoML",
			"Outside of a container circus starts the worker again; inside of one it does "
			"not, and the service goes on with fewer, down to none.",
			"Restart the container: it does not replace its workers by itself.",
			NULL,
		},
		RULES({.program = "_bentoml_impl.worker.<*>", .role = ROLE_WORKER,
		       .launched = true},
		      {.program = "bentoml", .argument = "serve*", .role = ROLE_MANAGER}),
	},
	{
		/* SeldonIO/MLServer at a325e523: mlserver/parallel/registry.py, pool.py;
		 * issues 991, 1431, fix 1234 */
		.framework = {
			"MLServer",
			"The worker is replaced and its requests fail; of two killed at once one can be "
			"missed. Versions without the fix 1234 do not notice: requests wait for ever while "
			"health checks answer well.",
			NULL,
			MESSAGES(DEAD("Worker with PID {pid} on {name} stopped unexpectedly "
				      "with exit code {wait}.")),
		},
		RULES({.program = "mlserver", .argument = "start", .role = ROLE_MANAGER}),
	},
	{
		/* kserve/kserve at aaac4e294: python/kserve/kserve/protocol/rest/multiprocess/server.py;
		 * the servers are `python -m NAME`, python/NAME.Dockerfile. What it writes is uvicorn's,
		 * word for word: no messages */
		.framework = {
			"KServe",
			"The worker is replaced within a second; its requests are lost.",
			NULL,
			NULL,
		},
		RULES({.program = "<sklearnserver>", .role = ROLE_MANAGER},
		      {.program = "<xgbserver>", .role = ROLE_MANAGER},
		      {.program = "<lgbserver>", .role = ROLE_MANAGER},
		      {.program = "<pmmlserver>", .role = ROLE_MANAGER},
		      {.program = "<paddleserver>", .role = ROLE_MANAGER},
		      {.program = "<huggingfaceserver>", .role = ROLE_MANAGER}),
	},
	{
		/* Lightning-AI/LitServe at 1311d5b4: src/litserve/server.py. A server is the user's
		 * own script: no rules. */
		.framework = {
			"LitServe",
			"The whole server shuts down; with restart_workers=True the worker is replaced "
			"instead. Requests in hand are lost.",
			NULL,
			MESSAGES(DEAD("Worker {name} died; shutting down"),
				 DEAD("Worker {name} is dead. Restarting it")),
		},
	},
	{
		/* avito-tech/aqueduct at 5dc9567: aqueduct/flow.py:429 (each second), 44
		 * (resource_tracker at import); tried: end of the flow after 10.9 s, and nothing at
		 * all in SocketFlow mode. Steps are forks of the user's own script: no rules. */
		.framework = {
			"Aqueduct",
			"A Flow notices within 1 s, waits 5 s for each live worker in turn, then kills "
			"them with SIGKILL; the main process stays up without workers unless the aiohttp "
			"integration ends it. In SocketFlow mode nobody notices.",
			"Restart the service as a whole: workers that are left do not make a flow.",
			MESSAGES(DEAD("The process {pid} for {name} handler is dead"),
				 RUNS("[pid:{pid}]{*}[Worker] initialising handler {name}")),
		},
	},
	{
		/* ollama/ollama at fb3076099: llm/; issues 9685, 11231 (the unit stops) */
		.framework = {
			"Ollama",
			"The request in hand fails, and the next one loads the model again. Under "
			"systemd's default OOMPolicy=stop the whole unit is stopped instead.",
			"Without a restart the next request loads the model again; use a smaller model or "
			"context, and set OOMPolicy=continue for its unit.",
			MESSAGES(DEAD("llama runner process has terminated: {status}"),
				 DEAD("llama-server process no longer running")),
		},
		RULES({.executable = "ollama", .argument = "serve", .role = ROLE_MANAGER},
		      {.executable = "ollama", .argument = "runner", .label = "runner",
		       .role = ROLE_WORKER, .launched = true},
		      {.program = "*/ollama/*llama-server", .label = "llama-server",
		       .role = ROLE_WORKER, .launched = true}),
	},

	/*
	 * Web servers and task queues.
	 */
	{
		/* benoitc/gunicorn at 65ac1a3a: arbiter.py:245 and 748 (titles), 668 (message), 734
		 * (fork); tried. Older ones say "Worker with pid %s was terminated due to signal 9"
		 * (20.1) or nothing */
		.framework = {
			"gunicorn",
			"The master starts another worker at once; the requests that the victim had in "
			"hand are lost, and nothing outside shows it.",
			"Fewer workers, --max-requests against growth, or --preload to share the model.",
			MESSAGES(DEAD("Worker (pid:{pid}) was sent {signal}!"),
				 DEAD("Worker (pid:{pid}) exited with code {status}"),
				 DEAD("Worker with pid {pid} was terminated due to signal "
				      "{signal}"),
				 DEAD("Reaped unknown child process (pid:{pid}, status:{wait})"),
				 KILLS("WORKER TIMEOUT (pid:{pid})")),
		},
		RULES({.title = "gunicorn: master [<*>]", .role = ROLE_MANAGER},
		      {.title = "gunicorn: worker [<*>]", .role = ROLE_WORKER},
		      {.title = "gunicorn: dirty-arbiter*", .label = "dirty-arbiter",
		       .role = ROLE_WORKER},
		      {.title = "gunicorn: <dirty-worker*>", .role = ROLE_SUB_WORKER},
		      {.comm = "gunicorn: maste", .role = ROLE_MANAGER},
		      {.comm = "gunicorn: worke", .role = ROLE_WORKER},
		      {.comm = "gunicorn: dirty", .role = ROLE_UNKNOWN},
		      {.program = "gunicorn", .role = ROLE_MANAGER},
		      {.program = "gunicorn.app.wsgiapp", .role = ROLE_MANAGER}),
	},
	{
		/* encode/uvicorn at e6c7ce79: supervisors/multiprocess.py; issues 2506, 517 */
		.framework = {
			"uvicorn",
			"With --workers the worker is replaced within a second and its requests are "
			"lost; versions before 0.30 never replace it. With --reload it stays dead. A "
			"worker that does not answer for 5 s is killed by its own parent.",
			NULL,
			MESSAGES(DEAD("Child process [{pid}] died")),
		},
		RULES({.program = "uvicorn", .argument = "--workers*", .role = ROLE_MANAGER},
		      {.program = "uvicorn", .argument = "--reload*", .role = ROLE_MANAGER},
		      {.program = "uvicorn", .role = ROLE_UNKNOWN}),
	},
	{
		/* unbit/uwsgi at 6cbb2177: core/master_checks.c, core/master.c; titles only with
		 * auto-procname (core/utils.c: argv, the comm stays) */
		.framework = {
			"uWSGI",
			"The master starts the worker again; the request in hand is lost. Without a "
			"master nothing happens. If the master is the victim, idle workers end at once.",
			"reload-on-rss or fewer processes; --no-orphans ends also busy workers whose "
			"master died.",
			MESSAGES(DEAD("DAMN ! {name} (pid: {pid}) died, killed by signal "
				      "{signal} :("),
				 DEAD("DAMN ! {name} (pid: {pid}) MYSTERIOUSLY killed by signal "
				      "{signal} :(")),
		},
		RULES({.title = "uWSGI master", .role = ROLE_MANAGER},
		      {.title = "uWSGI <worker *>", .role = ROLE_WORKER},
		      {.title = "uWSGI <mule *>", .role = ROLE_WORKER},
		      {.title = "uWSGI <spooler*>", .role = ROLE_WORKER},
		      {.title = "uWSGI <http *>", .role = ROLE_HELPER},
		      {.executable = "uwsgi*", .role = ROLE_MANAGER},
		      {.program = "uwsgi", .role = ROLE_MANAGER}),
	},
	{
		/* celery/celery at 5dc781f0b: platforms.py set_mp_process_title(), concurrency/
		 * prefork.py process_initializer() (PDEATHSIG); celery/billiard at bd2f803: pool.py */
		.framework = {
			"Celery",
			"The pool starts another process; the task is marked as lost after 10 s and not "
			"run again unless acks_late and reject_on_worker_lost are set. If the main "
			"process is the victim, the kernel kills all its children with it.",
			"worker_max_memory_per_child, or a lower --concurrency.",
			MESSAGES(DEAD("Process '{name}' pid:{pid} exited with {status}"),
				 DEAD("Worker exited prematurely: {status}")),
		},
		RULES({.title = "[celeryd: *:<MainProcess>]*", .role = ROLE_MANAGER},
		      {.title = "[celeryd: *:<*PoolWorker-*>]*", .role = ROLE_WORKER},
		      {.title = "[celery beat*", .label = "beat", .role = ROLE_HELPER},
		      {.comm = "[celeryd: *", .role = ROLE_UNKNOWN},
		      {.program = "celery", .argument = "worker", .role = ROLE_MANAGER,
		       .forks = ROLE_WORKER}),
	},
	{
		/* nginx src/os/unix/ngx_process.c (message), ngx_process_cycle.c (titles) */
		.framework = {
			"nginx",
			"The master starts another worker; the connections that the victim had are "
			"lost.",
			NULL,
			MESSAGES(DEAD("worker process {pid} exited on signal {signal}"),
				 DEAD("worker process {pid} exited with code {status}")),
		},
		RULES({.title = "nginx: master process*", .role = ROLE_MANAGER},
		      {.title = "nginx: worker process*", .role = ROLE_WORKER},
		      {.title = "nginx: <cache * process>*", .role = ROLE_HELPER},
		      {.executable = "nginx", .role = ROLE_MANAGER}),
	},
	{
		/* postgres 15: src/backend/postmaster/postmaster.c reaper(),
		 * HandleChildCrash(); tried: each child has a session and a process group of its own */
		.framework = {
			"PostgreSQL",
			"The postmaster kills every other backend, recovers from the log and takes "
			"connections again: all sessions and open transactions are lost.",
			"Lower work_mem or max_connections, and give the postmaster alone "
			"oom_score_adj -1000.",
			MESSAGES(DEAD("process (PID {pid}) was terminated by signal {signal}"),
				 DEAD("process (PID {pid}) exited with exit code {status}")),
		},
		RULES({.title = "postgres: <*>", .role = ROLE_WORKER},
		      {.executable = "postgres", .role = ROLE_MANAGER, .forks = ROLE_WORKER}),
	},

	/*
	 * Training and data.
	 */
	{
		/* deepspeedai/DeepSpeed at edaa72212: launcher/launch.py. Ranks are known by their
		 * environment. */
		.framework = {
			"DeepSpeed",
			"The launcher kills the other ranks of this node and exits with 247 (-9): the "
			"job ends, and goes on from its last checkpoint when it is started again.",
			NULL,
			MESSAGES(DEAD("exits with return code = {status}")),
		},
		RULES({.program = "deepspeed", .role = ROLE_MANAGER},
		      {.program = "deepspeed.launcher.launch", .role = ROLE_MANAGER,
		       .launched = true}),
	},
	{
		/* pytorch/pytorch torch/distributed/elastic/agent/server/local_elastic_agent.py,
		 * multiprocessing/subprocess_handler/subprocess_handler.py (a session per rank),
		 * multiprocessing/errors. Ranks are known by their environment. */
		.framework = {
			"torchrun",
			"The agent ends the other ranks (SIGTERM, after 30 s SIGKILL) and starts all of "
			"them again while --max-restarts allows it; then it exits with 1. Work since the "
			"last checkpoint is lost.",
			NULL,
			MESSAGES(DEAD("exitcode  : {status} (pid: {pid})"),
				 DEAD("failed (exitcode: {status}) local_rank: {name} (pid: "
				      "{pid})"),
				 DEAD("Signal {signal} ({*}) received by PID {pid}")),
		},
		RULES({.comm = "pt_elastic", .role = ROLE_MANAGER},
		      {.program = "torchrun", .role = ROLE_MANAGER},
		      {.program = "torch.distributed.run", .role = ROLE_MANAGER},
		      {.program = "torch.distributed.launch", .role = ROLE_MANAGER},
		      {.program = "accelerate", .argument = "launch", .role = ROLE_MANAGER},
		      {.program = "accelerate.commands.launch", .role = ROLE_MANAGER}),
	},
	{
		/* pytorch/pytorch torch/utils/data/_utils/worker.py (comm, ppid watchdog),
		 * torch/csrc/DataLoader.cpp (message). Without the comm, which is recent, a worker is
		 * a fork like any other. */
		.framework = {
			"DataLoader",
			"The training process gets a RuntimeError from its next batch and usually ends, "
			"and all ranks with it.",
			"Lower num_workers or prefetch_factor.",
			MESSAGES(DEAD("DataLoader worker (pid {pid}) is killed by signal: "
				      "{signal}"),
				 DEAD("DataLoader worker (pid {pid}) exited unexpectedly with "
				      "exit code {status}"),
				 DEAD("DataLoader worker (pid(s) {pid}")),
		},
		RULES({.comm = "pt_data_worker", .role = ROLE_SUB_WORKER}),
	},
	{
		/* pytorch/pytorch torch/_inductor/compile_worker/subproc_pool.py */
		.framework = {
			"TorchInductor",
			"What was being compiled is lost; whether the process that asked raises or waits "
			"is not known.",
			"TORCHINDUCTOR_COMPILE_THREADS=1 compiles without helpers.",
			NULL,
		},
		RULES({.program = "*/torch/_inductor/compile_worker/__main__.py",
		       .label = "compile_worker", .role = ROLE_HELPER, .forks = ROLE_HELPER,
		       .launched = true}),
	},
	{
		/* pytorch/pytorch torch/multiprocessing/spawn.py (PDEATHSIG SIGINT). From outside its
		 * workers are multiprocessing's: no rules. */
		.framework = {
			"torch.multiprocessing",
			"spawn() ends the other workers (SIGTERM, after 30 s SIGKILL) and raises in the "
			"process that called it.",
			NULL,
			MESSAGES(DEAD("process {name} terminated with signal {signal}"),
				 DEAD("process {name} terminated with exit code {status}")),
		},
	},
	{
		/* dask/distributed at 40fcd99a8: nanny.py; titles if setproctitle is there; issues
		 * 2297, 6110 (the pid in the message is that of the container) */
		.framework = {
			"Dask",
			"The nanny starts the worker again; its results are computed anew elsewhere, and "
			"a task that was there at three deaths fails with KilledWorker. At 95 % of its "
			"own limit the nanny ends a worker by itself, which is no OOM kill.",
			"Fewer threads or --memory-limit below that of the container.",
			MESSAGES(DEAD("Worker process {pid} was killed by signal {signal}"),
				 DEAD("Worker process {pid} was killed by unknown signal"),
				 DEAD("Worker process {pid} exited with status {status}")),
		},
		RULES({.title = "dask worker [<*>]", .role = ROLE_WORKER},
		      {.title = "dask scheduler [<*>]", .role = ROLE_UNKNOWN},
		      {.comm = "dask worker [*", .role = ROLE_WORKER},
		      {.comm = "dask scheduler*", .role = ROLE_UNKNOWN},
		      {.program = "dask-worker", .role = ROLE_MANAGER},
		      {.program = "distributed.cli.dask_worker", .role = ROLE_MANAGER},
		      {.program = "dask", .argument = "worker", .role = ROLE_MANAGER}),
	},
	{
		/* apache/spark python/pyspark/daemon.py, core/.../api/python/PythonWorkerFactory.scala */
		.framework = {
			"PySpark",
			"The task fails and is tried again, up to spark.task.maxFailures; the daemon "
			"forks another worker on demand.",
			"spark.executor.pyspark.memory, or a larger memory overhead for the executor.",
			MESSAGES(DEAD("Python worker exited unexpectedly (crashed)"),
				 DEAD("Command exited with code {status}")),
		},
		RULES({.program = "pyspark.daemon", .role = ROLE_MANAGER, .forks = ROLE_WORKER,
		       .launched = true},
		      {.program = "pyspark.worker", .role = ROLE_WORKER, .launched = true},
		      {.program = "java", .argument = "org.apache.spark.*", .role = ROLE_MANAGER}),
	},
	{
		/* joblib/loky at b153e01: backend/popen_loky_posix.py, backend/resource_tracker.py,
		 * process_executor.py */
		.framework = {
			"joblib/loky",
			"The pool is broken: the other workers are killed and the call raises "
			"TerminatedWorkerError; what they had computed is lost.",
			"A lower n_jobs.",
			MESSAGES(DEAD("The exit codes of the workers are {status}"),
				 DEAD("A worker process managed by the executor was "
				      "unexpectedly terminated.")),
		},
		RULES({.program = "*loky.backend.popen_loky_posix", .argument = "<LokyProcess-*>",
		       .role = ROLE_WORKER, .launched = true},
		      {.program = "*loky.backend.popen_loky_posix", .role = ROLE_WORKER,
		       .launched = true},
		      {.program = "from *loky.backend.resource_tracker import main*",
		       .label = "resource_tracker", .role = ROLE_HELPER, .launched = true}),
	},

	/*
	 * Python's own.
	 */
	{
		/* CPython 3.13 Lib/multiprocessing: popen_spawn_posix.py, spawn.py, forkserver.py,
		 * resource_tracker.py; tried. Which class is used can't be told from outside, and
		 * children of the start method fork have no words of their own at all. */
		.framework = {
			"multiprocessing",
			"A Pool starts another worker, but waits for ever for the lost task; a "
			"ProcessPoolExecutor ends the other workers and raises BrokenProcessPool; to a "
			"plain Process nothing happens until somebody joins it.",
			"If the program waits, restart it: a lost Pool task never comes back.",
			NULL,
		},
		RULES({.program = "from multiprocessing.spawn import spawn_main*",
		       .role = ROLE_WORKER, .launched = true},
		      {.program = "from multiprocessing.resource_tracker import main*",
		       .label = "resource_tracker", .role = ROLE_HELPER, .launched = true},
		      {.program = "from multiprocessing.semaphore_tracker import main*",
		       .label = "semaphore_tracker", .role = ROLE_HELPER, .launched = true},
		      {.program = "from multiprocessing.forkserver import main*",
		       .label = "forkserver", .role = ROLE_HELPER, .forks = ROLE_WORKER,
		       .launched = true}),
		.yields = true,
	},
	{
		/* CPython 3.13 Lib/multiprocessing/pool.py; tried: 2 of 3 results, the third get()
		 * waits */
		.framework = {
			"multiprocessing.Pool",
			"The pool starts another worker; the task in hand is lost without a word and its "
			"get() waits for ever.",
			"Restart the program, or use ProcessPoolExecutor, which raises.",
			NULL,
		},
	},
	{
		/* CPython 3.13 Lib/concurrent/futures/process.py; tried: the others get SIGTERM */
		.framework = {
			"ProcessPoolExecutor",
			"The other workers are ended with SIGTERM, every pending future raises "
			"BrokenProcessPool, and the executor takes no more work.",
			NULL,
			MESSAGES(DEAD("A process in the process pool was terminated abruptly "
				      "while the future was running or pending.")),
		},
	},

	/*
	 * No framework: what starts unrelated things, or is there only to reap. Busybox is shell, init
	 * and runsv in one. supervisord and the like are scripts.
	 */
	{
		/* CPython 3.13 Lib/subprocess.py CalledProcessError.__str__(); Supervisor/supervisor
		 * supervisor/process.py finish(), options.py decode_wait_status(); systemd/systemd
		 * src/core/service.c service_sigchld_event(): "status=9/KILL" */
		.framework = {
			.messages =
			MESSAGES(DEAD("died with {signal}"),
				 DEAD("returned non-zero exit status {status}"),
				 DEAD("exited: {name} (terminated by {signal}"),
				 DEAD("exited: {name} (exit status {status}"),
				 DEAD("process exited, code=killed, status={signal}"),
				 DEAD("process exited, code=exited, status={status}")),
		},
		RULES({.executable = "tini*", .boundary = true},
		      {.executable = "dumb-init", .boundary = true},
		      {.executable = "docker-init", .boundary = true},
		      {.executable = "catatonit", .boundary = true},
		      {.executable = "s6-*", .boundary = true},
		      {.executable = "runsv*", .boundary = true},
		      {.executable = "systemd*", .boundary = true},
		      {.executable = "init", .boundary = true},
		      {.program = "supervisord", .boundary = true},
		      {.executable = "supervisord", .boundary = true},
		      {.executable = "containerd*", .boundary = true},
		      {.executable = "conmon*", .boundary = true},
		      {.executable = "crun", .boundary = true},
		      {.executable = "runc", .boundary = true},
		      {.executable = "sshd*", .boundary = true},
		      {.executable = "cron", .boundary = true},
		      {.executable = "crond", .boundary = true},
		      {.executable = "login", .boundary = true},
		      {.executable = "su", .boundary = true},
		      {.executable = "sudo", .boundary = true},
		      {.executable = "tmux*", .boundary = true},
		      {.executable = "screen*", .boundary = true},
		      {.executable = "sh", .boundary = true},
		      {.executable = "bash", .boundary = true},
		      {.executable = "dash", .boundary = true},
		      {.executable = "ash", .boundary = true},
		      {.executable = "zsh*", .boundary = true},
		      {.executable = "ksh*", .boundary = true},
		      {.executable = "fish", .boundary = true},
		      {.executable = "busybox*", .boundary = true}),
	},
};
/* clang-format on */

const size_t n_frameworks = sizeof(frameworks) / sizeof(frameworks[0]);
