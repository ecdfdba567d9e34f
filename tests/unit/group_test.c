// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The frameworks' process trees, as their sources and trials have them: who belongs to the victim's
 * group, and what each is in it.
 */
#include "group/group.h"
#include "processes.h"

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

/* ---- a group in words ---- */

static uint32_t pid_of(const struct forest *f, int i)
{
	return i < 0 ? 0 : f->members[i].process.pid;
}

/* "12 worker EngineCore 1/2 <10!": its manager is 10, and ! is for a victim, + for a late one. */
static void describe_member(const struct group *g, int i, FILE *out)
{
	const struct member *m = &g->forest->members[i];
	const struct place *p = &g->places[i];

	fprintf(out, "%u %s", m->process.pid, role__name(p->role));
	if (m->hint.label[0])
		fprintf(out, " %s", m->hint.label);
	if (p->of)
		fprintf(out, " %d/%d", p->index, p->of);
	if (p->manager >= 0)
		fprintf(out, " <%u", pid_of(g->forest, p->manager));
	fprintf(out, "%s%s%s\n", m->victim ? "!" : "", m->later ? "+" : "", p->nearest ? "" : " ~");
}

static void describe(const struct group *g, char *text, size_t room)
{
	static const char *const strengths[] = {"weak", "medium", "strong"};
	FILE *out = fmemopen(text, room, "w");

	fprintf(out, "%s, %s%s, manager %u, top %u\n",
		g->framework ? g->framework->name : "nothing known", strengths[g->strength],
		g->ambiguous ? ", ambiguous" : "", pid_of(g->forest, g->manager),
		pid_of(g->forest, g->top));
	for (int k = 0; k < g->n; k++)
		describe_member(g, g->members[k], out);
	fclose(out);
}

/* The group that the first of the victims belonged to. */
static void assert_group_of(const struct snapshot *s, const struct process *victims, size_t n,
			    const char *expected)
{
	char text[4096];
	struct forest f;
	struct group g;

	assert_int_equal(forest__grow(&f, s, victims, n, KILLED_NS, profiles), 0);
	assert_int_equal(group__find(&g, &f, forest__find(&f, victims[0].pid, victims[0].start_ns)),
			 0);
	describe(&g, text, sizeof(text));
	assert_string_equal(text, expected);
	group__free(&g);
	forest__free(&f);
}

static void assert_group(const struct row *rows, size_t n, uint32_t victim_pid,
			 const char *expected)
{
	struct snapshot s = snapshot__of(rows, n);
	struct process victim = snapshot__victim(&s, victim_pid);

	assert_group_of(&s, &victim, 1, expected);
	free(s.processes);
}

#define ASSERT_GROUP(rows, victim, expected) assert_group(rows, N_ROWS(rows), victim, expected)

/* ---- Python's own ---- */

#define TRACKER "python3|-c|from multiprocessing.resource_tracker import main;main(5)|"
#define SPAWN(fd)                                                                                  \
	"python3|-c|from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5, "       \
	"pipe_handle=" #fd ")|--multiprocessing-fork|"
#define FORKSERVER "python3|-c|from multiprocessing.forkserver import main; main(6, 7, [], {})|"

static void mp_fork(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|app.py|"}, {11, 10, TRACKER}, {12, 10}, {13, 10}, {14, 10},
	};

	ASSERT_GROUP(rows, 13,
		     "multiprocessing, strong, manager 10, top 10\n"
		     "10 manager\n"
		     "11 helper resource_tracker 1/1 <10\n"
		     "12 worker 1/3 <10\n"
		     "13 worker 2/3 <10!\n"
		     "14 worker 3/3 <10\n");
}

static void mp_spawn(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|app.py|"}, {11, 10, TRACKER},	 {12, 10, SPAWN(7)},
		{13, 10, SPAWN(9)},	    {14, 10, SPAWN(11)},
	};

	ASSERT_GROUP(rows, 12,
		     "multiprocessing, strong, manager 10, top 10\n"
		     "10 manager\n"
		     "11 helper resource_tracker 1/1 <10\n"
		     "12 worker 1/3 <10!\n"
		     "13 worker 2/3 <10\n"
		     "14 worker 3/3 <10\n");
}

static void mp_forkserver(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|app.py|"},
		{11, 10, TRACKER},
		{12, 10, FORKSERVER},
		{13, 12},
		{14, 12},
	};

	ASSERT_GROUP(rows, 14,
		     "multiprocessing, strong, manager 10, top 10\n"
		     "10 manager\n"
		     "11 helper resource_tracker 1/1 <10\n"
		     "12 helper forkserver 1/1 <10\n"
		     "13 worker 1/2 <10\n"
		     "14 worker 2/2 <10!\n");
}

static void a_helper_is_lost(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|app.py|"}, {11, 10, TRACKER}, {12, 10}, {13, 10}};

	ASSERT_GROUP(rows, 11,
		     "multiprocessing, strong, manager 10, top 10\n"
		     "10 manager\n"
		     "11 helper resource_tracker 1/1 <10!\n"
		     "12 worker 1/2 <10\n"
		     "13 worker 2/2 <10\n");
}

static void a_process_alone(void **state)
{
	static const struct row rows[] = {
		{5, 1, "bash|"}, {10, 5, "python3|app.py|"}, {20, 5, "python3|other.py|"}};

	ASSERT_GROUP(rows, 10, "nothing known, strong, manager 0, top 10\n10 single! ~\n");
}

static void alone_but_for_a_helper(void **state)
{
	static const struct row rows[] = {{10, 1, "python3|app.py|"}, {11, 10, TRACKER}};

	ASSERT_GROUP(rows, 10,
		     "multiprocessing, strong, manager 0, top 10\n"
		     "10 single! ~\n"
		     "11 helper resource_tracker 1/1 <10 ~\n");
}

/* ---- servers ---- */

#define GUNICORN "python3|/usr/bin/gunicorn|-w|2|app:app|"

static void gunicorn_with_loaders(void **state)
{
	static const struct row rows[] = {
		{10, 1, GUNICORN, NULL, "gunicorn: master [app]", "gunicorn: maste"},
		{12, 10, .title = "gunicorn: worker [app]", .comm = "gunicorn: worke"},
		{13, 10, .title = "gunicorn: worker [app]", .comm = "gunicorn: worke"},
		{14, 12},
		{15, 12},
		{16, 13},
	};

	ASSERT_GROUP(rows, 14,
		     "gunicorn, strong, manager 12, top 10\n"
		     "10 manager app ~\n"
		     "12 worker app 1/2 <10\n"
		     "13 worker app 2/2 <10 ~\n"
		     "14 sub-worker 1/2 <12!\n"
		     "15 sub-worker 2/2 <12\n"
		     "16 sub-worker 1/1 <13 ~\n");
	/* what its own record does not have, its title, its children have inherited */
	ASSERT_GROUP(rows, 12,
		     "gunicorn, strong, manager 10, top 10\n"
		     "10 manager app\n"
		     "12 worker 1/2 <10!\n"
		     "13 worker app 2/2 <10\n"
		     "14 sub-worker 1/2 <12 ~\n"
		     "15 sub-worker 2/2 <12 ~\n"
		     "16 sub-worker 1/1 <13 ~\n");
}

static void gunicorn_untitled(void **state)
{
	static const struct row rows[] = {{10, 1, GUNICORN}, {12, 10}, {13, 10}};

	ASSERT_GROUP(rows, 13,
		     "gunicorn, strong, manager 10, top 10\n"
		     "10 manager\n"
		     "12 worker 1/2 <10\n"
		     "13 worker 2/2 <10!\n");
}

static void gunicorn_has_replaced_it_already(void **state)
{
	static const struct row rows[] = {
		{10, 1, GUNICORN}, {12, 10}, {13, 10}, {14, 10, .start_ms = AFTER}};

	ASSERT_GROUP(rows, 12,
		     "gunicorn, strong, manager 10, top 10\n"
		     "10 manager\n"
		     "12 worker 1/2 <10!\n"
		     "13 worker 2/2 <10\n"
		     "14 worker 0/2 <10+\n");
}

static void uvicorn_workers(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|/usr/bin/uvicorn|app:app|--workers|2|"},
		{11, 10, TRACKER},
		{12, 10, SPAWN(6)},
		{13, 10, SPAWN(9)},
	};

	ASSERT_GROUP(rows, 12,
		     "uvicorn, strong, manager 10, top 10\n"
		     "10 manager\n"
		     "11 helper resource_tracker 1/1 <10\n"
		     "12 worker 1/2 <10!\n"
		     "13 worker 2/2 <10\n");
}

static void uwsgi(void **state)
{
	static const struct row rows[] = {
		{10, 1, "uwsgi|--ini|app.ini|", "uwsgi", "uWSGI master"},
		{11, 10, .title = "uWSGI worker 1"},
		{12, 10, .title = "uWSGI worker 2"},
		{13, 10, .title = "uWSGI http 1"},
	};

	ASSERT_GROUP(rows, 12,
		     "uWSGI, strong, manager 10, top 10\n"
		     "10 manager\n"
		     "11 worker worker 1 1/2 <10\n"
		     "12 worker 2/2 <10!\n"
		     "13 helper http 1 1/1 <10\n");
	ASSERT_GROUP(rows, 10,
		     "uWSGI, strong, manager 10, top 10\n"
		     "10 manager!\n"
		     "11 worker worker 1 1/2 <10\n"
		     "12 worker worker 2 2/2 <10\n"
		     "13 helper http 1 1/1 <10\n");
}

/* Each backend has a session of its own, and the postmaster's comm. */
static void postgres(void **state)
{
	static const struct row rows[] = {
		{10, 1, "/usr/lib/postgresql/15/bin/postgres|-D|/data|", "postgres"},
		{11, 10, .title = "postgres: checkpointer ", .session = 11},
		{12, 10, .title = "postgres: walwriter ", .session = 12},
		{13, 10, .title = "postgres: app db 10.0.0.1(41001) SELECT", .session = 13},
		{14, 10, .title = "postgres: app db 10.0.0.1(41007) SELECT", .session = 14},
	};

	ASSERT_GROUP(rows, 13,
		     "PostgreSQL, strong, manager 10, top 10\n"
		     "10 manager\n"
		     "11 worker checkpointer  1/1 <10\n"
		     "12 worker walwriter  1/1 <10\n"
		     "13 worker 1/2 <10!\n"
		     "14 worker app db 10.0.0.1(41007) SELECT 2/2 <10\n");
}

static void celery(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|/usr/bin/celery|-A|proj|worker|", NULL,
		 "[celeryd: celery@h:MainProcess] -active-", "[celeryd: celer"},
		{11, 10, .title = "[celeryd: celery@h:ForkPoolWorker-1]"},
		{12, 10, .title = "[celeryd: celery@h:ForkPoolWorker-2]"},
	};

	ASSERT_GROUP(rows, 12,
		     "Celery, strong, manager 10, top 10\n"
		     "10 manager MainProcess\n"
		     "11 worker ForkPoolWorker-1 1/2 <10\n"
		     "12 worker 2/2 <10!\n");
}

static void nginx(void **state)
{
	static const struct row rows[] = {
		{10, 1, "nginx|", "nginx", "nginx: master process nginx"},
		{11, 10, .title = "nginx: worker process"},
		{12, 10, .title = "nginx: worker process"},
		{13, 10, .title = "nginx: cache manager process"},
	};

	ASSERT_GROUP(rows, 11,
		     "nginx, strong, manager 10, top 10\n"
		     "10 manager\n"
		     "11 worker 1/2 <10!\n"
		     "12 worker 2/2 <10\n"
		     "13 helper cache manager process 1/1 <10\n");
}

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

/* ---- no framework ---- */

static void siblings_that_are_alike(void **state)
{
	static const struct row rows[] = {
		{10, 1, "/srv/manager|", "manager"},
		{11, 10, "/srv/model|--port=8001|", "model"},
		{12, 10, "/srv/model|--port=8002|", "model"},
		{13, 10, "/srv/metrics|--port=9000|", "metrics"},
	};

	ASSERT_GROUP(rows, 12,
		     "nothing known, medium, manager 10, top 10\n"
		     "10 manager\n"
		     "11 worker 1/2 <10\n"
		     "12 worker 2/2 <10!\n");
}

/* ---- what must stay apart ---- */

static void two_groups_under_one_shell(void **state)
{
	static const struct row rows[] = {
		{5, 1, "bash|-c|a & b|", "bash"},
		{10, 5, "python3|a.py|"},
		{20, 5, "python3|b.py|"},
		{11, 10},
		{21, 20},
		{12, 10},
		{22, 20},
	};

	ASSERT_GROUP(rows, 22,
		     "nothing known, strong, manager 20, top 20\n"
		     "20 manager\n"
		     "21 worker 1/2 <20\n"
		     "22 worker 2/2 <20!\n");
}

/* (python3 a.py) & in a shell: a subshell is a fork of the shell, and as much of a boundary. */
static void two_groups_under_subshells(void **state)
{
	static const struct row rows[] = {
		{5, 1, "bash|-c|(a) & (b)|", "bash"},
		{6, 5},
		{7, 5},
		{10, 6, SPAWN(7)},
		{20, 7, SPAWN(8)},
		{21, 20},
	};

	ASSERT_GROUP(
		rows, 21,
		"multiprocessing, strong, manager 20, top 20\n20 manager\n21 worker 1/1 <20!\n");
}

static void two_services_under_supervisord(void **state)
{
	static const struct row rows[] = {
		{5, 1, "/usr/bin/python3|/usr/bin/supervisord|-n|"},
		{10, 5, "python3|/usr/bin/gunicorn|-b|:8001|app:app|"},
		{20, 5, "python3|/usr/bin/gunicorn|-b|:8002|app:app|"},
		{11, 10},
		{21, 20},
	};

	ASSERT_GROUP(rows, 11,
		     "gunicorn, strong, manager 10, top 10\n10 manager\n11 worker 1/1 <10!\n");
}

/* ---- orphans ---- */

/* The manager is the victim, and has ended: its workers are the reaper's, which is in the scope. */
static void orphans_of_the_victim(void **state)
{
	static const struct row rows[] = {
		{2, 1, "tini|--|python3|app.py|", "tini"},
		{10, 2, "python3|app.py|"},
		{11, 2, .forker = 10},
		{12, 2, .forker = 10},
		{13, 2, SPAWN(7)},
		{20, 2, "python3|other.py|"},
		{21, 20},
	};

	ASSERT_GROUP(rows, 10,
		     "multiprocessing, strong, ambiguous, manager 10, top 10\n"
		     "10 manager!\n"
		     "11 worker 1/2 <10\n"
		     "12 worker 2/2 <10\n"
		     "13 worker 1/1 <10\n");
}

/* A subreaper of the same Python, of another exec: no fork of its own. */
static void orphans_under_a_subreaper(void **state)
{
	static const struct row rows[] = {
		{5, 1, "python3|reaper.py|"},
		{10, 5, "python3|app.py|"},
		{11, 5, .forker = 10},
		{12, 5, .forker = 10},
	};

	ASSERT_GROUP(rows, 10,
		     "nothing known, strong, manager 10, top 10\n"
		     "10 manager!\n"
		     "11 worker 1/2 <10\n"
		     "12 worker 2/2 <10\n");
}

/* PID 1 is not in the scope: their parent is missing from the snapshot. */
static void parents_missing(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|app.py|"}, {11, 1, .forker = 10}, {12, 1, SPAWN(7)}};
	struct snapshot s = snapshot__of(rows, N_ROWS(rows));
	struct process victim = snapshot__victim(&s, 10);

	snapshot__remove(&s, 10);
	assert_group_of(&s, &victim, 1,
			"multiprocessing, strong, ambiguous, manager 10, top 10\n"
			"10 manager!\n"
			"11 worker 1/1 <10\n"
			"12 worker 1/1 <10\n");
	free(s.processes);
}

/* Worker and manager are victims: what the worker forked is the worker's as long as it is there. */
static void orphans_of_two_victims(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|app.py|"},
		{11, 1, .forker = 10},
		{12, 1, .forker = 11},
		{13, 1, .forker = 10},
	};
	struct snapshot s = snapshot__of(rows, N_ROWS(rows));
	struct process victims[] = {snapshot__victim(&s, 11), snapshot__victim(&s, 10)};

	assert_group_of(&s, victims, 2,
			"nothing known, strong, manager 10, top 10\n"
			"10 manager!\n"
			"11 worker 1/3 <10!\n"
			"12 worker 2/3 <10\n"
			"13 worker 3/3 <10\n");
	free(s.processes);
}

/* ---- who is who ---- */

/* The victim's pid and that of its manager were used before, and after. */
static void pids_are_reused(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|app.py|"},
		{11, 10},
		{12, 10},
	};
	static const struct row again = {12, 1, "sleep|1|", "sleep", .start_ms = AFTER};
	struct snapshot s = snapshot__of(rows, N_ROWS(rows));
	struct process victim = snapshot__victim(&s, 12);

	snapshot__remove(&s, 12);
	snapshot__add(&s, &again);
	assert_group_of(&s, &victim, 1,
			"nothing known, strong, manager 10, top 10\n"
			"10 manager\n"
			"11 worker 1/2 <10\n"
			"12 worker 2/2 <10!\n");
	free(s.processes);
}

/* Its parent's pid is now that of a process which started after it: not its parent. */
static void a_parent_is_older(void **state)
{
	static const struct row rows[] = {
		{11, 10, SPAWN(7), .start_ms = 2000},
		{10, 1, "python3|app.py|", .start_ms = 3000},
	};

	ASSERT_GROUP(rows, 11, "multiprocessing, strong, manager 0, top 11\n11 single! ~\n");
}

static void zombies_belong_to_it(void **state)
{
	static const struct row rows[] = {{10, 1, "python3|app.py|"},
					  {11, 10, .zombie = true},
					  {12, 10, .zombie = true},
					  {13, 10}};

	ASSERT_GROUP(rows, 12,
		     "nothing known, strong, manager 10, top 10\n"
		     "10 manager\n"
		     "11 worker 1/3 <10\n"
		     "12 worker 2/3 <10!\n"
		     "13 worker 3/3 <10\n");
}

/* memory.oom.group: nobody is left, and the snapshot is empty. */
static void all_are_victims(void **state)
{
	static const struct row rows[] = {{10, 1, "python3|app.py|"}, {11, 10}, {12, 10}};
	struct snapshot s = snapshot__of(rows, N_ROWS(rows)), empty = {0};
	struct process victims[] = {snapshot__victim(&s, 12), snapshot__victim(&s, 11),
				    snapshot__victim(&s, 10)};

	assert_group_of(&empty, victims, 3,
			"nothing known, strong, manager 10, top 10\n"
			"10 manager!\n"
			"11 worker 1/2 <10!\n"
			"12 worker 2/2 <10!\n");
	free(s.processes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mp_fork),
		cmocka_unit_test(mp_spawn),
		cmocka_unit_test(mp_forkserver),
		cmocka_unit_test(a_helper_is_lost),
		cmocka_unit_test(a_process_alone),
		cmocka_unit_test(workers_tell_more_than_helpers),
		cmocka_unit_test(alone_but_for_a_helper),
		cmocka_unit_test(gunicorn_with_loaders),
		cmocka_unit_test(gunicorn_untitled),
		cmocka_unit_test(gunicorn_has_replaced_it_already),
		cmocka_unit_test(uvicorn_workers),
		cmocka_unit_test(uwsgi),
		cmocka_unit_test(postgres),
		cmocka_unit_test(celery),
		cmocka_unit_test(nginx),
		cmocka_unit_test(vllm),
		cmocka_unit_test(tgi),
		cmocka_unit_test(torchserve),
		cmocka_unit_test(triton),
		cmocka_unit_test(aqueduct),
		cmocka_unit_test(torchrun),
		cmocka_unit_test(ray),
		cmocka_unit_test(deepspeed),
		cmocka_unit_test(pyspark),
		cmocka_unit_test(loky),
		cmocka_unit_test(siblings_that_are_alike),
		cmocka_unit_test(two_groups_under_one_shell),
		cmocka_unit_test(two_groups_under_subshells),
		cmocka_unit_test(two_services_under_supervisord),
		cmocka_unit_test(orphans_of_the_victim),
		cmocka_unit_test(orphans_under_a_subreaper),
		cmocka_unit_test(parents_missing),
		cmocka_unit_test(orphans_of_two_victims),
		cmocka_unit_test(pids_are_reused),
		cmocka_unit_test(a_parent_is_older),
		cmocka_unit_test(zombies_belong_to_it),
		cmocka_unit_test(all_are_victims),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
