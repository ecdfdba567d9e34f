// SPDX-License-Identifier: GPL-2.0
/*
 * A process with thousands of children that sit still. On a byte from stdin it grows: with
 * memory.oom.group all of them are killed at once.
 */
#include "victim.h"

#include <signal.h>
#include <sys/prctl.h>

static struct area area;

static _Noreturn void child_main(int parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent)
		pause();
	_exit(0);
}

/* crowd CHILDREN */
int main(int argc, char **argv)
{
	int pid, tid;

	if (argc != 2)
		die_usage("crowd CHILDREN");
	area__anon(&area, MAP_PRIVATE);
	host_ids(&pid, &tid);
	for (int i = atoi(argv[1]); i > 0; i--) {
		int child = fork();

		if (child < 0)
			die("fork");
		if (!child)
			child_main(pid);
	}
	say("{\"pid\":%d,\"tid\":%d,\"held_bytes\":0}\n", pid, tid);
	await_byte();
	area__grow(&area, STEP_BYTES);
}
