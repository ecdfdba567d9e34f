// SPDX-License-Identifier: GPL-2.0
/*
 * Kills in a row: a child enters a cgroup and grows until its limit ends it, then the next one
 * does. Only the child is in there, so that nothing else can be chosen, and what its fork takes is
 * charged elsewhere: a limit of a few pages will do, which is what makes the row a fast one.
 * Begins on a byte from stdin. Exit status 0 if the kernel ended every child.
 */
#include "victim.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

static struct area area;

static _Noreturn void child_main(int procs)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (write(procs, "0", 1) != 1)
		die("cgroup.procs");
	area__touch(&area, area.size);
	_exit(1);
}

static int start(void)
{
	int pid = fork();

	if (pid < 0)
		die("fork");
	return pid;
}

static _Noreturn void row_main(const char *path, int kills)
{
	int procs = open(path, O_WRONLY | O_CLOEXEC), status;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (procs < 0)
		die(path);
	while (kills--) {
		int pid = start();

		if (!pid)
			child_main(procs);
		if (waitpid(pid, &status, 0) != pid)
			die("waitpid");
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
			die_usage("a child ended otherwise");
	}
	_exit(0);
}

/* storm KILLS PROCS...: so many kills in each cgroup, by the path of its cgroup.procs */
int main(int argc, char **argv)
{
	int pid, tid, status, failed = 0;

	if (argc < 3)
		die_usage("storm KILLS PROCS...");
	area__anon(&area, MAP_PRIVATE);
	host_ids(&pid, &tid);
	say("{\"pid\":%d,\"tid\":%d,\"held_bytes\":0}\n", pid, tid);
	await_byte();
	for (int i = 2; i < argc; i++)
		if (!start())
			row_main(argv[i], atoi(argv[1]));
	while (wait(&status) > 0)
		failed |= status;
	return failed != 0;
}
