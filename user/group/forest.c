// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Ties each process of a scope to its parent, or to none; see forest.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "group/forest.h"
#include "hash.h"

const char *strength__name(enum strength strength)
{
	static const char *const names[] = {"weak", "medium", "strong"};

	return names[strength];
}

enum strength edge__strength(enum edge edge)
{
	switch (edge) {
	case EDGE_FORKED:
	case EDGE_ORPHANED:
	case EDGE_LAUNCHED:
	case EDGE_RANKS:
		return STRENGTH_STRONG;
	case EDGE_ALIKE:
		return STRENGTH_MEDIUM;
	default:
		return STRENGTH_WEAK;
	}
}

/* ---- members ---- */

static int compare(uint32_t pid, uint64_t start_ns, const struct process *p)
{
	if (pid != p->pid)
		return pid < p->pid ? -1 : 1;
	return (start_ns > p->start_ns) - (start_ns < p->start_ns);
}

static int compare_members(const void *a, const void *b)
{
	const struct process *p = &((const struct member *)a)->process;

	return compare(p->pid, p->start_ns, &((const struct member *)b)->process);
}

/* The last member of this pid that started at until_ns or before; -1: none. */
static int find_until(const struct forest *f, uint32_t pid, uint64_t until_ns)
{
	int low = 0, high = f->n;

	while (low < high) {
		int middle = (low + high) / 2;

		if (compare(pid, until_ns, &f->members[middle].process) < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return low && f->members[low - 1].process.pid == pid ? low - 1 : -1;
}

int forest__find(const struct forest *f, uint32_t pid, uint64_t start_ns)
{
	int i = find_until(f, pid, start_ns);

	return i >= 0 && f->members[i].process.start_ns == start_ns ? i : -1;
}

/* The record of a victim has what the snapshot, taken while it died, no longer has. */
static void add_victims(struct forest *f, const struct process *victims, size_t n,
			uint64_t killed_ns)
{
	int known = f->n;

	for (size_t v = 0; v < n; v++) {
		struct forest snapshot = {.members = f->members, .n = known};
		int i = forest__find(&snapshot, victims[v].pid, victims[v].start_ns);
		struct member *m = &f->members[i >= 0 ? i : f->n++];
		bool seen = i >= 0, zombie = seen && m->process.zombie;

		*m = (struct member){
			.process = victims[v],
			.victim = true,
			.seen = seen,
			.later = victims[v].start_ns > killed_ns,
		};
		m->process.zombie = zombie;
	}
}

/* The likelier parent of an orphan comes first: one that was exec'ed, then the older one. */
static int compare_likelihood(const void *a, const void *b, void *forest)
{
	const struct forest *f = forest;
	const struct process *x = &f->members[*(const int *)a].process;
	const struct process *y = &f->members[*(const int *)b].process;

	if (x->forked_only != y->forked_only)
		return x->forked_only ? 1 : -1;
	return (x->start_ns > y->start_ns) - (x->start_ns < y->start_ns);
}

static void list_victims(struct forest *f)
{
	f->n_victims = 0;
	for (int i = 0; i < f->n; i++)
		if (f->members[i].victim)
			f->victims[f->n_victims++] = i;
	qsort_r(f->victims, f->n_victims, sizeof(*f->victims), compare_likelihood, f);
}

static int add_members(struct forest *f, const struct snapshot *s, const struct process *victims,
		       size_t n_victims, uint64_t killed_ns)
{
	f->members = calloc(s->n + n_victims + 1, sizeof(*f->members));
	f->victims = calloc(n_victims + 1, sizeof(*f->victims));
	if (!f->members || !f->victims)
		return -ENOMEM;
	for (size_t i = 0; i < s->n; i++)
		f->members[f->n++] = (struct member){
			.process = s->processes[i],
			.seen = true,
			.later = s->processes[i].start_ns > killed_ns,
		};
	qsort(f->members, f->n, sizeof(*f->members), compare_members);
	add_victims(f, victims, n_victims, killed_ns);
	qsort(f->members, f->n, sizeof(*f->members), compare_members);
	list_victims(f);
	return 0;
}

/* ---- edges ---- */

/* A parent is older, or has the smaller pid: no chain of parents can be a ring. */
static int real_parent(const struct forest *f, const struct process *p)
{
	int i = find_until(f, p->parent_pid, p->start_ns);

	if (i < 0 || p->pid == p->parent_pid)
		return -1;
	if (f->members[i].process.start_ns == p->start_ns && p->parent_pid > p->pid)
		return -1;
	return i;
}

/* Each exec has a struct file of its own. arg_start is no help: a process may change it. */
static bool same_exec(const struct process *a, const struct process *b)
{
	return a->exec.exe_file && a->exec.exe_file == b->exec.exe_file;
}

static bool was_forked_by(const struct process *p, const struct process *parent)
{
	if (!p->forked_only)
		return false;
	if (p->exec.exe_file && parent->exec.exe_file)
		return same_exec(p, parent);
	return !p->executable[0] || !parent->executable[0] ||
	       !strcmp(p->executable, parent->executable);
}

static bool has_own_rank(const struct process *p, const struct process *parent)
{
	return p->ranks_bytes && (p->ranks_bytes != parent->ranks_bytes ||
				  memcmp(p->ranks, parent->ranks, p->ranks_bytes));
}

static enum edge edge_to(const struct member *m, const struct member *parent)
{
	if (was_forked_by(&m->process, &parent->process))
		return EDGE_FORKED;
	if (parent->hint.boundary || m->hint.boundary)
		return EDGE_NONE;
	if (m->hint.launched)
		return EDGE_LAUNCHED;
	return has_own_rank(&m->process, &parent->process) ? EDGE_RANKS : EDGE_NONE;
}

static void tie(struct member *m, int parent, enum edge edge)
{
	m->parent = edge ? parent : -1;
	m->edge = edge;
}

static void tie_to_parents(struct forest *f, const struct profiles *profiles)
{
	for (int i = 0; i < f->n; i++) {
		int parent = real_parent(f, &f->members[i].process);

		f->members[i].parent = parent;
		f->members[i].hint =
			profiles__hint(profiles, &f->members[i].process,
				       parent >= 0 ? &f->members[parent].process : NULL);
	}
	for (int i = 0; i < f->n; i++) {
		struct member *m = &f->members[i];

		if (m->parent >= 0)
			tie(m, m->parent, edge_to(m, &f->members[m->parent]));
	}
}

/* ---- siblings that are alike ---- */

struct likeness {
	uint64_t hash; /* of the parent, the executable, and the arguments with digits masked */
	int member;
};

static uint64_t hash_likeness(const struct process *p)
{
	uint64_t hash = hash__text(HASH_OF_NOTHING, p->executable);
	bool in_number = false;

	for (uint32_t i = 0; i < p->args_bytes; i++) {
		bool digit = p->args[i] >= '0' && p->args[i] <= '9';

		if (!digit || !in_number)
			hash = hash__bytes(hash, digit ? "0" : &p->args[i], 1);
		in_number = digit;
	}
	return hash__bytes(hash, &p->parent_pid, sizeof(p->parent_pid));
}

static int compare_likeness(const void *a, const void *b)
{
	const struct likeness *x = a, *y = b;

	return x->hash != y->hash ? (x->hash > y->hash) - (x->hash < y->hash)
				  : x->member - y->member;
}

/* Lists the processes that were exec'ed and are tied to nothing yet. */
static int list_likeness(const struct forest *f, struct likeness *list)
{
	int n = 0;

	for (int i = 0; i < f->n; i++) {
		const struct member *m = &f->members[i];
		int parent = real_parent(f, &m->process);

		if (m->edge || m->process.forked_only || !m->process.args_bytes || parent < 0 ||
		    m->hint.boundary || f->members[parent].hint.boundary)
			continue;
		list[n++] = (struct likeness){hash_likeness(&m->process), i};
	}
	qsort(list, n, sizeof(*list), compare_likeness);
	return n;
}

static int tie_alike(struct forest *f)
{
	struct likeness *list = calloc(f->n + 1, sizeof(*list));
	int n;

	if (!list)
		return -ENOMEM;
	n = list_likeness(f, list);
	for (int i = 0; i < n; i++) {
		struct member *m = &f->members[list[i].member];
		bool alike = (i && list[i - 1].hash == list[i].hash) ||
			     (i + 1 < n && list[i + 1].hash == list[i].hash);

		if (alike)
			tie(m, real_parent(f, &m->process), EDGE_ALIKE);
	}
	free(list);
	return 0;
}

/* ---- orphans ---- */

/* The edge from an orphan to a victim that may have been its parent. */
static enum edge edge_of_orphan(const struct member *m, const struct member *victim)
{
	const struct process *p = &m->process, *v = &victim->process;

	if (p->forked_only && same_exec(p, v))
		return EDGE_ORPHANED;
	if (m->hint.launched && p->session_id == v->session_id &&
	    (!strcmp(p->executable, v->executable) ||
	     (m->hint.framework && m->hint.framework == victim->hint.framework)))
		return EDGE_SESSION;
	return EDGE_NONE;
}

static void tie_orphan(struct forest *f, int orphan)
{
	struct member *m = &f->members[orphan];

	if (!m->process.forked_only && !m->hint.launched)
		return;
	for (int i = 0; i < f->n_victims; i++) {
		const struct member *v = &f->members[f->victims[i]];

		if (v->process.start_ns >= m->process.start_ns || !edge_of_orphan(m, v))
			continue;
		tie(m, f->victims[i], edge_of_orphan(m, v));
		return;
	}
}

/* Members are sorted by pid, not by depth: each climbs to its root. */
static void find_roots(struct forest *f)
{
	for (int i = 0; i < f->n; i++) {
		int root = i;

		while (f->members[root].parent >= 0)
			root = f->members[root].parent;
		f->members[i].root = root;
	}
}

int forest__grow(struct forest *f, const struct snapshot *s, const struct process *victims,
		 size_t n_victims, uint64_t killed_ns, const struct profiles *profiles)
{
	int err;

	*f = (struct forest){0};
	err = add_members(f, s, victims, n_victims, killed_ns);
	if (!err) {
		tie_to_parents(f, profiles);
		err = tie_alike(f);
	}
	if (err) {
		forest__free(f);
		return err;
	}
	for (int i = 0; i < f->n; i++)
		if (!f->members[i].edge)
			tie_orphan(f, i);
	find_roots(f);
	return 0;
}

int forest__list(struct forest *f, const struct snapshot *s, const struct process *victims,
		 size_t n_victims, uint64_t killed_ns)
{
	*f = (struct forest){0};
	if (add_members(f, s, victims, n_victims, killed_ns)) {
		forest__free(f);
		return -ENOMEM;
	}
	for (int i = 0; i < f->n; i++)
		f->members[i].parent = -1;
	find_roots(f);
	return 0;
}

void forest__prune(struct forest *f, int i)
{
	int root = f->members[i].root, kept = 0;

	/* root is borrowed for the new place: first all places, then parents by them, then the moves. */
	for (int k = 0; k < f->n; k++)
		f->members[k].root = f->members[k].root == root ? kept++ : -1;
	for (int k = 0; k < f->n; k++)
		if (f->members[k].root >= 0 && f->members[k].parent >= 0)
			f->members[k].parent = f->members[f->members[k].parent].root;
	for (int k = 0; k < f->n; k++)
		if (f->members[k].root >= 0)
			f->members[f->members[k].root] = f->members[k];
	f->n = kept;
	find_roots(f);
	list_victims(f);
}

void forest__free(struct forest *f)
{
	free(f->members);
	free(f->victims);
	*f = (struct forest){0};
}
