// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Training and data processing, from DeepSpeed to joblib; see frameworks.h. */
#include "profile/frameworks.h"

/* clang-format off */
static const struct profile profiles[] = {
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
};
/* clang-format on */

const struct frameworks training = FRAMEWORKS(profiles);
