// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What memory.oom.group would have done, and how to set it; see remedy.h. */
#include <string.h>

#include "explain/remedy.h"
#include "explain/story.h"
#include "journal/value.h"
#include "node/cgroup_path.h"

static bool is_kubernetes(const struct finding *f)
{
	const char *path = value__text(f->kill, "oom.victim.path");

	return value__at(f->kill, "k8s.pod.uid") || (path && strstr(path, "kubepods"));
}

static void put_kubelet(struct words *t, int cgroup_version)
{
	words__put(t,
		   "The kubelet sets it for each container from Kubernetes 1.28 on, on cgroup v2, "
		   "unless its configuration has singleProcessOOMKill: true. ");
	if (cgroup_version == 1)
		words__put(t, "This node has cgroup v1.");
	else if (cgroup_version == 2)
		words__put(t,
			   "This node has cgroup v2: so its kubelet is older, or has that option.");
	else
		words__put(t, "Which of these is missing here the records do not say.");
}

/* What it takes for memory.oom.group to be set. */
static void put_missing(struct words *t, const struct finding *f, int cgroup_version)
{
	const char *path = value__text(f->kill, "oom.victim.path");

	if (is_kubernetes(f))
		put_kubelet(t, cgroup_version);
	else if (cgroup_version == 1)
		words__put(t, "This machine has cgroup v1, which has no such thing: it takes v2.");
	else if (path && cgroup_path__is_service(path))
		words__put(t, "OOMPolicy=kill in the unit sets it.");
	else
		words__put(t, "Writing 1 to that file of its cgroup sets it%s.",
			   cgroup_version ? "" : ", on cgroup v2");
	if (story__is_above(f->kill))
		words__put(t, " Even so, what else is below the limit that was hit would live on.");
}

void remedy__put(struct words *t, const struct finding *f, int cgroup_version)
{
	int64_t survivors = 0;

	value__number(f->incident, "survivors_total", &survivors);
	if (value__is(f->incident, "expected", "whole_cgroup")) {
		words__put(t, "memory.oom.group was set: the kernel killed the whole cgroup.");
		return;
	}
	if (!survivors || value__is_true(f->incident, "consistent"))
		return;
	words__put(t, json_is_false(value__at(f->incident, "consistent"))
			      ? "memory.oom.group would have prevented that: with it"
			      : "With memory.oom.group");
	words__put(t, " the kernel kills all of a cgroup together, and what runs it can start it "
		      "anew as a whole. ");
	put_missing(t, f, cgroup_version);
}
