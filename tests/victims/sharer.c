// SPDX-License-Identifier: GPL-2.0
/*
 * A process and children of it that share its memory without being its threads (CLONE_VM without
 * CLONE_THREAD): when the kernel kills one for its memory, it kills them all, but marks one.
 */
#include "victim.h"

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define STACK_BYTES (64UL << 10)

static struct area area;

/* Shares the parent's memory, its libc's state included: system calls only. */
static int child_main(void *arg)
{
	syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	for (;;)
		syscall(SYS_ppoll, NULL, 0, NULL, NULL, 0);
	return arg != NULL;
}

static int start_child(void)
{
	char *stack =
		mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int pid;

	if (stack == MAP_FAILED)
		die("mmap stack");
	pid = clone(child_main, stack + STACK_BYTES, CLONE_VM | SIGCHLD, NULL);
	if (pid < 0)
		die("clone");
	return pid;
}

/* sharer HOLD CHILDREN */
int main(int argc, char **argv)
{
	char pids[1024] = "";
	int pid, tid;

	if (argc != 3)
		die_usage("sharer HOLD CHILDREN");
	area__anon(&area, MAP_PRIVATE);
	area__touch(&area, parse_bytes(argv[1]));
	for (int i = 0; i < atoi(argv[2]); i++) {
		size_t used = strlen(pids);

		snprintf(pids + used, sizeof(pids) - used, "%s%d", i ? "," : "", start_child());
	}
	host_ids(&pid, &tid);
	say("{\"pid\":%d,\"tid\":%d,\"held_bytes\":%zu,\"children\":[%s]}\n", pid, tid, area.held,
	    pids);
	await_byte();
	area__grow(&area, STEP_BYTES);
}
