/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A real OOM kill, of a process of our own in a cgroup of 16 MiB of our own, and the way of its
 * record through a real run of this program to the end of its output.
 */
#ifndef OOMTRACE_SELF_TEST_H
#define OOMTRACE_SELF_TEST_H

#include "render/finding.h"
#include "node/cgroup.h"

struct self_test_config {
	const struct cgroup_root *cgroups;
	const char *btf_path; /* NULL: the kernel's own */
	unsigned int seconds; /* for each stage */
};

/*
 * Fills in f: passed, or at which stage the kill was lost. Leaves nothing behind, also where a signal
 * ends it; what an earlier one that was killed left is removed. 0, or the number of the signal.
 */
int self_test__run(const struct self_test_config *config, struct finding *f);

#endif /* OOMTRACE_SELF_TEST_H */
