// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Why the flag is not set, by what runs the cgroup; see missing.h. */
#include <stddef.h>

#include "doctor/missing.h"
#include "node/cgroup_path.h"

static const struct {
	const char *name, *text, *remedy;
} missing_words[] = {
	[MISSING_NOT] = {NULL, NULL, NULL},
	[MISSING_CGROUP_V1] = {"cgroup_v1", "cgroup version 1 has no such flag.",
			       "Move the node to cgroup version 2."},
	[MISSING_KUBELET_OLD] = {"kubelet_before_1_28",
				 "The kubelet is older than 1.28, the first that sets it.",
				 "Upgrade the kubelet; until then, --set-oom-group."},
	[MISSING_SINGLE_PROCESS] = {"single_process_oom_kill",
				    "singleProcessOOMKill is true in the kubelet's configuration.",
				    "Set it to false and create the pod anew; until then, "
				    "--set-oom-group."},
	[MISSING_KUBELET_UNKNOWN] = {"kubelet_not_known",
				     "A kubelet before 1.28, or with singleProcessOOMKill; its "
				     "version can't be read here.",
				     "Upgrade the kubelet; until then, --set-oom-group."},
	[MISSING_KUBELET_LATER] =
		{"container_before_kubelet",
		 "The kubelet that runs now sets it: the container is older, or its "
		 "runtime left it out.",
		 "Create the pod anew; until then, --set-oom-group."},
	[MISSING_UNIT] = {"systemd_unit", "Not Kubernetes: a unit has it with OOMPolicy=kill only.",
			  "Set OOMPolicy=kill in the unit."},
	[MISSING_RUNTIME] = {"not_kubernetes",
			     "Not Kubernetes: other runtimes set it only where asked to.",
			     "podman run --cgroup-conf=memory.oom.group=1; while it runs, "
			     "--set-oom-group."},
	[MISSING_CGROUP] = {"not_a_container", "Neither container nor unit: nobody sets it.",
			    "Write 1 to memory.oom.group of the cgroup."},
};

const char *missing__name(enum missing m)
{
	return missing_words[m].name;
}

const char *missing__text(enum missing m)
{
	return missing_words[m].text;
}

const char *missing__remedy(enum missing m)
{
	return missing_words[m].remedy;
}

static enum missing missing_in_pod(const struct kubelet *k)
{
	if (kubelet__is_old(k))
		return MISSING_KUBELET_OLD;
	if (k->single_process)
		return MISSING_SINGLE_PROCESS;
	return k->minor ? MISSING_KUBELET_LATER : MISSING_KUBELET_UNKNOWN;
}

enum missing missing__of(int cgroup_version, const char *path, const struct container *c,
			 const struct kubelet *kubelet)
{
	if (cgroup_version == 1)
		return MISSING_CGROUP_V1;
	if (c->pod_uid[0])
		return missing_in_pod(kubelet);
	if (c->id[0])
		return MISSING_RUNTIME;
	if (cgroup_path__is_unit(path))
		return MISSING_UNIT;
	return MISSING_CGROUP;
}
