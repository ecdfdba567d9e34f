// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Processes as those of real model servers and training jobs look, and what is recognised in them. */
#include "sights.h"

static void recognises_model_servers(void **state)
{
	static const struct who vllm = {.args = "python3|/usr/local/bin/vllm|serve|m|"};
	static const struct who engine = {.args = SPAWN, "VLLM::EngineCore_DP0", "VLLM::EngineCor"};
	const struct sight sights[] = {
		{.who = vllm, "vLLM", ROLE_MANAGER},
		{.who = {.args = "python3|-m|vllm.entrypoints.openai.api_server|--model|m|"},
		 "vLLM",
		 ROLE_MANAGER},
		{.who = engine, "vLLM", ROLE_WORKER, "EngineCore_DP0", LAUNCHED, vllm},
		{.who = {.args = SPAWN, "VLLM::Worker_TP1", "VLLM::Worker_TP", true},
		 "vLLM",
		 ROLE_WORKER,
		 "Worker_TP1",
		 .parent = engine},
		{.who = {.args = "", "", "VLLM::EngineCor"}, "vLLM", ROLE_WORKER, "EngineCore"},
		{.who = {.args = "", "", "VLLM::Worker_TP"}, "vLLM", ROLE_WORKER, "Worker_TP"},

		{.who = {.args = "python3|-m|sglang.launch_server|--model|m|"},
		 "SGLang",
		 ROLE_MANAGER},
		{.who = {.args = SPAWN, "sglang::scheduler_TP0", "sglang::schedul"},
		 "SGLang",
		 ROLE_WORKER,
		 "scheduler_TP0",
		 LAUNCHED},
		{.who = {.args = "", "", "sglang::schedul"}, "SGLang", ROLE_WORKER, "scheduler"},
		{.who = {.args = SPAWN, "sglang::detokenizer"},
		 "SGLang",
		 ROLE_WORKER,
		 "detokenizer",
		 LAUNCHED},

		{.who = {.executable = "text-generation-launcher",
			 "text-generation-launcher|--model-id|m|"},
		 "TGI",
		 ROLE_MANAGER},
		{.who = {.args = "python|/opt/bin/text-generation-server|serve|m|--uds-path|/tmp/"
				 "x|"},
		 "TGI",
		 ROLE_WORKER,
		 "shard",
		 LAUNCHED},
		{.who = {.executable = "text-generation-router", "text-generation-router|"},
		 "TGI",
		 ROLE_WORKER,
		 "router",
		 LAUNCHED},

		{.who = {.executable = "raylet", "/opt/ray/core/src/ray/raylet/raylet|--x|"},
		 "Ray",
		 ROLE_MANAGER},
		{.who = {.args = "python|/opt/site-packages/ray/_private/workers/"
				 "default_worker.py|--node-ip=x|",
			 "ray::MyActor.solve",
			 "ray::MyActor.so"},
		 "Ray",
		 ROLE_WORKER,
		 "MyActor.solve",
		 LAUNCHED},
		{.who = {.args = "", "", "ray::IDLE"}, "Ray", ROLE_WORKER, "IDLE"},
		{.who = {.executable = "gcs_server", "/opt/ray/gcs_server|"},
		 "Ray",
		 ROLE_HELPER,
		 "gcs_server",
		 LAUNCHED},

		{.who = {.executable = "java",
			 "java|-Dmodel_server_home=/opt/site-packages|-cp|.:/opt/ts/*|"},
		 "TorchServe",
		 ROLE_MANAGER,
		 .flags = LAUNCHED},
		{.who = {.args = "python|/opt/site-packages/ts/"
				 "model_service_worker.py|--sock-type|unix|"},
		 "TorchServe",
		 ROLE_WORKER,
		 .flags = LAUNCHED},

		{.who = {.executable = "tritonserver", "tritonserver|--model-repository=/models|"},
		 "Triton",
		 ROLE_MANAGER},
		{.who = {.executable = "triton_python_backend_stub",
			 "/opt/tritonserver/backends/python/triton_python_backend_stub|"
			 "/models/model/1/"
			 "model.py|triton_python_backend_shm_region_1|1048576|1048576|71|"},
		 "Triton",
		 ROLE_WORKER,
		 "/models/model/1/model.py",
		 LAUNCHED},

		{.who = {.args = "python|/usr/local/bin/bentoml|serve|service:Svc|"},
		 "BentoML",
		 ROLE_MANAGER},
		{.who = {.args = "python|-m|_bentoml_impl.worker.service|x|--worker-id|2|"},
		 "BentoML",
		 ROLE_WORKER,
		 "service",
		 LAUNCHED},

		{.who = {.executable = "ollama", "/usr/bin/ollama|serve|"}, "Ollama", ROLE_MANAGER},
		{.who = {.executable = "ollama", "/usr/bin/ollama|runner|--model|/x|--port|4|"},
		 "Ollama",
		 ROLE_WORKER,
		 "runner",
		 LAUNCHED},
		{.who = {.executable = "llama-server", "/usr/lib/ollama/llama-server|--model|/x|"},
		 "Ollama",
		 ROLE_WORKER,
		 "llama-server",
		 LAUNCHED},
		{.who = {.executable = "llama-server",
			 "/opt/llama.cpp/bin/llama-server|--model|/x|"},
		 NULL},
		{.who = {.executable = "ollama", "ollama|list|"}, NULL},
	};

	ASSERT_SIGHTS(sights);
}

#define DAEMON "python3|-m|pyspark.daemon|"

static void recognises_training_and_data(void **state)
{
	static const struct who rank = {.args = "/usr/bin/python3|-u|train.py|"};
	const struct sight sights[] = {
		{.who = {.args = "python|/usr/local/bin/torchrun|--nproc-per-node=2|train.py|"},
		 "torchrun",
		 ROLE_MANAGER},
		{.who = {.args = "python|-m|torch.distributed.run|train.py|", .comm = "pt_elastic"},
		 "torchrun",
		 ROLE_MANAGER},
		{.who = rank, NULL, ROLE_UNKNOWN},
		{.who = {.args = "/usr/bin/python3|-u|train.py|",
			 .comm = "pt_data_worker",
			 .forked = true},
		 "DataLoader",
		 ROLE_SUB_WORKER,
		 .parent = rank},
		{.who = {.args = "python|/opt/bin/deepspeed|train.py|"}, "DeepSpeed", ROLE_MANAGER},
		{.who = {.args = "python|-u|-m|deepspeed.launcher.launch|--world_info=x|train.py|"},
		 "DeepSpeed",
		 ROLE_MANAGER,
		 .flags = LAUNCHED},
		{.who = {.args = "python|/opt/torch/_inductor/compile_worker/"
				 "__main__.py|--workers=32|"},
		 "TorchInductor",
		 ROLE_HELPER,
		 "compile_worker",
		 LAUNCHED},
		{.who = {.args = "python|/usr/bin/dask-worker|tcp://10.0.0.1:8786|"},
		 "Dask",
		 ROLE_MANAGER},
		{.who = {.args = "python|/usr/bin/dask|worker|tcp://10.0.0.1:8786|"},
		 "Dask",
		 ROLE_MANAGER},
		{.who = {.args = SPAWN, "dask worker [tcp://10.0.0.1:4711]", "dask worker [tc"},
		 "Dask",
		 ROLE_WORKER,
		 "tcp://10.0.0.1:4711",
		 LAUNCHED},
		{.who = {.args = SPAWN},
		 "Dask",
		 ROLE_WORKER,
		 .flags = LAUNCHED,
		 .parent = {.args = "python|/usr/bin/dask-worker|"}},
		{.who = {.args = DAEMON}, "PySpark", ROLE_MANAGER, .flags = LAUNCHED},
		{.who = {.args = DAEMON, .forked = true},
		 "PySpark",
		 ROLE_WORKER,
		 .parent = {.args = DAEMON}},
		{.who = {.executable = "java",
			 "java|-cp|/opt/spark/conf|-Xmx1g|org.apache.spark.deploy.SparkSubmit|"},
		 "PySpark",
		 ROLE_MANAGER},
	};

	ASSERT_SIGHTS(sights);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recognises_model_servers),
		cmocka_unit_test(recognises_training_and_data),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
