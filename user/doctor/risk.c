// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* From processes and their cgroups to groups at risk; see risk.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/risk.h"
#include "node/procfs.h"

/* The first kubelet that sets memory.oom.group: kubernetes/kubernetes pull request 117793. */
#define KUBELET_MINOR 28

/* ---- words ---- */

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
				    "Set it to false and start the pod anew; until then, "
				    "--set-oom-group."},
	[MISSING_KUBELET_UNKNOWN] = {"kubelet_not_known",
				     "A kubelet before 1.28, or with singleProcessOOMKill; its "
				     "version can't be read here.",
				     "Upgrade the kubelet; until then, --set-oom-group."},
	[MISSING_KUBELET_LATER] = {"container_before_kubelet",
				   "The kubelet of today sets it: the container is older, or its "
				   "runtime left it away.",
				   "Start the pod anew; until then, --set-oom-group."},
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
			 "The manager lives on without a worker, and may look healthy.");
		return;
	}
	snprintf(text, CONSEQUENCE_BYTES,
		 "The manager and %d worker%s live on; unless it starts another, the group stays "
		 "incomplete.",
		 r->workers - 1, r->workers > 2 ? "s" : "");
}

/* ---- who is where ---- */

struct resident {
	const struct process *process;
	struct container container;
	char *path; /* of its cgroup; the first scope_bytes are the scope's */
};

struct residents {
	struct resident *list;
	size_t n;
};

static void residents__free(struct residents *r)
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

static int residents__find(struct residents *r, const struct risk_sources *sources,
			   const struct snapshot *s)
{
	char path[EVENT_PATH_BYTES];

	r->list = calloc(s->n + 1, sizeof(*r->list));
	if (!r->list)
		return -ENOMEM;
	for (size_t i = 0; i < s->n; i++) {
		struct resident *resident = &r->list[r->n];

		if (procfs__cgroup(sources->proc, s->processes[i].pid, sources->cgroups->version,
				   path))
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

/* ---- the cgroups above a group ---- */

/* "/a/b" -> "/a" -> "/"; false: there is nothing above. */
static bool go_up(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash || !slash[1])
		return false;
	slash[slash == path] = '\0';
	return true;
}

static const char *path_of(const struct residents *run, uint32_t pid)
{
	for (size_t i = 0; i < run->n; i++)
		if (run->list[i].process->pid == pid)
			return run->list[i].path;
	return "/";
}

static bool is_below(const char *path, const char *above)
{
	size_t n = strlen(above);

	return !strcmp(above, "/") || (!strncmp(path, above, n) && (!path[n] || path[n] == '/'));
}

/* The lowest cgroup that has all of the group: as a rule that of each. */
static void find_common_path(const struct residents *run, const struct group *g,
			     char path[EVENT_PATH_BYTES])
{
	const struct member *members = g->forest->members;

	snprintf(path, EVENT_PATH_BYTES, "%s", path_of(run, members[g->top].process.pid));
	for (int k = 0; k < g->n; k++)
		while (!is_below(path_of(run, members[g->members[k]].process.pid), path) &&
		       go_up(path))
			;
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
	} while (go_up(path));
	if (!cgroup_root__read(cgroups, r->path, &c)) {
		r->usage_known = !c.usage_unknown;
		r->usage_bytes = c.usage_bytes;
	}
	return r->unlimited ? flagged : whole;
}

/* ---- what is to be said of a group ---- */

static bool ends_in(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n > m && !strcmp(s + n - m, suffix);
}

static enum missing missing_in_pod(const struct kubelet *k)
{
	if (k->minor && k->minor < KUBELET_MINOR)
		return MISSING_KUBELET_OLD;
	if (k->single_process)
		return MISSING_SINGLE_PROCESS;
	return k->minor ? MISSING_KUBELET_LATER : MISSING_KUBELET_UNKNOWN;
}

static enum missing missing_of(const struct risk *r, const struct risk_sources *sources)
{
	if (sources->cgroups->version == 1)
		return MISSING_CGROUP_V1;
	if (r->identity.container.pod_uid[0])
		return missing_in_pod(sources->kubelet);
	if (r->identity.container.id[0])
		return MISSING_RUNTIME;
	if (ends_in(r->path, ".service") || ends_in(r->path, ".scope"))
		return MISSING_UNIT;
	return MISSING_CGROUP;
}

/* systemd learns of a kill from memory.events, which version 2 has: OOMPolicy=stop is its default. */
static bool is_stopped(const struct risk *r, const struct risk_sources *sources)
{
	return sources->systemd && sources->cgroups->version == 2 && !r->identity.container.id[0] &&
	       ends_in(r->path, ".service");
}

static void judge(struct risk *r, const struct risk_sources *sources, bool whole)
{
	r->missing = whole ? MISSING_NOT : missing_of(r, sources);
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

/* The largest, which the kernel would take; -1: there is none. */
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
	struct residents run; /* those of one scope; its list is part of that of all */
};

static int add_group(struct search *s, const struct group *g)
{
	const struct resident *first = &s->run.list[0];
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
	find_common_path(&s->run, g, path);
	judge(r, s->sources, read_limits(r, s->sources->cgroups, path));
	return 0;
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
	/* What a shell has forked is part of the shell, not a service. */
	for (int i = 0; i < f.n && !err; i++)
		if (f.members[i].root == i && !f.members[i].hint.boundary)
			err = search_tree(s, &f, i);
	forest__free(&f);
	return err;
}

static int search_scope(struct search *s)
{
	struct snapshot inside = {.n = s->run.n};
	int err;

	if (s->run.n < 2)
		return 0;
	inside.processes = calloc(inside.n, sizeof(*inside.processes));
	if (!inside.processes)
		return -ENOMEM;
	for (size_t i = 0; i < s->run.n; i++)
		inside.processes[i] = *s->run.list[i].process;
	err = search_forest(s, &inside);
	free(inside.processes);
	return err;
}

static int search_all(struct search *s, const struct residents *all)
{
	int err = 0;

	for (size_t i = 0; i < all->n && !err; i += s->run.n) {
		s->run = (struct residents){.list = &all->list[i], .n = 1};
		while (i + s->run.n < all->n &&
		       !compare_scopes(&all->list[i], &all->list[i + s->run.n]))
			s->run.n++;
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
	err = residents__find(&all, sources, s);
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
