/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Why memory.oom.group is not set on a cgroup, and what would set it. */
#ifndef OOMTRACE_MISSING_H
#define OOMTRACE_MISSING_H

#include "doctor/kubelet.h"
#include "pod/container.h"

enum missing {
	MISSING_NOT, /* it is set: all of the group die together */
	MISSING_CGROUP_V1,
	MISSING_KUBELET_OLD,
	MISSING_SINGLE_PROCESS,
	MISSING_KUBELET_UNKNOWN, /* a pod, but too little is known about its kubelet */
	MISSING_KUBELET_LATER,	 /* a pod of a kubelet that sets it */
	MISSING_UNIT,
	MISSING_RUNTIME, /* a container of no pod */
	MISSING_CGROUP,	 /* neither container nor unit */
};

/* For a cgroup without the flag: its path, its container, and the kubelet of the node. */
enum missing missing__of(int cgroup_version, const char *path, const struct container *container,
			 const struct kubelet *kubelet);

/* One sentence each, static; of MISSING_NOT: NULL. */
const char *missing__name(enum missing m); /* "cgroup_v1" */
const char *missing__text(enum missing m);
const char *missing__remedy(enum missing m);

#endif /* OOMTRACE_MISSING_H */
