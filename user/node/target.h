/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A signal to the process that was meant, and to no other that has its pid by now. */
#ifndef OOMTRACE_TARGET_H
#define OOMTRACE_TARGET_H

#include "group/finish.h"

/* Where a target is looked up, and what it must not have left. */
struct bounds {
	const char *proc;
	int cgroup_version;
	const char *scope; /* the path of a cgroup */
};

/*
 * Sends signal, or with 0 finds out whether it could be sent. Sets the target's state, which stays
 * TARGET_FOUND where nothing was sent and nothing is against it; with TARGET_FAILED also its err.
 */
void target__signal(struct target *t, const struct bounds *bounds, int signal);

#endif /* OOMTRACE_TARGET_H */
