// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Servers of models, from vLLM to Ollama; see frameworks.h. They come ahead of what they are built
 * on, whose names their processes have too.
 */
#include "profile/frameworks.h"

/* clang-format off */
static const struct profile profiles[] = {
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
};
/* clang-format on */

const struct frameworks model_servers = FRAMEWORKS(profiles);
