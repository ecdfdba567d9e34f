// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Decides who is signalled after a closed incident; see finish.h. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "group/finish.h"
#include "group/incident.h"
#include "pod/match.h"

#define NS_PER_S  1000000000ULL
#define NS_PER_MS 1000000ULL

/* A killed process that waits for a disk or a device goes only when that answers. */
#define KILL_NS	       (10 * NS_PER_S)
#define FIRST_PAUSE_NS (20 * NS_PER_MS)
#define MOST_PAUSE_NS  NS_PER_S

void finish__free(struct finish *f)
{
	if (f)
		free(f->targets);
	free(f);
}

/* ---- whether ---- */

static bool is_meant(const struct finish_rules *rules, const struct incident *in,
		     const char **match)
{
	*match = NULL;
	for (uint32_t i = 0; i < rules->n_matches && !*match; i++)
		if (match__is_for(rules->matches[i], in->scope, &in->identity))
			*match = rules->matches[i];
	return *match || !rules->n_matches;
}

/*
 * Nothing closes an incident with an inconsistent verdict before the whole watch is over: until then
 * a manager may still notice, end the others and start anew, as most frameworks do within seconds
 * and Aqueduct after 5 s for each worker that lives. One that was cut short was not watched so long.
 */
bool finish__is_due(const struct finish_rules *rules, const struct incident *in, const char **match)
{
	return rules->with != FINISH_NEVER && in->stage == STAGE_CLOSED && !in->cut_short &&
	       !in->unwatched && !verdict__consistent(in->verdict) && is_meant(rules, in, match);
}

/* ---- who ---- */

/* Its place in the group as it was at the kill; -1: it was not in it. */
static int place_then(const struct incident *in, const struct process *p)
{
	int i = forest__find(&in->forest, p->pid, p->start_ns);

	return i >= 0 && in->group.places[i].role != ROLE_UNKNOWN ? i : -1;
}

/* The parent lives, or the edge says that it was orphaned; else the pid may be reused. */
static bool is_tied(const struct member *m, const struct member *parent)
{
	return edge__strength(m->edge) > STRENGTH_WEAK &&
	       (parent->seen || m->edge == EDGE_ORPHANED);
}

/*
 * Whether it was started since by one of the group, or by one that was. What a supervisor starts in
 * the group's place is alike, but has no parent in the group; and what only has the session in common
 * may be just that.
 */
static bool was_started_by_group(const struct incident *in, const struct forest *now, int i)
{
	const struct member *m = &now->members[i];

	while (m->parent >= 0 && is_tied(m, &now->members[m->parent])) {
		m = &now->members[m->parent];
		if (place_then(in, &m->process) >= 0)
			return true;
	}
	return false;
}

static bool lives(const struct member *m)
{
	return m->seen && !m->process.zombie;
}

static bool is_victim(const struct incident *in, const struct process *p)
{
	int i = forest__find(&in->forest, p->pid, p->start_ns);

	return i >= 0 && in->forest.members[i].victim;
}

static struct target target_of(const struct incident *in, const struct process *p,
			       uint32_t self_pid)
{
	int then = place_then(in, p);

	return (struct target){
		.process = *p,
		.role = then >= 0 ? in->group.places[then].role : ROLE_UNKNOWN,
		.state = p->pid == 1	      ? TARGET_INIT
			 : p->pid == self_pid ? TARGET_SELF
					      : TARGET_FOUND,
	};
}

static int compare_starts(const void *a, const void *b)
{
	const struct process *x = &((const struct target *)a)->process;
	const struct process *y = &((const struct target *)b)->process;

	if (x->start_ns != y->start_ns)
		return x->start_ns < y->start_ns ? -1 : 1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

/* f->targets are still those of the step before. */
static void keep_signalled(const struct finish *f, struct target *t)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->targets[i].state == TARGET_SIGNALLED && !compare_starts(&f->targets[i], t))
			t->state = TARGET_SIGNALLED;
}

bool target__is_obstacle(const struct target *t)
{
	return t->state >= TARGET_INIT;
}

static enum finish_refusal refusal_of(const struct finish *f, const struct incident *in,
				      uint32_t self_pid)
{
	if (!self_pid)
		return FINISH_UNSEEN;
	if (!in->scope[0] || !in->scope[1])
		return FINISH_IN_ROOT;
	if (f->err || in->snapshot_err || in->cgroup.path_truncated)
		return FINISH_INCOMPLETE;
	if (in->group.strength == STRENGTH_WEAK || in->group.ambiguous)
		return FINISH_UNCERTAIN;
	for (size_t i = 0; i < f->n; i++)
		if (target__is_obstacle(&f->targets[i]))
			return FINISH_MEMBER;
	return f->n ? FINISH_ALLOWED : FINISH_NOBODY;
}

int finish__plan(struct finish *f, const struct incident *in, const struct forest *now,
		 uint32_t self_pid)
{
	struct target *targets = calloc(now->n + 1, sizeof(*targets));
	size_t n = 0, others = 0;

	if (!targets)
		return -ENOMEM;
	for (int i = 0; i < now->n; i++) {
		const struct process *p = &now->members[i].process;

		if (!lives(&now->members[i]) || is_victim(in, p))
			continue;
		if (place_then(in, p) >= 0 || was_started_by_group(in, now, i))
			targets[n++] = target_of(in, p, self_pid);
		else
			others++;
	}
	qsort(targets, n, sizeof(*targets), compare_starts);
	for (size_t i = 0; i < n; i++)
		keep_signalled(f, &targets[i]);
	free(f->targets);
	f->targets = targets;
	f->n = n;
	f->alone = !others;
	f->refusal = refusal_of(f, in, self_pid);
	return 0;
}

/* ---- when ---- */

static enum finish_next close_as(struct finish *f, enum finish_state state)
{
	f->state = state;
	return FINISH_CLOSE;
}

static enum finish_next wait(struct finish *f)
{
	f->pause_ns = f->pause_ns < MOST_PAUSE_NS / 2 ? 2 * f->pause_ns : MOST_PAUSE_NS;
	return FINISH_WAIT;
}

static enum finish_next begin_signal(struct finish *f, int signal, uint64_t time_ns)
{
	f->signal = signal;
	f->until_ns = f->time_ns + time_ns;
	f->pause_ns = FIRST_PAUSE_NS;
	for (size_t i = 0; i < f->n; i++)
		f->targets[i].state = TARGET_FOUND;
	return FINISH_SIGNAL;
}

static bool has_new(const struct finish *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->targets[i].state == TARGET_FOUND)
			return true;
	return false;
}

enum finish_next finish__next(struct finish *f, const struct finish_rules *rules)
{
	bool begun = f->signal;

	if (begun && f->refusal == FINISH_NOBODY)
		return close_as(f, FINISH_ENDED);
	if (begun && f->refusal == FINISH_INCOMPLETE && f->time_ns < f->until_ns)
		return wait(f);
	if (f->refusal)
		return close_as(f, FINISH_REFUSED);
	if (!begun && rules->with == FINISH_TERM)
		return begin_signal(f, SIGTERM, rules->grace_seconds * NS_PER_S);
	if (!begun || (f->signal == SIGTERM && f->time_ns >= f->until_ns))
		return begin_signal(f, SIGKILL, KILL_NS);
	if (f->signal == SIGTERM)
		return wait(f);
	if (f->time_ns >= f->until_ns)
		return close_as(f, FINISH_REMAINS);
	/* Forked while the others were being killed. */
	if (has_new(f))
		return FINISH_SIGNAL;
	return wait(f);
}
