/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The kubelet of this node, as far as it says whether containers get memory.oom.group: its version,
 * out of its binary, which is never run, and its configuration. Both as the kubelet itself sees them.
 */
#ifndef OOMTRACE_KUBELET_H
#define OOMTRACE_KUBELET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/process.h"

#define KUBELET_VERSION_BYTES 48

struct kubelet {
	uint32_t pid;			     /* 0: none is running */
	int minor;			     /* 28 of v1.28.3; 0: not known */
	char version[KUBELET_VERSION_BYTES]; /* "v1.28.3"; "": not known */
	bool config_known;
	bool single_process; /* singleProcessOOMKill: true */
};

/* s has the processes of the machine. */
void kubelet__find(struct kubelet *k, const char *proc, int cgroup_version,
		   const struct snapshot *s);

/* Whether it is known to be older than 1.28, the first that sets memory.oom.group. */
bool kubelet__is_old(const struct kubelet *k);

/* The version that was linked into a binary; "" where there is none, or more than one. */
void kubelet__read_version(const char *path, char version[KUBELET_VERSION_BYTES]);

#endif /* OOMTRACE_KUBELET_H */
