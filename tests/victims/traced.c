// SPDX-License-Identifier: GPL-2.0
/*
 * A victim that can't finish: a child that its parent traces and that stops on its way out, before
 * it lets go of its memory. The kernel's OOM reaper takes the memory after two seconds. A second
 * byte on stdin lets the child end.
 */
#include "victim.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

static int go[2], ready[2];

static _Noreturn void child_main(size_t hold_bytes)
{
	struct area area;
	char byte = 0;
	int fd = open("/proc/self/oom_score_adj", O_WRONLY);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (fd < 0 || write(fd, "1000", 4) != 4)
		die("oom_score_adj");
	area__anon(&area, MAP_PRIVATE);
	area__touch(&area, hold_bytes);
	if (write(ready[1], &byte, 1) != 1)
		die("ready");
	if (read(go[0], &byte, 1) != 1)
		_exit(0);
	for (;;)
		area__touch(&area, area.held + STEP_BYTES);
}

/* Runs the child on until it stops at its exit: the signals before that are not of interest. */
static void await_exit_stop(int child)
{
	int status;

	for (;;) {
		if (waitpid(child, &status, __WALL) < 0)
			die("waitpid");
		if (!WIFSTOPPED(status))
			die_usage("the child ended without a stop");
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8))
			return;
		if (ptrace(PTRACE_CONT, child, 0, WSTOPSIG(status)) < 0)
			die("PTRACE_CONT");
	}
}

/* traced HOLD */
int main(int argc, char **argv)
{
	size_t hold_bytes;
	int child, status;
	char byte;

	if (argc != 2)
		die_usage("traced HOLD");
	hold_bytes = parse_bytes(argv[1]);
	if (pipe(go) < 0 || pipe(ready) < 0)
		die("pipe");
	child = fork();
	if (child < 0)
		die("fork");
	if (!child)
		child_main(hold_bytes);
	if (read(ready[0], &byte, 1) != 1)
		die("ready");
	if (ptrace(PTRACE_SEIZE, child, 0, PTRACE_O_TRACEEXIT) < 0)
		die("PTRACE_SEIZE");
	say("{\"pid\":%d,\"tid\":%d,\"held_bytes\":%zu}\n", child, child, hold_bytes);
	await_byte();
	if (write(go[1], "", 1) != 1)
		die("go");
	await_exit_stop(child);
	say("{\"stopped\":%d}\n", child);
	await_byte();
	if (ptrace(PTRACE_CONT, child, 0, 0) < 0)
		die("PTRACE_CONT");
	waitpid(child, &status, __WALL);
	return 0;
}
