/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Sets memory.oom.group on the cgroups of running containers, and takes back what it set. A cgroup
 * that was changed is marked by an extended attribute, which goes when the container goes.
 */
#ifndef OOMTRACE_OOM_GROUP_H
#define OOMTRACE_OOM_GROUP_H

#include <stdbool.h>

#include "node/cgroup.h"
#include "pod/pods.h"
#include "record/process.h"

enum oom_group_act {
	ACT_SET,	/* 0 before, 1 now */
	ACT_UNSET,	/* 1 before, set by us; 0 now */
	ACT_LEFT_SET,	/* it was 1 already; or it is, and not by us */
	ACT_LEFT_UNSET, /* to be unset, and it was 0 already */
	ACT_FAILED,
};

struct oom_group_change {
	char *path; /* of the container's cgroup */
	struct identity identity;
	enum oom_group_act act;
	int err; /* of ACT_FAILED, negative */
};

struct oom_group_changes {
	struct oom_group_change *list;
	size_t n;
};

struct oom_group_order {
	const char *proc;
	const struct cgroup_root *cgroups; /* of version 2 */
	struct pods *pods;		   /* NULL: no names */
	const char *match;
	bool set;
};

/*
 * On the containers that match, as in pod/match.h. s has the processes of the machine. 0, or a
 * negative errno: -EOPNOTSUPP on cgroup version 1.
 */
int oom_group__change(struct oom_group_changes *c, const struct oom_group_order *order,
		      const struct snapshot *s);
void oom_group__free(struct oom_group_changes *c);

#endif /* OOMTRACE_OOM_GROUP_H */
