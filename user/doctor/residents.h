/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The processes of the machine by the cgroup that they are in. */
#ifndef OOMTRACE_RESIDENTS_H
#define OOMTRACE_RESIDENTS_H

#include "group/group.h"
#include "pod/container.h"
#include "record/event.h"

struct resident {
	const struct process *process;
	struct container container;
	char *path; /* of its cgroup; the first container.scope_bytes are the scope */
};

struct residents {
	struct resident *list;
	size_t n;
};

/*
 * Those of the snapshot, which has to outlive them, in the order of their scopes. Who has gone is
 * left out. 0, or -ENOMEM; to be freed either way.
 */
int residents__find(struct residents *r, const char *proc, int cgroup_version,
		    const struct snapshot *s);
void residents__free(struct residents *r);

/* The part of all that shares the scope of all->list[first], the first of that scope. */
struct residents residents__scope(const struct residents *all, size_t first);

/* The lowest cgroup that contains the whole group: usually the one that each member is in. */
void residents__common_path(const struct residents *r, const struct group *g,
			    char path[EVENT_PATH_BYTES]);

#endif /* OOMTRACE_RESIDENTS_H */
