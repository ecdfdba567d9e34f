// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What became of a group, from what it was and what lives now; see outcome.h. */
#include <errno.h>
#include <stdlib.h>

#include "group/outcome.h"

static bool counts(const struct incident *in, int i)
{
	return incident__survived(in, i) && in->group.places[i].role != ROLE_HELPER;
}

static enum fate fate_of(const struct member *then, const struct forest *now)
{
	int i = forest__find(now, then->process.pid, then->process.start_ns);

	if (i < 0 || !now->members[i].seen)
		return FATE_GONE;
	if (now->members[i].process.zombie)
		return FATE_ZOMBIE;
	return then->victim ? FATE_VICTIM : FATE_ALIVE;
}

/*
 * The member whose place matters: the victim; but where its manager has ended too and was itself
 * managed, the manager, and so on.
 */
static int judged_place(const struct incident *in)
{
	const struct group *g = &in->group;
	int i = g->victim, manager = g->places[i].manager;

	while (manager >= 0 && in->fates[manager] != FATE_ALIVE &&
	       g->places[manager].manager >= 0) {
		i = manager;
		manager = g->places[i].manager;
	}
	return i;
}

static void count_then(struct incident *in, struct outcome *o, int judged)
{
	const struct place *places = in->group.places;

	for (int i = 0; i < in->forest.n; i++) {
		bool alive = in->fates[i] == FATE_ALIVE;
		bool alike = places[judged].kind >= 0 && places[i].kind == places[judged].kind;
		bool peer = i != judged && places[judged].manager >= 0 &&
			    places[i].manager == places[judged].manager;

		if (counts(in, i)) {
			o->survivors++;
			o->survivors_now += alive;
			o->alike += alike && i != judged;
			o->alike_now += alike && i != judged && alive;
			o->peers += peer;
			o->peers_now += peer && alive;
		}
		o->victims_alike += i == judged || (alike && in->forest.members[i].victim);
	}
}

/* judged is a place in the forest of now; all of its kind and its manager that started since. */
static void count_new(const struct group *now, struct outcome *o, int judged)
{
	const struct place *there = &now->places[judged];

	for (int k = 0; k < now->n; k++) {
		const struct member *m = &now->forest->members[now->members[k]];
		const struct place *place = &now->places[now->members[k]];
		bool is_new =
			m->later && m->seen && !m->process.zombie && place->role != ROLE_HELPER;

		o->new_alike += is_new && there->kind >= 0 && place->kind == there->kind;
		o->new_peers += is_new && there->manager >= 0 && place->manager == there->manager;
	}
}

static void judge(struct incident *in, const struct group *now, uint64_t now_ns)
{
	struct outcome o = {.victim_role = in->group.places[in->group.victim].role};
	int judged, manager;
	enum verdict verdict;

	for (int i = 0; i < in->forest.n; i++)
		in->fates[i] = fate_of(&in->forest.members[i], now->forest);
	judged = judged_place(in);
	manager = in->group.places[judged].manager;
	o.manager_alive = manager >= 0 && in->fates[manager] == FATE_ALIVE;
	o.victim_zombie = in->fates[in->group.victim] == FATE_ZOMBIE;
	count_then(in, &o, judged);
	count_new(now, &o,
		  forest__find(now->forest, in->forest.members[judged].process.pid,
			       in->forest.members[judged].process.start_ns));
	verdict = verdict__of(&o);
	if (verdict != in->verdict)
		in->settled_ns = now_ns;
	in->outcome = o;
	in->verdict = verdict;
}

struct asked {
	uint32_t *pids;
	size_t n;
	size_t room;
};

static void ask(struct asked *a, uint32_t pid)
{
	if (a->n < a->room)
		a->pids[a->n++] = pid;
}

size_t outcome__asks(const struct incident *in, uint32_t *pids, size_t room)
{
	struct asked a = {.pids = pids, .room = room};

	for (size_t i = 0; i < in->n_victims; i++) {
		ask(&a, in->victims[i].process.pid);
		ask(&a, in->victims[i].process.parent_pid);
	}
	for (int k = 0; k < in->n_follow_ups && k < INCIDENT_FOLLOW_UPS; k++) {
		ask(&a, in->follow_ups[k].pid);
		ask(&a, in->follow_ups[k].sender_pid);
	}
	for (int i = 0; i < in->forest.n; i++)
		ask(&a, in->forest.members[i].process.pid);
	return a.n;
}

/* What came after the kill is seen as it is now: at first it had the title of who forked it. */
int outcome__regrow(const struct incident *in, const struct snapshot *s, struct forest *now)
{
	struct process *known = calloc(in->forest.n + 1, sizeof(*known));
	size_t n = 0;
	int err;

	*now = (struct forest){0};
	if (!known)
		return -ENOMEM;
	for (int i = 0; i < in->forest.n; i++)
		if (in->forest.members[i].victim || !in->forest.members[i].later)
			known[n++] = in->forest.members[i].process;
	err = forest__grow(now, s, known, n, in->time_ns, in->profiles);
	free(known);
	return err;
}

int outcome__compare(struct incident *in, const struct snapshot *s, uint64_t now_ns)
{
	struct forest now;
	struct group group = {0};
	int err;

	err = outcome__regrow(in, s, &now);
	if (err)
		return err;
	err = group__find(&group, &now, incident__chosen_place(in, &now));
	if (!err)
		judge(in, &group, now_ns);
	group__free(&group);
	forest__free(&now);
	return err;
}
