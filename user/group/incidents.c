// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The incidents that are open, and which of them an event is about; see incidents.h. */
#include <stdlib.h>
#include <string.h>

#include "group/follow_ups.h"
#include "group/incidents.h"

#define NS_PER_MS 1000000ULL

/* After something happened to a member: what else happens with it has then happened too. */
#define SOON_NS (20 * NS_PER_MS)

#define N_OPEN (INCIDENTS_WATCHED + 2)

struct incidents {
	const struct profiles *profiles;
	uint64_t watch_ns;
	/* In the order of their victims. Two may be unwatched: one overtaken by the other. */
	struct incident *open[N_OPEN];
	int n;
	uint64_t lost;
	uint64_t lost_oom_id; /* the latest of these */
};

struct incidents *incidents__new(const struct profiles *profiles, uint64_t watch_ns)
{
	struct incidents *set = calloc(1, sizeof(*set));

	if (set) {
		set->profiles = profiles;
		set->watch_ns = watch_ns;
	}
	return set;
}

void incidents__free(struct incidents *set)
{
	if (!set)
		return;
	for (int i = 0; i < set->n; i++)
		incident__free(set->open[i]);
	free(set);
}

void incidents__drop(struct incidents *set, struct incident *in)
{
	int at = 0;

	while (set->open[at] != in)
		at++;
	set->n--;
	memmove(&set->open[at], &set->open[at + 1], (set->n - at) * sizeof(set->open[0]));
	incident__free(in);
}

/* ---- victims ---- */

struct incident *incidents__find(const struct incidents *set, uint64_t oom_id)
{
	for (int i = 0; i < set->n; i++)
		if (oom_id && set->open[i]->oom_id == oom_id)
			return set->open[i];
	return NULL;
}

/*
 * mm/oom_kill.c: oom_lock is held from a decision to its last victim, so that all victims of the
 * earlier ones are there once one of a later one is.
 */
static void end_earlier(struct incidents *set)
{
	for (int i = 0; i < set->n; i++) {
		if (set->open[i]->stage != STAGE_GATHERING)
			continue;
		set->open[i]->decided = true;
		set->open[i]->due_ns = set->open[i]->time_ns;
	}
}

static struct incident *begin(struct incidents *set, const struct victim_event *e)
{
	struct incident *in;

	in = set->n < N_OPEN ? calloc(1, sizeof(*in)) : NULL;
	if (!in) {
		set->lost += e->oom_id != set->lost_oom_id;
		set->lost_oom_id = e->oom_id;
		return NULL;
	}
	in->oom_id = e->oom_id;
	in->time_ns = e->time_ns;
	in->profiles = set->profiles;
	in->watch_ns = set->watch_ns;
	in->unwatched = set->n >= INCIDENTS_WATCHED;
	in->due_ns = e->time_ns;
	set->open[set->n++] = in;
	return in;
}

void incidents__on_victim(struct incidents *set, const struct victim_event *e)
{
	struct incident *in = incidents__find(set, e->oom_id);

	/* A mark alone is no kill, and has no decision. */
	if (!e->oom_id || (in && in->stage != STAGE_GATHERING))
		return;
	if (!in) {
		end_earlier(set);
		in = begin(set, e);
	}
	if (in)
		incident__add_victim(in, e);
}

void incidents__on_decision_end(struct incidents *set, const struct decision_end_event *e)
{
	struct incident *in = incidents__find(set, e->oom_id);

	if (!in || in->stage != STAGE_GATHERING)
		return;
	in->decided = true;
	in->due_ns = in->time_ns;
	in->doubts = e->doubts;
}

/* ---- what happens afterwards ---- */

static void look_soon(struct incident *in, uint64_t now_ns)
{
	if (in->stage == STAGE_WATCHING && in->due_ns > now_ns + SOON_NS)
		in->due_ns = now_ns + SOON_NS;
}

static int compare_seq(const void *seq, const void *victim)
{
	uint64_t a = *(const uint64_t *)seq, b = ((const struct incident_victim *)victim)->seq;

	return (a > b) - (a < b);
}

/* They come in the order of their numbers. */
static struct incident_victim *find_victim(struct incident *in, uint64_t seq)
{
	return bsearch(&seq, in->victims, in->n_victims, sizeof(*in->victims), compare_seq);
}

void incidents__on_exit(struct incidents *set, const struct exit_event *e)
{
	struct incident *in = incidents__find(set, e->oom_id);
	struct incident_victim *v = in ? find_victim(in, e->seq) : NULL;

	if (!v)
		return;
	v->exited_ns = e->time_ns;
	v->reaped_ns = e->reaper_finished_ns;
	v->freed_known = e->freed_known;
	v->freed_bytes = e->freed_bytes;
	look_soon(in, e->time_ns);
}

/* The place of the group's member in the forest; -1: it is none. */
static int member(const struct incident *in, uint32_t pid, uint64_t start_ns)
{
	return in->stage != STAGE_CLOSED ? forest__find(&in->forest, pid, start_ns) : -1;
}

/*
 * Whose it is, is known once the group is. The kernel's may be the OOM killer's, to another victim of
 * memory.oom.group.
 */
static bool is_about(const struct incident *in, const struct signal_event *e)
{
	if (in->stage == STAGE_GATHERING)
		return !e->from_kernel;
	return member(in, e->pid, e->start_ns) >= 0;
}

void incidents__on_signal(struct incidents *set, const struct signal_event *e)
{
	for (int i = 0; i < set->n; i++)
		if (is_about(set->open[i], e))
			follow_ups__add(set->open[i], e);
}

void incidents__on_gone(struct incidents *set, const struct gone_event *e)
{
	for (int i = 0; i < set->n; i++)
		if (member(set->open[i], e->pid, e->start_ns) >= 0)
			look_soon(set->open[i], e->time_ns);
}

int incidents__count(const struct incidents *set)
{
	return set->n;
}

struct incident *incidents__get(const struct incidents *set, int i)
{
	return set->open[i];
}

struct incident *incidents__overtaken(const struct incidents *set)
{
	for (int i = 0; i < set->n; i++)
		if (set->open[i]->unwatched && set->open[i]->decided)
			return set->open[i];
	return NULL;
}

uint64_t incidents__lost(const struct incidents *set)
{
	return set->lost;
}

/* ---- when ---- */

uint64_t incidents__due_ns(const struct incidents *set)
{
	uint64_t due = UINT64_MAX;

	for (int i = 0; i < set->n; i++)
		if (set->open[i]->due_ns < due)
			due = set->open[i]->due_ns;
	return due;
}

struct incident *incidents__due(struct incidents *set, uint64_t now_ns)
{
	for (int i = 0; i < set->n; i++)
		if (set->open[i]->due_ns <= now_ns)
			return set->open[i];
	return NULL;
}
