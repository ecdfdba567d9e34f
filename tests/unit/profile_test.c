// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Processes as the frameworks' real ones look, and what is recognised in them; processes that look
 * like them and are none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "profile/profile.h"
#include "profile/frameworks.h"
#include "hostile.h"

struct who {
	const char *executable; /* NULL: Python's */
	const char *args;	/* of the exec, | for NUL */
	const char *title;	/* NULL: what the arguments were */
	const char *comm;	/* NULL: the executable's name */
	bool forked;
};

enum { LAUNCHED = 1, BOUNDARY = 2 };

struct sight {
	struct who who;
	const char *framework; /* NULL: none */
	enum role role;
	const char *label; /* NULL: none */
	int flags;
	struct who parent; /* without args: not known */
};

static struct profiles *profiles;

static int set_up(void **state)
{
	profiles = profiles__new();
	return !profiles;
}

static int tear_down(void **state)
{
	profiles__free(profiles);
	return 0;
}

static struct process process_of(const struct who *who)
{
	struct process p = {.forked_only = who->forked};
	const char *executable = who->executable ? who->executable : "python3.11";
	const char *args = who->args;

	p.args_bytes = strnlen(args, sizeof(p.args));
	for (size_t i = 0; i < p.args_bytes; i++)
		p.args[i] = args[i] == '|' ? '\0' : args[i];
	snprintf(p.title, sizeof(p.title), "%s", who->title ? who->title : args);
	for (char *c = p.title; !who->title && *c; c++)
		*c = *c == '|' ? ' ' : *c;
	snprintf(p.executable, sizeof(p.executable), "%s", executable);
	snprintf(p.comm, REC_COMM_BYTES, "%s", who->comm ? who->comm : executable);
	return p;
}

static void assert_sight(const struct sight *s)
{
	struct process process = process_of(&s->who), parent;
	struct hint hint;

	if (s->parent.args)
		parent = process_of(&s->parent);
	hint = profiles__hint(profiles, &process, s->parent.args ? &parent : NULL);
	if (strcmp(hint.framework ? hint.framework->name : "", s->framework ? s->framework : "") ||
	    hint.role != s->role || strcmp(hint.label, s->label ? s->label : "") ||
	    hint.launched != !!(s->flags & LAUNCHED) || hint.boundary != !!(s->flags & BOUNDARY))
		fail_msg("%s \"%s\" (%s): %s, role %d, label \"%s\"%s%s", process.executable,
			 process.title, process.comm,
			 hint.framework ? hint.framework->name : "not recognised", hint.role,
			 hint.label, hint.launched ? ", launched" : "",
			 hint.boundary ? ", boundary" : "");
}

#define ASSERT_SIGHTS(sights)                                                                      \
	for (size_t i = 0; i < sizeof(sights) / sizeof((sights)[0]); i++)                          \
	assert_sight(&(sights)[i])

#define GUNICORN "/usr/bin/python3|/usr/bin/gunicorn|-w|2|app:app|"
#define CELERY	 "/usr/bin/python3|/usr/bin/celery|-A|proj|worker|"
#define UWSGI	 "uwsgi|--ini|/etc/app.ini|"
#define POSTGRES "/usr/lib/postgresql/15/bin/postgres|-D|/var/lib/postgresql/15/main|"
#define NGINX	 "nginx|-g|daemon off;|"

static void recognises_servers(void **state)
{
	static const struct who untitled = {.args = GUNICORN};
	static const struct who gunicorn = {
		.args = GUNICORN, "gunicorn: master [app:app]", "gunicorn: maste"};
	static const struct who celery = {
		.args = CELERY, "[celeryd: celery@h:MainProcess] -active-", "[celeryd: celer"};
	static const struct who uwsgi = {.executable = "uwsgi-core", UWSGI};
	static const struct who nginx = {
		.executable = "nginx", NGINX, "nginx: master process nginx -g daemon off;"};
	static const struct who postgres = {.executable = "postgres", POSTGRES};
	const struct sight sights[] = {
		{.who = untitled, "gunicorn", ROLE_MANAGER},
		{.who = {.args = "python|-m|gunicorn|app:app|"}, "gunicorn", ROLE_MANAGER},
		{.who = {.args = GUNICORN, .forked = true}, "gunicorn", .parent = untitled},
		{.who = gunicorn, "gunicorn", ROLE_MANAGER, "app:app"},
		{.who = {.args = GUNICORN, "gunicorn: worker [app:app]", "gunicorn: worke", true},
		 "gunicorn",
		 ROLE_WORKER,
		 "app:app",
		 .parent = gunicorn},
		{.who = {.args = GUNICORN,
			 "gunicorn: dirty-arbiter [app:app]",
			 "gunicorn: dirty",
			 true},
		 "gunicorn",
		 ROLE_WORKER,
		 "dirty-arbiter",
		 .parent = gunicorn},
		{.who = {.args = GUNICORN,
			 "gunicorn: dirty-worker [app:app]",
			 "gunicorn: dirty",
			 true},
		 "gunicorn",
		 ROLE_SUB_WORKER,
		 "dirty-worker [app:app]"},

		{.who = {.args = "/usr/bin/python3|/usr/bin/uvicorn|app:app|--workers|4|"},
		 "uvicorn",
		 ROLE_MANAGER},
		{.who = {.args = "python|-m|uvicorn|app:app|--workers=4|"},
		 "uvicorn",
		 ROLE_MANAGER},
		{.who = {.args = "python|-m|uvicorn|app:app|"}, "uvicorn", ROLE_UNKNOWN},

		{.who = uwsgi, "uWSGI", ROLE_MANAGER},
		{.who = {.executable = "uwsgi-core", UWSGI, .forked = true},
		 "uWSGI",
		 .parent = uwsgi},
		{.who = {.executable = "uwsgi", UWSGI, "uWSGI master"}, "uWSGI", ROLE_MANAGER},
		{.who = {.executable = "uwsgi", UWSGI, "uWSGI worker 3", .forked = true},
		 "uWSGI",
		 ROLE_WORKER,
		 "worker 3",
		 .parent = uwsgi},
		{.who = {.executable = "uwsgi", UWSGI, "uWSGI http 1", .forked = true},
		 "uWSGI",
		 ROLE_HELPER,
		 "http 1"},

		{.who = {.args = CELERY}, "Celery", ROLE_MANAGER},
		{.who = celery, "Celery", ROLE_MANAGER, "MainProcess"},
		{.who = {.args = CELERY, .forked = true},
		 "Celery",
		 ROLE_WORKER,
		 .parent = {.args = CELERY}},
		{.who = {.args = CELERY,
			 "[celeryd: celery@h:ForkPoolWorker-7]",
			 "[celeryd: celer",
			 true},
		 "Celery",
		 ROLE_WORKER,
		 "ForkPoolWorker-7",
		 .parent = celery},

		{.who = nginx, "nginx", ROLE_MANAGER},
		{.who = {.executable = "nginx", NGINX, "nginx: worker process", .forked = true},
		 "nginx",
		 ROLE_WORKER,
		 .parent = nginx},
		{.who = {.executable = "nginx",
			 NGINX,
			 "nginx: cache manager process",
			 .forked = true},
		 "nginx",
		 ROLE_HELPER,
		 "cache manager process",
		 .parent = nginx},

		{.who = postgres, "PostgreSQL", ROLE_MANAGER},
		{.who = {.executable = "postgres",
			 POSTGRES,
			 "postgres: 15/main: checkpointer",
			 .forked = true},
		 "PostgreSQL",
		 ROLE_WORKER,
		 "15/main: checkpointer",
		 .parent = postgres},
		{.who = {.executable = "postgres", POSTGRES, "", .forked = true},
		 "PostgreSQL",
		 ROLE_WORKER,
		 .parent = postgres},
	};

	ASSERT_SIGHTS(sights);
}

#define SPAWN                                                                                      \
	"/usr/bin/python3|-c|from multiprocessing.spawn import spawn_main; "                       \
	"spawn_main(tracker_fd=5, pipe_handle=7)|--multiprocessing-fork|"
#define FORKSERVER                                                                                 \
	"/usr/bin/python3|-c|from multiprocessing.forkserver import main; main(8, 9, ['app'])|"
#define TRACKER "/usr/bin/python3|-c|from multiprocessing.resource_tracker import main;main(4)|"
#define LOKY	"/usr/bin/python3|-m|joblib.externals.loky.backend.popen_loky_posix|"

static void recognises_pythons_own(void **state)
{
	static const struct who script = {.args = "python|app.py|"};
	static const struct who server = {.args = FORKSERVER};
	static const struct who uvicorn = {.args = "python|-m|uvicorn|a:a|--workers|2|"};
	const struct sight sights[] = {
		{.who = script, NULL},
		{.who = {.args = "python|app.py|", .forked = true}, NULL, .parent = script},
		{.who = {.args = SPAWN},
		 "multiprocessing",
		 ROLE_WORKER,
		 .flags = LAUNCHED,
		 .parent = script},
		{.who = {.args = SPAWN}, "multiprocessing", ROLE_WORKER, .flags = LAUNCHED},
		{.who = {.args = SPAWN, .forked = true},
		 "multiprocessing",
		 .parent = {.args = SPAWN}},
		{.who = server, "multiprocessing", ROLE_HELPER, "forkserver", LAUNCHED, script},
		{.who = {.args = FORKSERVER, .forked = true},
		 "multiprocessing",
		 ROLE_WORKER,
		 .parent = server},
		/* what a forkserver's child forks, and a child whose forkserver is dead */
		{.who = {.args = FORKSERVER, .forked = true},
		 "multiprocessing",
		 .parent = {.args = FORKSERVER, .forked = true}},
		{.who = {.args = FORKSERVER, .forked = true},
		 "multiprocessing",
		 .parent = {.executable = "tini", "tini|"}},
		{.who = {.args = FORKSERVER, .forked = true}, "multiprocessing"},
		{.who = {.args = TRACKER},
		 "multiprocessing",
		 ROLE_HELPER,
		 "resource_tracker",
		 LAUNCHED},
		{.who = {.executable = "python3.7",
			 "python|-Es|-c|from multiprocessing.semaphore_tracker import "
			 "main;main(4)|"},
		 "multiprocessing",
		 ROLE_HELPER,
		 "semaphore_tracker",
		 LAUNCHED},

		/* whose it is, if the parent is known */
		{.who = {.args = SPAWN}, "uvicorn", ROLE_WORKER, NULL, LAUNCHED, uvicorn},
		{.who = {.args = TRACKER},
		 "uvicorn",
		 ROLE_HELPER,
		 "resource_tracker",
		 LAUNCHED,
		 uvicorn},
		{.who = {.args = SPAWN},
		 "KServe",
		 ROLE_WORKER,
		 NULL,
		 LAUNCHED,
		 {.args = "python|-m|sklearnserver|--workers=2|"}},
		{.who = {.args = SPAWN},
		 "MLServer",
		 ROLE_WORKER,
		 NULL,
		 LAUNCHED,
		 {.args = "/opt/bin/python|/opt/bin/mlserver|start|.|"}},
		{.who = {.args = SPAWN, "dask worker [a]", "dask worker [a]"},
		 "Dask",
		 ROLE_WORKER,
		 "a",
		 LAUNCHED,
		 uvicorn},
		{.who = {.args = SPAWN},
		 "multiprocessing",
		 ROLE_WORKER,
		 NULL,
		 LAUNCHED,
		 {.executable = "tini", "tini|"}},

		{.who = {.args = LOKY "--process-name|LokyProcess-3|--pipe|21|"},
		 "joblib/loky",
		 ROLE_WORKER,
		 "LokyProcess-3",
		 LAUNCHED,
		 script},
		{.who = {.args = LOKY}, "joblib/loky", ROLE_WORKER, .flags = LAUNCHED},
		{.who = {.args = "python|-m|loky.backend.popen_loky_posix|"},
		 "joblib/loky",
		 ROLE_WORKER,
		 .flags = LAUNCHED},
		{.who = {.args = "python|-c|from joblib.externals.loky.backend.resource_tracker "
				 "import main; "
				 "main(15, False)|"},
		 "joblib/loky",
		 ROLE_HELPER,
		 "resource_tracker",
		 LAUNCHED},
	};

	ASSERT_SIGHTS(sights);
}

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

static void knows_what_keeps_groups_apart(void **state)
{
	static const char *const names[] = {
		"tini",
		"tini-static",
		"dumb-init",
		"docker-init",
		"catatonit",
		"s6-supervise",
		"s6-svscan",
		"runsv",
		"runsvdir",
		"systemd",
		"containerd-shim-runc-v2",
		"conmon",
		"sshd",
		"sshd-session",
		"sh",
		"bash",
		"dash",
		"zsh",
		"busybox",
		"supervisord",
	};
	static const char *const others[] = {"shd", "tin", "bash-worker", "python3.11", "java", ""};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_sight(
			&(struct sight){.who = {.executable = names[i], "x|"}, .flags = BOUNDARY});
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_sight(&(struct sight){.who = {.executable = others[i], "x|"}});
	assert_sight(&(struct sight){.who = {.args = "/usr/bin/python3|/usr/bin/supervisord|-n|"},
				     .flags = BOUNDARY});
	assert_sight(&(struct sight){.who = {.executable = "bash", "bash|-c|gunicorn app:app|"},
				     .flags = BOUNDARY});
	assert_sight(&(struct sight){.who = {.executable = "dash", "/bin/sh|/usr/bin/torchrun|"},
				     .flags = BOUNDARY});
	assert_sight(&(struct sight){.who = {.executable = "bash", "bash|", .forked = true},
				     .flags = BOUNDARY});
}

static void takes_no_likeness_for_the_thing(void **state)
{
	static const struct sight sights[] = {
		{.who = {.args = "python|gunicorn_client.py|"}},
		{.who = {.args = "python|client.py|gunicorn|"}},
		{.who = {.args = "python|-c|import gunicorn|"}},
		{.who = {.args = "python|-m|gunicorn_client|"}},
		{.who = {.args = "python|./default_worker.py|"}},
		{.who = {.args = "python|-c|print('from multiprocessing.spawn import "
				 "spawn_main')|"}},
		{.who = {.args = "python|train.py|from multiprocessing.spawn import spawn_main|"}},
		{.who = {.executable = "vim.basic", "vim|gunicorn.conf.py|"}},
		{.who = {.executable = "vim.basic", "vim|gunicorn: worker [app]|"}},
		{.who = {.executable = "tail", "tail|-f|/var/log/nginx/error.log|"}},
		{.who = {.executable = "grep", "grep|-r|VLLM::EngineCore|"}},
		{.who = {.executable = "psql", "psql|postgres|"}},
		{.who = {.args = "python|/usr/bin/celery|-A|proj|inspect|active|"}},
		{.who = {.args = "python|/usr/bin/vllm|bench|"}},
		{.who = {.executable = "java", "java|-jar|app.jar|"}},
		{.who = {.executable = "x", "x|", "xgunicorn: worker [a]", "xgunicorn"}},
		{.who = {.executable = "", "", "", ""}},
	};

	ASSERT_SIGHTS(sights);
}

/* Whoever takes another's words gets a role, but no edge and no boundary by them. */
static void words_alone_make_no_edge(void **state)
{
	static const struct sight sights[] = {
		{.who = {.executable = "evil", "evil|", "gunicorn: worker [x]", "gunicorn: worke"},
		 "gunicorn",
		 ROLE_WORKER,
		 "x"},
		{.who = {.executable = "evil", "evil|", "ray::IDLE"}, "Ray", ROLE_WORKER, "IDLE"},
		{.who = {.executable = "evil", "evil|", "systemd", "systemd"}},
		{.who = {.executable = "bash", "bash|", "gunicorn: worker [x]"},
		 "gunicorn",
		 ROLE_WORKER,
		 "x",
		 BOUNDARY},
	};

	ASSERT_SIGHTS(sights);
}

/* frameworks' forks show their parent's title and comm until they set their own. */
static void an_inherited_title_says_nothing(void **state)
{
	static const struct who worker = {
		.args = GUNICORN, "gunicorn: worker [a]", "gunicorn: worke", true};
	struct who execed = worker;
	const struct sight forked = {.who = worker, "gunicorn", .parent = worker};
	const struct sight tracker = {.who = {.args = TRACKER, .comm = "pt_data_worker"},
				      "DataLoader",
				      ROLE_SUB_WORKER,
				      .flags = LAUNCHED,
				      .parent = {.args = TRACKER, .comm = "pt_data_worker"}};

	assert_sight(&forked);
	assert_sight(&tracker);
	execed.forked = false; /* then it is its own, equal or not */
	assert_sight(
		&(struct sight){.who = execed, "gunicorn", ROLE_WORKER, "a", .parent = worker});
}

static void exec_keys_tell_whose_exec_it_is(void **state)
{
	struct process parent = process_of(&(struct who){.args = FORKSERVER});
	struct process child = process_of(&(struct who){.args = FORKSERVER, .forked = true});

	parent.exec = child.exec = (struct exec_key){1, 2};
	assert_int_equal(profiles__hint(profiles, &child, &parent).role, ROLE_WORKER);
	parent.exec.arg_start = 3;
	assert_int_equal(profiles__hint(profiles, &child, &parent).role, ROLE_UNKNOWN);
	parent.exec = (struct exec_key){0};
	assert_int_equal(profiles__hint(profiles, &child, &parent).role, ROLE_WORKER);
}

static void survives_any_bytes(void **state)
{
	for (size_t i = 0; i < N_HOSTILE; i++) {
		struct process p = process_of(&(struct who){.executable = "uwsgi", "uwsgi|"});

		snprintf(p.title, sizeof(p.title), "uWSGI worker %s", hostile[i].name);
		assert_memory_equal(profiles__hint(profiles, &p, NULL).label + 7, hostile[i].name,
				    strlen(hostile[i].name) + 1);
	}
}

/* No NUL anywhere that the kernel or a reader could have left out. */
static void reads_no_further_than_a_process(void **state)
{
	struct process p;
	struct hint hint;

	memset(&p, 'x', sizeof(p));
	p.args_bytes = sizeof(p.args);
	p.forked_only = false;
	memcpy(p.title, "uWSGI worker ", 13);
	hint = profiles__hint(profiles, &p, &p);
	assert_int_equal(strlen(hint.label), sizeof(hint.label) - 1);
	memcpy(p.args, "python\0-c", 10);
	profiles__hint(profiles, &p, &p);
}

static void rules_are_sound(const struct profile *profile)
{
	for (size_t i = 0; i < profile->n; i++) {
		const char *key, *fault = rule__fault(&profile->rules[i], &key);

		if (fault)
			fail_msg("%s, rule %zu: %s: %s", profile->framework.name, i, key, fault);
	}
}

static void framework_is_sound(const struct framework *f)
{
	assert_true(strlen(f->name) < PROFILE_NAME_BYTES);
	assert_true(strlen(f->reaction) < PROFILE_TEXT_BYTES);
	assert_int_equal(f->reaction[strlen(f->reaction) - 1], '.');
	assert_true(!f->advice || strlen(f->advice) < PROFILE_TEXT_BYTES);
}

static void messages_are_sound(const struct message *messages)
{
	for (const struct message *m = messages; m && m->pattern; m++)
		if (message__fault(m->pattern))
			fail_msg("%s: %s", m->pattern, message__fault(m->pattern));
}

static size_t count_named(const char *name)
{
	size_t n = 0;

	for (size_t i = 0; built_in[i]; i++)
		for (size_t j = 0; j < built_in[i]->n; j++) {
			const char *other = built_in[i]->profiles[j].framework.name;

			n += other && !strcmp(name, other);
		}
	return n;
}

static void the_tables_are_sound(void **state)
{
	size_t n = 0;

	for (size_t i = 0; built_in[i]; i++)
		for (size_t j = 0; j < built_in[i]->n; j++) {
			const struct profile *profile = &built_in[i]->profiles[j];

			rules_are_sound(profile);
			messages_are_sound(profile->framework.messages);
			if (!profile->framework.name)
				continue;
			framework_is_sound(&profile->framework);
			assert_int_equal(count_named(profile->framework.name), 1);
			n++;
		}
	assert_true(n >= 29); /* a table that is not in built_in would be missing here */
}

#define in_table(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_table(recognises_servers),
		in_table(recognises_pythons_own),
		in_table(recognises_model_servers),
		in_table(recognises_training_and_data),
		in_table(knows_what_keeps_groups_apart),
		in_table(takes_no_likeness_for_the_thing),
		in_table(words_alone_make_no_edge),
		in_table(an_inherited_title_says_nothing),
		in_table(exec_keys_tell_whose_exec_it_is),
		in_table(survives_any_bytes),
		in_table(reads_no_further_than_a_process),
		cmocka_unit_test(the_tables_are_sound),
	};

	return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
