// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* One tree of the forest as a group with a manager and workers; see group.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "group/group.h"
#include "profile/command.h"

const char *role__name(enum role role)
{
	static const char *const names[] = {
		[ROLE_UNKNOWN] = "unknown",	  [ROLE_SINGLE] = "single",
		[ROLE_MANAGER] = "manager",	  [ROLE_WORKER] = "worker",
		[ROLE_SUB_WORKER] = "sub-worker", [ROLE_HELPER] = "helper",
	};

	return names[role];
}

static bool is_helper(const struct forest *f, int i)
{
	return f->members[i].hint.role == ROLE_HELPER;
}

/* ---- who is in it ---- */

static int compare_start(const struct forest *f, int a, int b)
{
	const struct process *x = &f->members[a].process, *y = &f->members[b].process;

	if (x->start_ns != y->start_ns)
		return x->start_ns < y->start_ns ? -1 : 1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

static int compare_places(const void *a, const void *b, void *forest)
{
	return compare_start(forest, *(const int *)a, *(const int *)b);
}

static void gather(struct group *g)
{
	g->top = g->forest->members[g->victim].root;
	for (int i = 0; i < g->forest->n; i++)
		if (g->forest->members[i].root == g->top)
			g->members[g->n++] = i;
	qsort_r(g->members, g->n, sizeof(*g->members), compare_places, (void *)g->forest);
}

/* The nearest ancestor that is not a helper: a forkserver only forks on behalf of another. */
static int manager_of(const struct forest *f, int i)
{
	int parent = f->members[i].parent;

	while (parent >= 0 && is_helper(f, parent) && f->members[parent].parent >= 0)
		parent = f->members[parent].parent;
	return parent;
}

/* ---- what each is ---- */

static bool is_manager(const struct group *g, int i)
{
	return g->places[i].manages && g->forest->members[i].hint.role == ROLE_MANAGER;
}

/* A manager started by another, as with DeepSpeed and TorchServe, stays a manager. */
static enum role role_of(const struct group *g, int i)
{
	const struct place *p = &g->places[i];
	enum role hint = g->forest->members[i].hint.role;

	if (hint == ROLE_HELPER)
		return ROLE_HELPER;
	if (p->manager < 0)
		return p->manages ? ROLE_MANAGER : ROLE_SINGLE;
	if (hint == ROLE_WORKER || hint == ROLE_SUB_WORKER)
		return hint;
	if (is_manager(g, i))
		return ROLE_MANAGER;
	return p->manager == g->top || p->manages || is_manager(g, p->manager) ? ROLE_WORKER
									       : ROLE_SUB_WORKER;
}

static bool is_cut(const char *title)
{
	return strlen(title) == PROCESS_TITLE_BYTES - 1;
}

/*
 * With their numbers left out. Longer numbers leave less of a title that was cut: it is compared as
 * far as it goes.
 */
static bool titles_differ(const char *a, const char *b)
{
	const char *x = a, *y = b;

	for (;; x++, y++) {
		x += strspn(x, "0123456789");
		y += strspn(y, "0123456789");
		if (!*x || *x != *y)
			break;
	}
	return *x != *y && (*x || !is_cut(a)) && (*y || !is_cut(b));
}

/* Its title when it began: its arguments. */
static void first_title(const struct process *p, char title[PROCESS_TITLE_BYTES])
{
	size_t n = p->args_bytes;

	if (n > PROCESS_TITLE_BYTES - 1)
		n = PROCESS_TITLE_BYTES - 1;
	for (size_t i = 0; i < n; i++)
		title[i] = p->args[i] ? p->args[i] : ' ';
	while (n && title[n - 1] == ' ')
		n--;
	title[n] = '\0';
}

/*
 * One that was started only just now may load for long before it names itself, as its elders have
 * done by then: it is compared with what they were when they began.
 */
static bool differ_in_title(const struct member *a, const struct member *b)
{
	const struct member *later = b->later ? b : a, *elder = b->later ? a : b;
	char first[PROCESS_TITLE_BYTES];

	first_title(&later->process, first);
	if (a->later == b->later || strcmp(first, later->process.title))
		return titles_differ(a->process.title, b->process.title);
	first_title(&elder->process, first);
	return titles_differ(first, later->process.title);
}

/*
 * Whether two members with the same manager do the same. A victim and what was forked just now have
 * no title of their own to compare.
 */
static bool same_kind(const struct group *g, int a, int b)
{
	const struct member *x = &g->forest->members[a], *y = &g->forest->members[b];

	if (g->places[a].manager != g->places[b].manager || g->places[a].role != g->places[b].role)
		return false;
	if (x->process.forked_only != y->process.forked_only ||
	    strcmp(x->process.executable, y->process.executable))
		return false;
	if (x->hint.passing && y->hint.passing)
		return x->hint.framework == y->hint.framework;
	if (!x->process.title[0] || !y->process.title[0])
		return !strcmp(x->process.comm, y->process.comm);
	return !differ_in_title(x, y);
}

/*
 * One without a title may be of several kinds: it is taken for one of the most numerous, of equals
 * the latest. A service starts those that do the work last and in numbers.
 */
static int kind_of(const struct group *g, const int *kinds, int n, int i)
{
	int best = -1;

	for (int k = 0; k < n; k++)
		if (same_kind(g, kinds[k], i) &&
		    (best < 0 || g->places[kinds[k]].of >= g->places[best].of))
			best = kinds[k];
	return best;
}

/* kinds gets the first member of each kind. */
static int find_kinds(struct group *g, int *kinds, int n, bool titled)
{
	for (int k = 0; k < g->n; k++) {
		int i = g->members[k], kind;

		if (g->places[i].manager < 0 ||
		    titled != (g->forest->members[i].process.title[0] != '\0'))
			continue;
		kind = kind_of(g, kinds, n, i);
		if (kind < 0)
			kind = kinds[n++] = i;
		g->places[i].kind = kind;
		g->places[kind].of++;
	}
	return n;
}

/* In order of start; what started after the kill gets no number. */
static void number_members(struct group *g)
{
	for (int k = 0; k < g->n; k++)
		g->places[g->members[k]].of = 0;
	for (int k = 0; k < g->n; k++) {
		struct place *p = &g->places[g->members[k]];

		if (p->kind >= 0 && !g->forest->members[g->members[k]].later)
			p->index = ++g->places[p->kind].of;
	}
	for (int k = 0; k < g->n; k++) {
		struct place *p = &g->places[g->members[k]];

		p->of = p->kind >= 0 ? g->places[p->kind].of : 0;
	}
}

static int number_kinds(struct group *g)
{
	int *kinds = calloc(g->n, sizeof(*kinds));
	int n;

	if (!kinds)
		return -ENOMEM;
	n = find_kinds(g, kinds, 0, true);
	find_kinds(g, kinds, n, false);
	free(kinds);
	number_members(g);
	return 0;
}

static int place_members(struct group *g)
{
	for (int i = 0; i < g->forest->n; i++)
		g->places[i] = (struct place){.manager = -1, .kind = -1};
	for (int k = 0; k < g->n; k++) {
		int manager = manager_of(g->forest, g->members[k]);

		g->places[g->members[k]].manager = manager;
		if (manager >= 0 && !is_helper(g->forest, g->members[k]))
			g->places[manager].manages = true;
	}
	for (int k = 0; k < g->n; k++)
		g->places[g->members[k]].role = role_of(g, g->members[k]);
	return number_kinds(g);
}

/* ---- the group as a whole ---- */

static void find_manager(struct group *g)
{
	g->manager = g->places[g->victim].manager;
	if (g->manager < 0 && g->places[g->victim].role == ROLE_MANAGER)
		g->manager = g->victim;
	for (int k = 0; k < g->n; k++) {
		struct place *p = &g->places[g->members[k]];

		p->nearest = g->manager >= 0 &&
			     (g->members[k] == g->manager || p->manager == g->manager);
	}
}

static void weigh(struct group *g)
{
	const struct forest *f = g->forest;

	g->strength = STRENGTH_STRONG;
	for (int i = g->victim; f->members[i].parent >= 0; i = f->members[i].parent)
		if (edge__strength(f->members[i].edge) < g->strength)
			g->strength = edge__strength(f->members[i].edge);
	for (int k = 0; k < g->n; k++)
		g->ambiguous |= f->members[g->members[k]].edge == EDGE_SESSION;
}

/* A helper may show only what its framework is built on: Dask's resource tracker, multiprocessing. */
static const struct framework *framework_of(const struct group *g, int i, bool helper)
{
	return is_helper(g->forest, i) == helper ? g->forest->members[i].hint.framework : NULL;
}

static const struct framework *framework_of_any(const struct group *g, bool helper)
{
	const struct framework *found = NULL;

	for (int k = 0; !found && k < g->n; k++)
		found = framework_of(g, g->members[k], helper);
	return found;
}

/* The victim's own framework, else that of the nearest above it, else of any member. */
static const struct framework *recognise(const struct group *g)
{
	const struct framework *found = NULL;

	for (int i = g->victim; !found && i >= 0; i = g->forest->members[i].parent)
		found = framework_of(g, i, false);
	if (!found)
		found = framework_of_any(g, false);
	return found ? found : framework_of_any(g, true);
}

int group__find(struct group *g, const struct forest *f, int victim)
{
	*g = (struct group){.forest = f, .victim = victim, .manager = -1};
	g->members = calloc(f->n + 1, sizeof(*g->members));
	g->places = calloc(f->n + 1, sizeof(*g->places));
	if (g->members && g->places)
		gather(g);
	if (!g->n || place_members(g)) {
		group__free(g);
		return -ENOMEM;
	}
	find_manager(g);
	weigh(g);
	g->framework = recognise(g);
	return 0;
}

/* With "python -c CODE" there is no program name: the comm is taken. */
void group__service(const struct group *g, char name[GROUP_SERVICE_BYTES])
{
	const struct member *top = &g->forest->members[g->top];
	const struct text program = command__parse(&top->process).program;

	if (g->framework && top->hint.framework == g->framework) {
		snprintf(name, GROUP_SERVICE_BYTES, "%s", g->framework->name);
		return;
	}
	snprintf(name, GROUP_SERVICE_BYTES, "%.*s", (int)program.len, program.at);
	if (!*name || strpbrk(name, " \n"))
		snprintf(name, GROUP_SERVICE_BYTES, "%s", top->process.comm);
}

void group__free(struct group *g)
{
	free(g->members);
	free(g->places);
	*g = (struct group){0};
}
