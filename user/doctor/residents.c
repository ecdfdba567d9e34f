// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Sorts processes by their cgroup; see residents.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/residents.h"
#include "node/cgroup_path.h"
#include "node/procfs.h"

void residents__free(struct residents *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->list[i].path);
	free(r->list);
}

static int compare_scopes(const void *a, const void *b)
{
	const struct resident *x = a, *y = b;
	size_t n = x->container.scope_bytes, m = y->container.scope_bytes;
	int order = memcmp(x->path, y->path, n < m ? n : m);

	return order ? order : (n > m) - (n < m);
}

int residents__find(struct residents *r, const char *proc, int cgroup_version,
		    const struct snapshot *s)
{
	char path[EVENT_PATH_BYTES];

	r->list = calloc(s->n + 1, sizeof(*r->list));
	if (!r->list)
		return -ENOMEM;
	for (size_t i = 0; i < s->n; i++) {
		struct resident *resident = &r->list[r->n];

		if (procfs__cgroup(proc, s->processes[i].pid, cgroup_version, path))
			continue;
		resident->process = &s->processes[i];
		resident->path = strdup(path);
		if (!resident->path)
			return -ENOMEM;
		container__identify(&resident->container, path);
		r->n++;
	}
	qsort(r->list, r->n, sizeof(*r->list), compare_scopes);
	return 0;
}

struct residents residents__scope(const struct residents *all, size_t first)
{
	struct residents scope = {&all->list[first], 1};

	while (first + scope.n < all->n &&
	       !compare_scopes(&all->list[first], &all->list[first + scope.n]))
		scope.n++;
	return scope;
}

static const char *path_of(const struct residents *r, uint32_t pid)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->list[i].process->pid == pid)
			return r->list[i].path;
	return "/";
}

void residents__common_path(const struct residents *r, const struct group *g,
			    char path[EVENT_PATH_BYTES])
{
	const struct member *members = g->forest->members;

	snprintf(path, EVENT_PATH_BYTES, "%s", path_of(r, members[g->top].process.pid));
	for (int k = 0; k < g->n; k++)
		while (!cgroup_path__is_below(path_of(r, members[g->members[k]].process.pid),
					      path) &&
		       cgroup_path__go_up(path))
			;
}
