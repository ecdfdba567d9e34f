// SPDX-License-Identifier: GPL-2.0
/*
 * Whoever needs the memory, but is not the one that is killed for it: grows until the kernel counts
 * an OOM kill in EVENTS, memory.events or memory.oom_control of its cgroup, and then ends. By then
 * the limits are gone: who forks a new worker at once finds room, while the memory of those that are
 * on their way out is still charged (mm/mmap.c, exit_mmap() sets MMF_OOM_SKIP before it is freed).
 */
#include "victim.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>

#define MAX_LIMITS 2

struct limits {
	int events;
	const char *none;
	int fds[MAX_LIMITS]; /* in the order in which they can be lifted */
	int n;
	long kills; /* counted before */
	volatile int lifted;
};

static int open_for(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd < 0)
		die(path);
	return fd;
}

/*
 * "oom_kill 0" on a line of its own, after "oom_kill_disable 0" or "oom 0" and the like. The kernel
 * keeps room for it with the open file: to read it once more needs no memory.
 */
static long count_kills(int events)
{
	char text[1024] = "\n", *found;
	ssize_t len = pread(events, text + 1, sizeof(text) - 2, 0);

	if (len < 0)
		die("EVENTS");
	text[1 + len] = '\0';
	found = strstr(text, "\noom_kill ");
	if (!found)
		die_usage("EVENTS has no oom_kill");
	return atol(found + strlen("\noom_kill "));
}

/*
 * Lifts them as soon as a kill is counted, which is before the victim knows of it: mm/oom_kill.c,
 * __oom_kill_process(). Nobody else has the CPU meanwhile, where that may be asked for.
 */
static void *lift(void *context)
{
	struct limits *l = context;

	sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = 1});
	while (count_kills(l->events) == l->kills)
		;
	for (int i = 0; i < l->n; i++)
		if (write(l->fds[i], l->none, strlen(l->none)) < 0)
			die("LIMIT");
	l->lifted = 1;
	return NULL;
}

/* neighbour EVENTS NONE LIMIT... */
int main(int argc, char **argv)
{
	struct limits limits = {.n = argc - 3};
	struct area area;
	pthread_t lifter;
	int pid, tid;

	if (limits.n < 1 || limits.n > MAX_LIMITS)
		die_usage("neighbour EVENTS NONE LIMIT...");
	limits.events = open_for(argv[1], O_RDONLY);
	limits.none = argv[2];
	for (int i = 0; i < limits.n; i++)
		limits.fds[i] = open_for(argv[3 + i], O_WRONLY);
	limits.kills = count_kills(limits.events);
	area__anon(&area, MAP_PRIVATE);
	host_ids(&pid, &tid);
	say("{\"pid\":%d,\"tid\":%d,\"held_bytes\":%zu}\n", pid, tid, area.held);
	await_byte();
	if (pthread_create(&lifter, NULL, lift, &limits))
		die_usage("no thread");
	while (!limits.lifted)
		area__touch(&area, area.held + PAGE_BYTES * 16);
	pthread_join(lifter, NULL);
	return 0;
}
