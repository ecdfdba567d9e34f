// SPDX-License-Identifier: GPL-2.0
/*
 * A model server in small: a manager that forks workers, which never exec and hold memory each.
 * On a byte from stdin one worker grows ('0' the first, '1' the second, ..), or all at once ('a').
 * The manager says who died of what, and ends when no worker is left. With ADJ the workers have
 * that oom_score_adj until they grow: the kernel then prefers those that sit still.
 */
#include "victim.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#define WORKERS_MAX 64

struct worker {
	int pid;
	int go; /* write end: a byte lets it grow */
};

static struct worker workers[WORKERS_MAX];

static const char *score_adj = "0";

static void set_score_adj(const char *adj)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY);

	if (fd < 0 || write(fd, adj, strlen(adj)) < 0)
		die("oom_score_adj");
	close(fd);
}

static _Noreturn void worker_main(size_t hold_bytes, int go, int ready)
{
	struct area area;
	char byte = 0;

	set_score_adj(score_adj);
	area__anon(&area, MAP_PRIVATE);
	area__touch(&area, hold_bytes);
	if (write(ready, &byte, 1) != 1)
		die("ready");
	/* The manager is gone: whoever dies of what it died of must not have ended before. */
	if (read(go, &byte, 1) != 1)
		for (;;)
			pause();
	set_score_adj("0");
	area__grow(&area, STEP_BYTES);
}

/* Returns when the worker holds its memory. */
static void worker__start(struct worker *worker, size_t hold_bytes)
{
	int go[2], ready[2];
	char byte;

	if (pipe(go) < 0 || pipe(ready) < 0)
		die("pipe");
	worker->pid = fork();
	if (worker->pid < 0)
		die("fork");
	if (!worker->pid) {
		close(go[1]);
		worker_main(hold_bytes, go[0], ready[1]);
	}
	worker->go = go[1];
	close(go[0]);
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		die_usage("a worker ended before it was ready");
	close(ready[0]);
}

static void worker__grow(struct worker *worker)
{
	if (write(worker->go, "", 1) != 1)
		die("go");
}

static void say_ready(int count, size_t hold_bytes)
{
	char pids[1024] = "";
	int pid, tid;

	for (int i = 0; i < count; i++) {
		size_t used = strlen(pids);

		snprintf(pids + used, sizeof(pids) - used, "%s%d", i ? "," : "", workers[i].pid);
	}
	host_ids(&pid, &tid);
	say("{\"pid\":%d,\"tid\":%d,\"held_bytes\":%zu,\"workers\":[%s]}\n", pid, tid, hold_bytes,
	    pids);
}

/* group HOLD WORKERS [ADJ] */
int main(int argc, char **argv)
{
	int count, pid, status;
	size_t hold_bytes;
	char which;

	if (argc < 3 || argc > 4)
		die_usage("group HOLD WORKERS [ADJ]");
	if (argc == 4)
		score_adj = argv[3];
	hold_bytes = parse_bytes(argv[1]);
	count = atoi(argv[2]);
	if (count < 1 || count > WORKERS_MAX)
		die_usage("1 to 64 workers");
	for (int i = 0; i < count; i++)
		worker__start(&workers[i], hold_bytes);
	say_ready(count, hold_bytes);
	which = await_byte();
	for (int i = 0; i < count; i++)
		if (which == 'a' || which == '0' + i)
			worker__grow(&workers[i]);
	while ((pid = wait(&status)) > 0)
		say("{\"died\":%d,\"signal\":%d}\n", pid,
		    WIFSIGNALED(status) ? WTERMSIG(status) : 0);
	return 0;
}
