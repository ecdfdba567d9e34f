// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A process that may be lost for a look; see errand.h. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/errand.h"

#define STACK_BYTES (64 << 10)
#define NS_PER_MS   1000000
/*
 * Of each of two tries: a machine that stands still for a while, as a virtual one does, is no process that
 * can't be looked at. Where one was left, the next is sooner suspected.
 */
#define PATIENCE_MS 500
#define HURRY_MS    125
#define MOST_LEFT   8 /* in one errand */
#define REMEMBERED  64

struct errand {
	size_t n;
	size_t at;
	void (*look)(void *context, size_t i);
	void *context;
};

struct one {
	uint32_t pid;
	uint64_t start_ns;
};

/* What the two processes have in common. */
static struct one now, left[REMEMBERED];
static size_t n_left;
static unsigned int patience_ms;
static char stack[STACK_BYTES] __attribute__((aligned(16)));

/* ---- the one that goes ---- */

static bool was_left(uint32_t pid, uint64_t start_ns)
{
	for (size_t i = 0; i < n_left && i < REMEMBERED; i++)
		if (left[i].pid == pid && left[i].start_ns == start_ns)
			return true;
	return false;
}

bool errand__begin(uint32_t pid, uint64_t start_ns)
{
	const struct itimerval patience = {
		.it_value = {patience_ms / 1000, patience_ms % 1000 * 1000},
	};

	if (was_left(pid, start_ns))
		return false;
	now = (struct one){pid, start_ns};
	return !setitimer(ITIMER_REAL, &patience, NULL);
}

/* SIGALRM ends it: what waits for a lock in the kernel is woken by a signal that does, by no other. */
static int go(void *argument)
{
	struct errand *e = argument;
	sigset_t alarms;

	sigemptyset(&alarms);
	sigaddset(&alarms, SIGALRM);
	signal(SIGALRM, SIG_DFL);
	sigprocmask(SIG_UNBLOCK, &alarms, NULL);
	for (; e->at < e->n; e->at++)
		e->look(e->context, e->at);
	_exit(0);
}

/* ---- the one that waits ---- */

static int send_out(struct errand *e)
{
	pid_t pid = clone(go, stack + sizeof(stack), CLONE_VM | CLONE_VFORK | SIGCHLD, e);

	if (pid < 0)
		return -errno;
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return 0;
}

static void leave(struct errand *e)
{
	fprintf(stderr,
		"oomtrace: pid %u: its memory can't be read; does a file system not answer it? "
		"Going on without its command line\n",
		now.pid);
	left[n_left++ % REMEMBERED] = now;
	e->at++;
}

int errand__each(size_t n, void (*look)(void *context, size_t i), void *context)
{
	struct errand e = {.n = n, .look = look, .context = context};
	size_t suspect = n;
	int err, times = 0;

	patience_ms = PATIENCE_MS;
	while (times < MOST_LEFT && e.at < n) {
		err = send_out(&e);
		if (err || e.at == n)
			return err;
		if (e.at != suspect) {
			suspect = e.at;
			continue;
		}
		leave(&e);
		patience_ms = HURRY_MS;
		times++;
	}
	return e.at < n ? -ETIMEDOUT : 0;
}
