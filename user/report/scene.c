// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* An incident's record to the group at the kill; see scene.h. */
#include <stdlib.h>
#include <string.h>

#include "journal/value.h"
#include "report/scene.h"

const char *const fate_words[N_FATES] = {
	[FATE_KILLED] = "killed",
	[FATE_ENDED] = "ended later",
	[FATE_LIVES] = "survived",
	[FATE_UNKNOWN] = "fate not known",
};

const char *const part_words[N_PARTS] = {
	[PART_MANAGER] = "manager", [PART_WORKER] = "worker", [PART_SUB_WORKER] = "sub-worker",
	[PART_HELPER] = "helper",   [PART_SINGLE] = "single", [PART_UNKNOWN] = "process",
};

static int64_t number(const json_t *record, const char *key)
{
	int64_t n = -1;

	value__number(record, key, &n);
	return n;
}

static enum part part_of(const json_t *member)
{
	const char *role = value__text(member, "role");

	for (int i = 0; role && i < PART_UNKNOWN; i++)
		if (!strcmp(role, part_words[i]))
			return i;
	return PART_UNKNOWN;
}

static enum fate fate_of(const json_t *survivor)
{
	if (value__is(survivor, "fate", "alive"))
		return FATE_LIVES;
	return value__text(survivor, "fate") ? FATE_ENDED : FATE_UNKNOWN;
}

static struct member read_member(const json_t *from)
{
	const char *title = value__text(from, "process.title");

	return (struct member){
		.title = title && *title ? title : "(no name)",
		.label = value__text(from, "label"),
		.kind = value__text(from, "kind"),
		.pid = number(from, "process.pid"),
		.vpid = number(from, "process.vpid"),
		.index = number(from, "index"),
		.of = number(from, "of"),
		.rss_bytes = number(from, "memory.rss_bytes"),
		.swap_bytes = number(from, "memory.swap_bytes"),
		.exited_ms = number(from, "exited_ms"),
		.signal = -1,
		.part = part_of(from),
		.chosen = value__is_true(from, "chosen"),
		.zombie = value__is(from, "fate", "zombie"),
	};
}

/* The last signal is the one that it ended by. */
static void find_signal(struct member *m, const json_t *incident)
{
	const json_t *signals = value__at(incident, "followed_by"), *one;
	size_t i;

	json_array_foreach(signals, i, one) {
		if (number(one, "pid") != m->pid)
			continue;
		m->signal = number(one, "signal");
		m->by = value__text(one, "by");
	}
}

static void take(struct scene *s, const json_t *incident, const char *key)
{
	const json_t *all = value__at(incident, key), *one;
	bool victims = !strcmp(key, "victims");
	size_t i;

	json_array_foreach(all, i, one) {
		struct member *m = &s->members[s->n_members];

		if (s->n_members == SCENE_MEMBERS)
			return;
		*m = read_member(one);
		m->fate = victims ? FATE_KILLED : fate_of(one);
		if (m->fate == FATE_ENDED)
			find_signal(m, incident);
		s->n_members++;
	}
}

static int by_part(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->part != y->part)
		return (int)x->part - (int)y->part;
	if (x->index != y->index)
		return x->index < y->index ? -1 : 1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

/* ---- whom to draw ---- */

/* The chosen one, managers, other victims, then who held most. */
static int by_weight(const void *a, const void *b)
{
	const struct member *x = *(struct member *const *)a, *y = *(struct member *const *)b;
	bool x_manages = x->part == PART_MANAGER, y_manages = y->part == PART_MANAGER;
	bool x_killed = x->fate == FATE_KILLED, y_killed = y->fate == FATE_KILLED;

	if (x->chosen != y->chosen)
		return x->chosen ? -1 : 1;
	if (x_manages != y_manages)
		return x_manages ? -1 : 1;
	if (x_killed != y_killed)
		return x_killed ? -1 : 1;
	if (x->rss_bytes != y->rss_bytes)
		return x->rss_bytes > y->rss_bytes ? -1 : 1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

static void pick_drawn(struct scene *s)
{
	size_t n = s->n_members > SCENE_FEW ? SCENE_DRAWN : s->n_members;
	struct member *all[SCENE_MEMBERS];

	for (size_t i = 0; i < s->n_members; i++)
		all[i] = &s->members[i];
	qsort(all, s->n_members, sizeof(*all), by_weight);
	for (size_t i = 0; i < n; i++)
		all[i]->drawn = true;
}

struct crowd scene__crowd(const struct scene *s, enum part part, enum fate fate)
{
	struct crowd c = {0, -1, -1, -1};

	for (size_t i = 0; i < s->n_members; i++) {
		const struct member *m = &s->members[i];

		if (m->drawn || m->part != part || m->fate != fate)
			continue;
		c.n++;
		if (m->rss_bytes < 0)
			continue;
		if (c.total_bytes < 0 || m->rss_bytes < c.least_bytes)
			c.least_bytes = m->rss_bytes;
		if (m->rss_bytes > c.most_bytes)
			c.most_bytes = m->rss_bytes;
		c.total_bytes = (c.total_bytes < 0 ? 0 : c.total_bytes) + m->rss_bytes;
	}
	return c;
}

/* ---- the whole ---- */

/* As for the usage: of the cgroup that was hit, and where that is not known of the victim's. */
static void find_limit(struct scene *s, const json_t *incident)
{
	bool known = value__text(incident, "oom.hit.path") || s->whole_machine;

	s->own_limit = !known;
	s->limit_bytes = number(incident, known ? "oom.hit.limit_bytes" : "oom.victim.limit_bytes");
}

void scene__read(struct scene *s, const json_t *incident)
{
	int64_t victims = number(incident, "victims_total");
	int64_t survivors = number(incident, "survivors_total");

	s->n_members = 0;
	s->whole_machine = value__is(incident, "oom.constraint", "none");
	find_limit(s, incident);
	s->before_bytes = number(incident, "usage_before_bytes");
	s->after_bytes = number(incident, "usage_after_bytes");
	s->freed_bytes = number(incident, "freed_bytes");
	take(s, incident, "victims");
	take(s, incident, "survivors");
	s->left_out = (victims > 0 ? victims : 0) + (survivors > 0 ? survivors : 0) - s->n_members;
	if (s->left_out < 0)
		s->left_out = 0;
	s->n_killed = scene__count(s, FATE_KILLED);
	if (victims > s->n_killed)
		s->n_killed = victims;
	qsort(s->members, s->n_members, sizeof(*s->members), by_part);
	pick_drawn(s);
}

int64_t scene__scale(const struct scene *s)
{
	int64_t most = 1;

	if (s->limit_bytes > most)
		most = s->limit_bytes;
	if (s->before_bytes > most)
		most = s->before_bytes;
	if (s->after_bytes > most)
		most = s->after_bytes;
	for (size_t i = 0; i < s->n_members; i++)
		if (s->members[i].rss_bytes > most)
			most = s->members[i].rss_bytes;
	for (int i = 0; i < N_PARTS * N_FATES; i++) {
		int64_t bytes = scene__crowd(s, i / N_FATES, i % N_FATES).total_bytes;

		if (bytes > most)
			most = bytes;
	}
	return most;
}

int64_t scene__killed_bytes(const struct scene *s)
{
	int64_t bytes = 0;

	for (size_t i = 0; i < s->n_members; i++) {
		if (s->members[i].fate != FATE_KILLED)
			continue;
		if (s->members[i].rss_bytes < 0)
			return -1;
		bytes += s->members[i].rss_bytes;
	}
	return (int64_t)scene__count(s, FATE_KILLED) == s->n_killed ? bytes : -1;
}

size_t scene__count(const struct scene *s, enum fate fate)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_members; i++)
		n += s->members[i].fate == fate;
	return n;
}
