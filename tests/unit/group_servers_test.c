// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The process trees of Python's own pools and of servers, as their sources and trials have them: who
 * belongs to the victim's group, and what each is in it.
 */
#include "group_words.h"

/* ---- Python's own ---- */

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mp_fork),
		cmocka_unit_test(mp_spawn),
		cmocka_unit_test(mp_forkserver),
		cmocka_unit_test(a_helper_is_lost),
		cmocka_unit_test(a_process_alone),
		cmocka_unit_test(alone_but_for_a_helper),
		cmocka_unit_test(gunicorn_with_loaders),
		cmocka_unit_test(gunicorn_untitled),
		cmocka_unit_test(gunicorn_has_replaced_it_already),
		cmocka_unit_test(uvicorn_workers),
		cmocka_unit_test(uwsgi),
		cmocka_unit_test(postgres),
		cmocka_unit_test(celery),
		cmocka_unit_test(nginx),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
