/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* "oomtrace run" as a child of ours, and the records that it writes. */
#ifndef OOMTRACE_CHILD_RUN_H
#define OOMTRACE_CHILD_RUN_H

#include <jansson.h>
#include <signal.h>
#include <sys/types.h>

struct child_run {
	pid_t pid; /* 0: it was not started, or has been reaped */
	int out;   /* what it writes; -1: nothing */
	char *line;
	size_t line_bytes; /* that were read and not yet taken */
};

/*
 * mask is the signal mask that it gets; btf_path: NULL is the kernel's own. 0, or a negative errno;
 * to be ended either way.
 */
int child_run__start(struct child_run *r, const char *btf_path, const sigset_t *mask);

/* Kills it, if it is still there. */
void child_run__end(struct child_run *r);

/* Reads what there is, without waiting. 0, or a negative errno: -EPIPE where there will be no more. */
int child_run__read(struct child_run *r);

/* The next record, for the caller to free; {} for a line that is none. NULL: no whole line yet. */
json_t *child_run__take(struct child_run *r);

#endif /* OOMTRACE_CHILD_RUN_H */
