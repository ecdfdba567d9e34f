/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A cgroup of our own in which a process is sure to be killed, and its removal. */
#ifndef OOMTRACE_TEST_CGROUP_H
#define OOMTRACE_TEST_CGROUP_H

#include "node/cgroup.h"

#define TEST_CGROUP_MIB 16

/* All zero: there is none. */
struct test_cgroup {
	const struct cgroup_root *root;
	char dir[320];
	bool made;
	bool enabled; /* by us: the root did not pass on the memory controller before */
};

/*
 * Makes it below the root of the hierarchy, and removes those of self-tests that were killed. 0, or a
 * negative errno, with the reason in why; to be removed either way.
 */
int test_cgroup__make(struct test_cgroup *c, const struct cgroup_root *root, char *why,
		      size_t why_bytes);

/* The calling process goes into it. 0, or a negative errno. */
int test_cgroup__enter(const struct test_cgroup *c);

/* Once it is empty. What can't be removed is said on stderr. */
void test_cgroup__remove(struct test_cgroup *c);

#endif /* OOMTRACE_TEST_CGROUP_H */
