// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Processes as those of real servers and of Python's own pools look, and what is recognised in them. */
#include "sights.h"

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

#define LOKY "/usr/bin/python3|-m|joblib.externals.loky.backend.popen_loky_posix|"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recognises_servers),
		cmocka_unit_test(recognises_pythons_own),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
