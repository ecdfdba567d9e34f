// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The process trees of model servers and of training, as their sources and trials have them: who
 * belongs to the victim's group, and what each is in it.
 */
#include "group_words.h"

/* ---- model servers ---- */

static void vllm(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|/usr/bin/vllm|serve|m|"},
		{11, 10, TRACKER},
		{12, 10, SPAWN(6), NULL, "VLLM::EngineCore", "VLLM::EngineCor"},
		{13, 12, .title = "VLLM::Worker_TP0", .comm = "VLLM::Worker_TP"},
		{14, 12, .title = "VLLM::Worker_TP1", .comm = "VLLM::Worker_TP"},
	};

	ASSERT_GROUP(rows, 14,
		     "vLLM, strong, manager 12, top 10\n"
		     "10 manager ~\n"
		     "11 helper resource_tracker 1/1 <10 ~\n"
		     "12 worker EngineCore 1/1 <10\n"
		     "13 worker Worker_TP0 1/2 <12\n"
		     "14 worker Worker_TP 2/2 <12!\n");
}

#define STUB "/opt/tritonserver/backends/python/triton_python_backend_stub|"

static void triton(void **state)
{
	static const struct row rows[] = {
		{10, 1, "tritonserver|--model-repository=/models|", "tritonserver"},
		{11, 10, STUB "/models/a/1/model.py|shm_1|10|a_0_0|", "triton_python_backend_stub"},
		{12, 10, STUB "/models/b/1/model.py|shm_2|10|b_0_0|", "triton_python_backend_stub"},
	};

	ASSERT_GROUP(rows, 12,
		     "Triton, strong, manager 10, top 10\n"
		     "10 manager\n"
		     "11 worker /models/a/1/model.py 1/2 <10\n"
		     "12 worker /models/b/1/model.py 2/2 <10!\n");
}

/* Each shard and the router are started by the launcher, with process groups of their own. */
static void tgi(void **state)
{
	static const struct row rows[] = {
		{10, 1, "text-generation-launcher|--model-id|m|", "text-generation-launcher"},
		{11, 10, "python3|/usr/bin/text-generation-server|serve|m|", .ranks = "RANK=0|"},
		{12, 10, "python3|/usr/bin/text-generation-server|serve|m|", .ranks = "RANK=1|"},
		{13, 10, "text-generation-router|--port|80|", "text-generation-router"},
	};

	ASSERT_GROUP(rows, 12,
		     "TGI, strong, manager 10, top 10\n"
		     "10 manager\n"
		     "11 worker shard 1/2 <10\n"
		     "12 worker shard 2/2 <10!\n"
		     "13 worker router 1/1 <10\n");
}

/* Python starts Java, which starts the workers. */
static void torchserve(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|/usr/bin/torchserve|--start|--foreground|"},
		{11, 10, "java|-Dmodel_server_home=/ts|org.pytorch.serve.ModelServer|", "java"},
		{12, 11, "python3|/lib/ts/model_service_worker.py|--port|9000|"},
		{13, 11, "python3|/lib/ts/model_service_worker.py|--port|9001|"},
	};

	ASSERT_GROUP(rows, 13,
		     "TorchServe, strong, manager 11, top 10\n"
		     "10 manager ~\n"
		     "11 manager 1/1 <10\n"
		     "12 worker 1/2 <11\n"
		     "13 worker 2/2 <11!\n");
}

/* Two steps of 2 and 3, forked by the application; nothing tells one step's from another's. */
static void aqueduct(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|app.py|"},
		{11, 10, TRACKER},
		{12, 10},
		{13, 10},
		{14, 10},
		{15, 10},
		{16, 10},
	};

	ASSERT_GROUP(rows, 14,
		     "multiprocessing, strong, manager 10, top 10\n"
		     "10 manager\n"
		     "11 helper resource_tracker 1/1 <10\n"
		     "12 worker 1/5 <10\n"
		     "13 worker 2/5 <10\n"
		     "14 worker 3/5 <10!\n"
		     "15 worker 4/5 <10\n"
		     "16 worker 5/5 <10\n");
}

/* ---- training ---- */

#define RANK(n) "python3|-u|train.py|", .ranks = "RANK=" #n "|WORLD_SIZE=2|"

/* Each rank in its own session, with forked loaders. */
static void torchrun(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|/usr/bin/torchrun|--nproc-per-node=2|train.py|"},
		{11, 10, RANK(0), .session = 11},
		{12, 10, RANK(1), .session = 12},
		{13, 11, .comm = "pt_data_worker"},
		{14, 12, .comm = "pt_data_worker"},
		{15, 12, .comm = "pt_data_worker"},
	};

	ASSERT_GROUP(rows, 12,
		     "torchrun, strong, manager 10, top 10\n"
		     "10 manager\n"
		     "11 worker 1/2 <10\n"
		     "12 worker 2/2 <10!\n"
		     "13 sub-worker 1/1 <11 ~\n"
		     "14 sub-worker 1/2 <12 ~\n"
		     "15 sub-worker 2/2 <12 ~\n");
	ASSERT_GROUP(rows, 15,
		     "DataLoader, strong, manager 12, top 10\n"
		     "10 manager ~\n"
		     "11 worker 1/2 <10 ~\n"
		     "12 worker 2/2 <10\n"
		     "13 sub-worker 1/1 <11 ~\n"
		     "14 sub-worker 1/2 <12\n"
		     "15 sub-worker 2/2 <12!\n");
}

/* What a worker calls itself is the method that it runs just now: it is of one kind with the others. */
static void ray(void **state)
{
#define RAY_WORKER "python3|-u|/x/ray/_private/workers/default_worker.py|"
	static const struct row rows[] = {
		{10, 1, "/x/ray/core/src/ray/raylet/raylet|", "raylet"},
		{11, 10, "python3|-u|/x/ray/dashboard/agent.py|"},
		{12, 10, RAY_WORKER, NULL, "ray::Ranker.rank", "ray::Ranker.ran"},
		{13, 10, RAY_WORKER, NULL, "ray::Ranker.rank", "ray::Ranker.ran"},
		{14, 10, RAY_WORKER, NULL, "ray::IDLE", "ray::IDLE"},
		{15, 10, RAY_WORKER, NULL, "ray::Ranker.__init__", .start_ms = AFTER},
		{16, 10, RAY_WORKER, .start_ms = AFTER},
	};

	ASSERT_GROUP(rows, 13,
		     "Ray, strong, manager 10, top 10\n"
		     "10 manager\n"
		     "11 helper dashboard agent 1/1 <10\n"
		     "12 worker Ranker.rank 1/3 <10\n"
		     "13 worker Ranker.ran 2/3 <10!\n"
		     "14 worker IDLE 3/3 <10\n"
		     "15 worker Ranker.__init__ 0/3 <10+\n"
		     "16 worker 0/3 <10+\n");
}

/* A manager that another has started: its workers are no sub-workers. */
static void deepspeed(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|/usr/bin/deepspeed|train.py|"},
		{11, 10, "python3|-u|-m|deepspeed.launcher.launch|--world_info=e30=|train.py|"},
		{12, 11, RANK(0)},
		{13, 11, RANK(1)},
	};

	ASSERT_GROUP(rows, 13,
		     "DeepSpeed, strong, manager 11, top 10\n"
		     "10 manager ~\n"
		     "11 manager 1/1 <10\n"
		     "12 worker 1/2 <11\n"
		     "13 worker 2/2 <11!\n");
}

static void pyspark(void **state)
{
	static const struct row rows[] = {
		{10, 1, "java|-Xmx4g|org.apache.spark.executor.CoarseGrainedExecutorBackend|",
		 "java"},
		{11, 10, "python3|-m|pyspark.daemon|"},
		{12, 11},
		{13, 11},
	};

	ASSERT_GROUP(rows, 12,
		     "PySpark, strong, manager 11, top 10\n"
		     "10 manager ~\n"
		     "11 manager 1/1 <10\n"
		     "12 worker 1/2 <11!\n"
		     "13 worker 2/2 <11\n");
}

/* A pool in a library, in a script. */
static void loky(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|fit.py|"},
		{11, 10,
		 "python3|-c|from joblib.externals.loky.backend.resource_tracker import main; "
		 "main(9)|"},
		{12, 10,
		 "python3|-m|joblib.externals.loky.backend.popen_loky_posix|--process-name|"
		 "LokyProcess-1|--pipe|17|"},
		{13, 10,
		 "python3|-m|joblib.externals.loky.backend.popen_loky_posix|--process-name|"
		 "LokyProcess-2|--pipe|19|"},
	};

	ASSERT_GROUP(rows, 13,
		     "joblib/loky, strong, manager 10, top 10\n"
		     "10 manager\n"
		     "11 helper resource_tracker 1/1 <10\n"
		     "12 worker LokyProcess-1 1/2 <10\n"
		     "13 worker LokyProcess-2 2/2 <10!\n");
}

/* A cluster of Dask's in a program: its tracker is there first, and is only multiprocessing's. */
static void workers_tell_more_than_helpers(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|app.py|"},
		{11, 10, TRACKER},
		{12, 10, SPAWN(7), .title = "dask worker [tcp://h:1]"},
		{13, 10, SPAWN(9), .title = "dask worker [tcp://h:2]"},
	};

	ASSERT_GROUP(rows, 10,
		     "Dask, strong, manager 10, top 10\n"
		     "10 manager!\n"
		     "11 helper resource_tracker 1/1 <10\n"
		     "12 worker tcp://h:1 1/2 <10\n"
		     "13 worker tcp://h:2 2/2 <10\n");
	ASSERT_GROUP(rows, 11,
		     "Dask, strong, manager 10, top 10\n"
		     "10 manager\n"
		     "11 helper resource_tracker 1/1 <10!\n"
		     "12 worker tcp://h:1 1/2 <10\n"
		     "13 worker tcp://h:2 2/2 <10\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vllm),
		cmocka_unit_test(triton),
		cmocka_unit_test(tgi),
		cmocka_unit_test(torchserve),
		cmocka_unit_test(aqueduct),
		cmocka_unit_test(torchrun),
		cmocka_unit_test(ray),
		cmocka_unit_test(deepspeed),
		cmocka_unit_test(pyspark),
		cmocka_unit_test(loky),
		cmocka_unit_test(workers_tell_more_than_helpers),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
