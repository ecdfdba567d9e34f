// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* One decision: its victims, its group, and when it is looked at; see incident.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "group/finish.h"
#include "group/follow_ups.h"
#include "group/incident.h"
#include "group/outcome.h"

#define NS_PER_MS 1000000ULL

/* Victims of one decision follow each other at once: after this long without one it is over. */
#define GATHER_NS (50 * NS_PER_MS)
/* A verdict that may still change, as respawned, has to hold for this long. */
#define SETTLED_NS (1000 * NS_PER_MS)

/* When a group is looked at although nothing was heard of it, in ms after it was opened. */
static const uint64_t looks_ms[] = {50,	  200,	500,   1000,  2000, 3000,
				    5000, 7000, 10000, 15000, 20000};

#define N_LOOKS ((int)(sizeof(looks_ms) / sizeof(looks_ms[0])))

void incident__free(struct incident *in)
{
	finish__free(in->finish);
	group__free(&in->group);
	forest__free(&in->forest);
	free(in->fates);
	free(in->victims);
	free(in);
}

/* ---- victims ---- */

static void keep_decision(struct incident *in, const struct victim_event *e)
{
	in->oom_id_inferred = e->oom_id_inferred;
	in->decision_known = e->decision;
	if (e->decision)
		in->decision = *e->decision;
}

/* The incident is told of the victim that the kernel chose; of the first, until that is known. */
static void choose(struct incident *in, const struct victim_event *e)
{
	in->chosen = in->n_victims - 1;
	in->cgroup = e->cgroup;
	in->identity = e->identity;
	memcpy(in->scope, e->cgroup.path, sizeof(in->scope));
	in->scope[e->identity.container.scope_bytes] = '\0';
}

static bool add_victim(struct incident *in, const struct victim_event *e)
{
	if (in->n_victims == in->room_victims) {
		size_t room = in->room_victims ? 2 * in->room_victims : 4;
		void *grown = realloc(in->victims, room * sizeof(*in->victims));

		if (!grown)
			return false;
		in->victims = grown;
		in->room_victims = room;
	}
	in->victims[in->n_victims] = (struct incident_victim){
		.seq = e->seq,
		.killed_ns = e->time_ns,
		.chosen = e->chosen == 1,
		.kind = e->kind,
	};
	process__of_victim(&in->victims[in->n_victims++].process, e);
	return true;
}

void incident__add_victim(struct incident *in, const struct victim_event *e)
{
	if (!add_victim(in, e))
		return;
	keep_decision(in, e);
	in->last_victim_ns = e->time_ns;
	if (in->n_victims == 1 || e->chosen == 1)
		choose(in, e);
	/* Who is left of many is known once all are: a look before would keep the next ones waiting. */
	if (!in->decided && incident__kills_many(in))
		in->due_ns = e->time_ns + GATHER_NS;
}

/* ---- when ---- */

static void schedule(struct incident *in, uint64_t now_ns)
{
	in->due_ns = in->until_ns;
	for (int i = 0; i < N_LOOKS; i++) {
		uint64_t at = in->opened_ns + looks_ms[i] * NS_PER_MS;

		if (at > now_ns && at < in->due_ns)
			in->due_ns = at;
	}
	if (verdict__is_settling(in->verdict) && in->settled_ns + SETTLED_NS < in->due_ns &&
	    in->settled_ns + SETTLED_NS > now_ns)
		in->due_ns = in->settled_ns + SETTLED_NS;
}

/* ---- looking ---- */

static struct process *list_victims(const struct incident *in)
{
	struct process *list = calloc(in->n_victims, sizeof(*list));

	for (size_t i = 0; list && i < in->n_victims; i++)
		list[i] = in->victims[i].process;
	return list;
}

static int grow_group(struct incident *in, const struct snapshot *s)
{
	struct process *victims = list_victims(in);
	int err;

	if (!victims)
		return -ENOMEM;
	if (s->parents_unknown)
		err = forest__list(&in->forest, s, victims, in->n_victims, in->time_ns);
	else
		err = forest__grow(&in->forest, s, victims, in->n_victims, in->time_ns,
				   in->profiles);
	free(victims);
	if (err)
		return err;
	if (!s->parents_unknown)
		forest__prune(&in->forest, incident__chosen_place(in, &in->forest));
	in->fates = calloc(in->forest.n, sizeof(*in->fates));
	if (!in->fates)
		return -ENOMEM;
	in->unrelated = s->parents_unknown;
	return in->unrelated ? 0
			     : group__find(&in->group, &in->forest,
					   incident__chosen_place(in, &in->forest));
}

static void find_group(struct incident *in, const struct snapshot *s)
{
	group__free(&in->group);
	forest__free(&in->forest);
	free(in->fates);
	in->fates = NULL;
	in->n_grouped = in->n_victims;
	in->snapshot_err = s->err;
	if (s->err && !s->n)
		return;
	in->snapshot_err = grow_group(in, s);
	if (in->snapshot_err)
		group__free(&in->group);
	else
		in->snapshot_err = s->err;
}

/* ---- closing ---- */

static bool victims_are_gone(const struct incident *in)
{
	for (size_t i = 0; i < in->n_victims; i++) {
		const struct process *p = &in->victims[i].process;
		int place = in->group.n ? forest__find(&in->forest, p->pid, p->start_ns) : -1;

		if (in->victims[i].exited_ns)
			continue;
		if (place < 0 || in->fates[place] == FATE_VICTIM)
			return false;
	}
	return true;
}

static bool is_over(const struct incident *in, uint64_t now_ns)
{
	if (now_ns >= in->until_ns)
		return true;
	if (!in->group.n || verdict__is_final(in->verdict))
		return victims_are_gone(in);
	return verdict__is_settling(in->verdict) && now_ns >= in->settled_ns + SETTLED_NS;
}

static enum news close(struct incident *in, uint64_t now_ns)
{
	if (in->stage == STAGE_GATHERING)
		follow_ups__keep(in, NULL);
	in->stage = STAGE_CLOSED;
	in->closed_ns = now_ns;
	in->due_ns = UINT64_MAX;
	return NEWS_CLOSED;
}

/*
 * Where all of a cgroup are killed, some are gone before it is their turn: as their namespace's first
 * process dies, or their parent does. They are no victims, and only once it is over no survivors.
 */
static bool wants_group(const struct incident *in, const struct snapshot *s, bool over)
{
	if (in->unwatched)
		return false;
	return in->n_grouped != in->n_victims || (over && !s->err && incident__kills_many(in));
}

static enum news gather(struct incident *in, const struct snapshot *s, uint64_t now_ns)
{
	bool over = in->decided || now_ns >= in->last_victim_ns + GATHER_NS;

	if (wants_group(in, s, over))
		find_group(in, s);
	if (!over) {
		in->due_ns = in->last_victim_ns + GATHER_NS;
		return NEWS_NONE;
	}
	if (in->unwatched)
		return close(in, now_ns);
	follow_ups__keep(in, s);
	in->stage = STAGE_WATCHING;
	in->opened_ns = now_ns;
	in->until_ns = now_ns + in->watch_ns;
	if (in->group.n && !s->err)
		outcome__compare(in, s, now_ns);
	schedule(in, now_ns);
	return NEWS_OPENED;
}

enum news incident__look(struct incident *in, const struct snapshot *s, uint64_t now_ns)
{
	if (in->stage == STAGE_GATHERING)
		return gather(in, s, now_ns);
	/* In an incomplete snapshot a missing process need not be gone: wait for the next one. */
	if (in->group.n && !s->err)
		outcome__compare(in, s, now_ns);
	if (is_over(in, now_ns))
		return close(in, now_ns);
	schedule(in, now_ns);
	return NEWS_NONE;
}

/* A list without parents tells only whether anybody was left. */
static void judge_list(struct incident *in)
{
	if (!in->unrelated || in->snapshot_err || in->doubts || incident__count_survivors(in))
		return;
	in->verdict = in->n_victims > 1 ? VERDICT_WHOLE_GROUP : VERDICT_SINGLE;
}

enum news incident__cut_short(struct incident *in, uint64_t now_ns)
{
	in->cut_short = true;
	judge_list(in);
	return close(in, now_ns);
}

/* ---- what is asked ---- */

int incident__chosen_place(const struct incident *in, const struct forest *f)
{
	const struct process *p = &in->victims[in->chosen].process;

	return forest__find(f, p->pid, p->start_ns);
}

bool incident__survived(const struct incident *in, int i)
{
	const struct member *m = &in->forest.members[i];

	return !m->victim && !m->later && !m->process.zombie;
}

int incident__listed(const struct incident *in, int k)
{
	int n = in->unrelated ? in->forest.n : in->group.n;

	if (k >= n)
		return -1;
	return in->unrelated ? k : in->group.members[k];
}

int incident__count_survivors(const struct incident *in)
{
	int n = 0, i;

	if (!in->unrelated && !in->group.n)
		return -1;
	for (int k = 0; (i = incident__listed(in, k)) >= 0; k++)
		n += incident__survived(in, i);
	return n;
}

bool incident__exited(const struct incident *in, uint64_t *ms)
{
	uint64_t last_ns = 0;

	for (size_t i = 0; i < in->n_victims; i++) {
		if (!in->victims[i].exited_ns)
			return false;
		if (in->victims[i].exited_ns > last_ns)
			last_ns = in->victims[i].exited_ns;
	}
	*ms = (last_ns - in->time_ns) / NS_PER_MS;
	return true;
}

bool incident__freed(const struct incident *in, uint64_t *bytes)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < in->n_victims; i++) {
		if (!in->victims[i].freed_known)
			return false;
		sum += in->victims[i].freed_bytes;
	}
	*bytes = sum;
	return true;
}

const struct cgroup_facts *incident__hit(const struct incident *in)
{
	const struct cgroup_facts *hit = &in->decision.hit;

	return in->decision_known && (hit->id || hit->path[0]) ? hit : &in->cgroup;
}

bool incident__kills_many(const struct incident *in)
{
	return in->n_victims > 1 || in->cgroup.oom_group || incident__hit(in)->oom_group;
}

/*
 * mm/memcontrol.c mem_cgroup_get_oom_group(): the highest one with the flag from the victim's cgroup
 * up to the one that was hit. Those in between are not known here.
 */
const char *incident__expected(const struct incident *in)
{
	const struct cgroup_facts *hit = incident__hit(in);

	if (in->cgroup.oom_group || hit->oom_group)
		return "whole_cgroup";
	for (size_t i = 0; i < in->n_victims; i++)
		if (in->victims[i].kind == VICTIM_GROUP_MEMBER)
			return "whole_cgroup";
	return in->cgroup.limits_known ? "one_process" : NULL;
}
