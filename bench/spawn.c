// SPDX-License-Identifier: GPL-2.0
/*
 * What a process costs from its fork to its end being known, in nanoseconds: with PROGRAM what
 * exec of it adds is in it. So many times, or as often as fits into LIMIT_NS.
 *
 *     spawn TIMES [PROGRAM]
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "now.h"

#define LIMIT_NS 3000000000ull

static void spawn(char *program)
{
	char *argv[] = {program, NULL}, *env[] = {NULL};
	int pid = program ? vfork() : fork(), status;

	if (!pid && program)
		execve(program, argv, env);
	if (!pid)
		_exit(0);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status) {
		fprintf(stderr, "spawn: a child did not end well\n");
		exit(1);
	}
}

int main(int argc, char **argv)
{
	uint64_t began_ns = now_ns(), took_ns = 0;
	int times = argc > 1 ? atoi(argv[1]) : 0, done = 0;

	if (argc == 1) /* the program to start, as good as any */
		return 0;
	while (done < times && took_ns < LIMIT_NS) {
		spawn(argc > 2 ? argv[2] : NULL);
		took_ns = now_ns() - began_ns;
		done++;
	}
	if (!done)
		return 2;
	printf("%llu\n", (unsigned long long)took_ns / done);
}
