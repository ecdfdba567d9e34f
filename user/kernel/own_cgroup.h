/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The program's own memory cgroup, from the root of the hierarchy, whatever namespace hides it. */
#ifndef OOMTRACE_OWN_CGROUP_H
#define OOMTRACE_OWN_CGROUP_H

#include "kernel/kernel.h"
#include "record/event.h"

struct own_cgroup {
	char path[EVENT_PATH_BYTES];  /* "/a/b" */
	uint64_t ids[REC_PATH_DEPTH]; /* of the root, of "/a", of "/a/b" */
	size_t ends[REC_PATH_DEPTH];  /* of the same, how many bytes of path they are */
	size_t n;
};

/* 0, or a negative errno. */
int own_cgroup__read(const struct kernel *k, struct own_cgroup *own);

/* Of the cgroup that is the first so many bytes of path. 0: they are none. */
uint64_t own_cgroup__id(const struct own_cgroup *own, size_t bytes);

#endif /* OOMTRACE_OWN_CGROUP_H */
