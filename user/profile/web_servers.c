// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Web servers, task queues and a database, from gunicorn to PostgreSQL; see frameworks.h. */
#include "profile/frameworks.h"

/* clang-format off */
static const struct profile profiles[] = {
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
};
/* clang-format on */

const struct frameworks web_servers = FRAMEWORKS(profiles);
