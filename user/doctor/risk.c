// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Finds the groups that a kill could leave incomplete; see risk.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/residents.h"
#include "doctor/risk.h"
#include "node/cgroup_path.h"

const char *consequence__name(enum consequence c)
{
	static const char *const names[] = {
		[CONSEQUENCE_WHOLE] = "whole_group",
		[CONSEQUENCE_UNIT] = "unit_stops",
		[CONSEQUENCE_FRAMEWORK] = "framework",
		[CONSEQUENCE_UNKNOWN] = "not_known",
	};

	return names[c];
}

void risk__consequence(const struct risk *r, char text[CONSEQUENCE_BYTES])
{
	switch (r->consequence) {
	case CONSEQUENCE_WHOLE:
		snprintf(text, CONSEQUENCE_BYTES, "All of it is killed together.");
		return;
	case CONSEQUENCE_UNIT:
		snprintf(text, CONSEQUENCE_BYTES,
			 "systemd stops the rest of the unit, unless OOMPolicy=continue.");
		return;
	case CONSEQUENCE_FRAMEWORK:
		snprintf(text, CONSEQUENCE_BYTES, "%s", r->framework->reaction);
		return;
	case CONSEQUENCE_UNKNOWN:
		break;
	}
	if (r->workers == 1) {
		snprintf(text, CONSEQUENCE_BYTES,
			 "The manager stays alive without a worker, and may look healthy.");
		return;
	}
	snprintf(
		text, CONSEQUENCE_BYTES,
		"The manager and %d worker%s stay alive; unless it starts another, the group stays "
		"incomplete.",
		r->workers - 1, r->workers > 2 ? "s" : "");
}

/*
 * The smallest limit is the one that is hit, and of memory.oom.group what is set from the victim's
 * cgroup up to that one counts: mm/memcontrol.c, mem_cgroup_get_oom_group(). Returns whether any is.
 */
static bool read_limits(struct risk *r, const struct cgroup_root *cgroups, char *path)
{
	bool flagged = false, whole = false;
	struct cgroup_facts c;

	r->unlimited = true;
	do {
		if (cgroup_root__read(cgroups, path, &c))
			continue;
		r->limit_known = true;
		flagged |= c.oom_group;
		if (c.unlimited || (!r->unlimited && c.limit_bytes >= r->limit_bytes))
			continue;
		r->unlimited = false;
		r->limit_bytes = c.limit_bytes;
		free(r->limit_path);
		r->limit_path = strdup(path);
		whole = flagged;
	} while (cgroup_path__go_up(path));
	if (!cgroup_root__read(cgroups, r->path, &c)) {
		r->usage_known = !c.usage_unknown;
		r->usage_bytes = c.usage_bytes;
	}
	return r->unlimited ? flagged : whole;
}

/* ---- what is to be said of a group ---- */

/* systemd learns of a kill from memory.events of cgroup v2; OOMPolicy=stop is the default. */
static bool is_stopped(const struct risk *r, const struct risk_sources *sources)
{
	return sources->systemd && sources->cgroups->version == 2 && !r->identity.container.id[0] &&
	       cgroup_path__is_service(r->path);
}

static void judge(struct risk *r, const struct risk_sources *sources, bool whole)
{
	r->missing = whole ? MISSING_NOT
			   : missing__of(sources->cgroups->version, r->path, &r->identity.container,
					 sources->kubelet);
	r->status = STATUS_PASS;
	if (whole) {
		r->consequence = CONSEQUENCE_WHOLE;
	} else if (is_stopped(r, sources)) {
		r->consequence = CONSEQUENCE_UNIT;
	} else {
		bool known = r->framework && r->framework->reaction;

		r->consequence = known ? CONSEQUENCE_FRAMEWORK : CONSEQUENCE_UNKNOWN;
		r->status = STATUS_WARN;
	}
}

static bool is_worker(const struct group *g, int i)
{
	return g->places[i].role == ROLE_WORKER || g->places[i].role == ROLE_SUB_WORKER;
}

static void describe(struct risk *r, const struct group *g)
{
	const struct process *top = &g->forest->members[g->top].process;

	r->framework = g->framework;
	group__service(g, r->service);
	r->manager_pid = top->pid;
	memcpy(r->manager, top->comm, sizeof(r->manager));
	for (int k = 0; k < g->n; k++) {
		r->workers += is_worker(g, g->members[k]);
		r->helpers += g->places[g->members[k]].role == ROLE_HELPER;
	}
}

/* ---- the groups ---- */

static struct risk *add_risk(struct risks *r)
{
	struct risk *more = realloc(r->risks, (r->n + 1) * sizeof(*more));

	if (!more)
		return NULL;
	r->risks = more;
	r->risks[r->n] = (struct risk){0};
	return &r->risks[r->n++];
}

/* The largest worker, which the kernel would kill; -1: there is none. */
static int find_worker(const struct group *g)
{
	const struct member *members = g->forest->members;
	int best = -1;

	for (int k = 0; k < g->n; k++) {
		int i = g->members[k];

		if (is_worker(g, i) && !members[i].process.zombie &&
		    (best < 0 || members[i].process.rss_bytes > members[best].process.rss_bytes))
			best = i;
	}
	return best;
}

struct search {
	struct risks *risks;
	const struct risk_sources *sources;
	struct residents scope; /* the one that is searched */
};

static int add_group(struct search *s, const struct group *g)
{
	const struct resident *first = &s->scope.list[0];
	char path[EVENT_PATH_BYTES];
	struct risk *r = add_risk(s->risks);

	if (!r)
		return -ENOMEM;
	r->path = strndup(first->path, first->container.scope_bytes);
	if (!r->path)
		return -ENOMEM;
	r->identity.container = first->container;
	pods__name(s->sources->pods, &r->identity);
	describe(r, g);
	residents__common_path(&s->scope, g, path);
	judge(r, s->sources, read_limits(r, s->sources->cgroups, path));
	return r->limit_path || r->unlimited ? 0 : -ENOMEM;
}

static int search_tree(struct search *s, const struct forest *f, int root)
{
	struct group g;
	int err, worker;

	err = group__find(&g, f, root);
	if (err)
		return err;
	worker = find_worker(&g);
	group__free(&g);
	if (worker < 0)
		return 0;
	err = group__find(&g, f, worker);
	if (!err)
		err = add_group(s, &g);
	group__free(&g);
	return err;
}

static int search_forest(struct search *s, const struct snapshot *inside)
{
	struct forest f;
	int err;

	err = forest__grow(&f, inside, NULL, 0, UINT64_MAX, s->sources->profiles);
	if (err)
		return err;
	/* What a shell forked is a part of the shell, not a service. */
	for (int i = 0; i < f.n && !err; i++)
		if (f.members[i].root == i && !f.members[i].hint.boundary)
			err = search_tree(s, &f, i);
	forest__free(&f);
	return err;
}

static int search_scope(struct search *s)
{
	struct snapshot inside = {.n = s->scope.n};
	int err;

	if (s->scope.n < 2)
		return 0;
	inside.processes = calloc(inside.n, sizeof(*inside.processes));
	if (!inside.processes)
		return -ENOMEM;
	for (size_t i = 0; i < s->scope.n; i++)
		inside.processes[i] = *s->scope.list[i].process;
	err = search_forest(s, &inside);
	free(inside.processes);
	return err;
}

static int search_all(struct search *s, const struct residents *all)
{
	int err = 0;

	for (size_t i = 0; i < all->n && !err; i += s->scope.n) {
		s->scope = residents__scope(all, i);
		err = search_scope(s);
	}
	return err;
}

static int compare_risks(const void *a, const void *b)
{
	const struct risk *x = a, *y = b;

	if (x->status != y->status)
		return x->status > y->status ? -1 : 1;
	return strcmp(x->path, y->path);
}

int risks__find(struct risks *r, const struct risk_sources *sources, const struct snapshot *s)
{
	struct search search = {.risks = r, .sources = sources};
	struct residents all = {0};
	int err;

	*r = (struct risks){0};
	err = residents__find(&all, sources->proc, sources->cgroups->version, s);
	if (!err)
		err = search_all(&search, &all);
	residents__free(&all);
	if (err)
		risks__free(r);
	else if (r->n)
		qsort(r->risks, r->n, sizeof(*r->risks), compare_risks);
	return err;
}

void risks__free(struct risks *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->risks[i].path);
		free(r->risks[i].limit_path);
	}
	free(r->risks);
	*r = (struct risks){0};
}
