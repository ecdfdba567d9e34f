// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A state file, back into values; see told.h. Whoever may write there may have written anything. */
#include <stdio.h>
#include <string.h>

#include "journal/value.h"
#include "state/told.h"

#define SCHEMA 1

#define AT(member)   offsetof(struct told, member)
#define ROOM(member) AT(member), sizeof(((struct told *)0)->member)

/* What each state has; null only where that is a value. */
static const struct {
	const char *key;
	size_t field;
	bool nullable; /* then it is 0 */
} numbers[] = {
	{"oomtrace.pid", AT(pid), false},
	{"uptime_ns", AT(uptime_ns), false},
	{"every_seconds", AT(every_seconds), true},
	{"totals.seen", AT(seen), false},
	{"totals.written", AT(written), false},
	{"totals.duplicates", AT(duplicates), false},
	{"totals.lost.ring_full", AT(lost[LOSS_RING_FULL]), false},
	{"totals.lost.decode", AT(lost[LOSS_DECODE]), false},
	{"totals.lost.output", AT(lost[LOSS_OUTPUT]), false},
	{"totals.lost.shutdown", AT(lost[LOSS_SHUTDOWN]), false},
	{"lost_incidents", AT(lost_incidents), false},
	{"kernel.kills", AT(kills), false},
	{"output.waiting", AT(waiting), false},
};

static const struct {
	const char *key;
	size_t field;
	bool nullable; /* then it is TOLD_NEVER */
} times[] = {
	{"time", AT(time_ns), false},
	{"since", AT(since_ns), true},
	{"books_since", AT(books_since_ns), true},
	{"kernel.audited", AT(audited_ns), true},
};

static const struct {
	const char *key;
	size_t field;
	size_t bytes;
	bool nullable; /* then it is "" */
} texts[] = {
	{"boot_id", ROOM(boot_id), false},   {"oomtrace.version", ROOM(version), false},
	{"pinned.path", ROOM(pinned), true}, {"pinned.why", ROOM(why_unpinned), true},
	{"output.path", ROOM(output), true}, {"output.error", ROOM(output_error), true},
};

static bool refuse(char why[TOLD_WHY_BYTES], const char *key)
{
	snprintf(why, TOLD_WHY_BYTES, "%s is missing, or not what it should be", key);
	return false;
}

static int64_t *number_at(struct told *t, size_t field)
{
	return (int64_t *)((char *)t + field);
}

/* Counts, pids and uptimes are never negative, and a few of them added stay below 63 bits. */
static bool count(const json_t *state, const char *key, int64_t *n)
{
	return value__number(state, key, n) && *n >= 0 && *n < INT64_MAX / 8;
}

static bool take_numbers(struct told *t, const json_t *state, char why[TOLD_WHY_BYTES])
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		bool none = numbers[i].nullable && !value__at(state, numbers[i].key);

		if (!none && !count(state, numbers[i].key, number_at(t, numbers[i].field)))
			return refuse(why, numbers[i].key);
	}
	return true;
}

static bool take_times(struct told *t, const json_t *state, char why[TOLD_WHY_BYTES])
{
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		int64_t *ns = number_at(t, times[i].field);
		bool none = times[i].nullable && !value__at(state, times[i].key);

		*ns = TOLD_NEVER;
		if (!none && !value__time(state, times[i].key, ns))
			return refuse(why, times[i].key);
	}
	return true;
}

static bool take_texts(struct told *t, const json_t *state, char why[TOLD_WHY_BYTES])
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const char *text = value__text(state, texts[i].key);
		bool none = texts[i].nullable && !value__at(state, texts[i].key);

		if (!none && (!text || !*text))
			return refuse(why, texts[i].key);
		snprintf((char *)t + texts[i].field, texts[i].bytes, "%s", text ? text : "");
	}
	return true;
}

static bool take_hooks(struct told *t, const json_t *state, char why[TOLD_WHY_BYTES])
{
	const json_t *hooks = value__at(state, "hooks"), *hook;
	size_t i;

	if (!json_is_array(hooks))
		return refuse(why, "hooks");
	json_array_foreach(hooks, i, hook) {
		struct told_hook *h = &t->hooks[t->n_hooks];
		const char *name = value__text(hook, "name"), *reason = value__text(hook, "why");

		if (i >= TOLD_HOOKS || !name || !json_is_boolean(value__at(hook, "live")))
			return refuse(why, "hooks");
		h->live = value__is_true(hook, "live");
		snprintf(h->name, sizeof(h->name), "%s", name);
		snprintf(h->why, sizeof(h->why), "%s", reason ? reason : "");
		t->n_hooks++;
	}
	return true;
}

/* Both or neither. */
static bool take_comparison(struct told *t, const json_t *state, char why[TOLD_WHY_BYTES])
{
	if (!value__at(state, "kernel.vmstat_oom_kill_before"))
		return true;
	t->compared = count(state, "kernel.vmstat_oom_kill_before", &t->vmstat_before) &&
		      count(state, "kernel.vmstat_oom_kill", &t->vmstat) &&
		      t->vmstat >= t->vmstat_before;
	return t->compared || refuse(why, "kernel.vmstat_oom_kill");
}

/* "ml/ranker-0/server", the container's id, or the path of its cgroup. */
static void name_place(struct told *t, const json_t *last)
{
	const char *pod = value__text(last, "k8s.pod.name");
	const char *namespace = value__text(last, "k8s.namespace.name");
	const char *inside = value__text(last, "k8s.container.name");
	const char *name = value__text(last, "container.name");
	const char *id = value__text(last, "container.id");
	const char *path = value__text(last, "path");

	if (pod)
		snprintf(t->last_where, sizeof(t->last_where), "%s%s%s%s%s",
			 namespace ? namespace : "", namespace ? "/" : "", pod, inside ? "/" : "",
			 inside ? inside : "");
	else if (name || id)
		snprintf(t->last_where, sizeof(t->last_where), "container %.*s", name ? 128 : 12,
			 name ? name : id);
	else
		snprintf(t->last_where, sizeof(t->last_where), "%s", path ? path : "");
}

static bool take_last(struct told *t, const json_t *state, char why[TOLD_WHY_BYTES])
{
	const json_t *last = value__at(state, "last");
	const char *title = value__text(last, "process.title");

	if (!last)
		return true;
	if (!count(last, "seq", &t->last_seq) || !t->last_seq ||
	    !count(last, "process.pid", &t->last_pid) || !title ||
	    !value__time(last, "time", &t->last_ns))
		return refuse(why, "last");
	t->last_earlier = value__is_true(last, "earlier");
	snprintf(t->last_title, sizeof(t->last_title), "%s", title);
	name_place(t, last);
	return true;
}

static bool take_end(struct told *t, const json_t *state, char why[TOLD_WHY_BYTES])
{
	t->ended = value__at(state, "ended");
	return !t->ended || count(state, "ended.exit_status", &t->exit_status) ||
	       refuse(why, "ended.exit_status");
}

static bool take(struct told *t, const json_t *state, char why[TOLD_WHY_BYTES])
{
	int64_t schema = 0;

	value__number(state, "schema", &schema);
	if (!value__is(state, "type", "state") || schema < SCHEMA)
		return refuse(why, "type");
	t->from_log = value__is(state, "source", "klog");
	t->pod = value__is(state, "scope.kind", "pod");
	return take_numbers(t, state, why) && take_times(t, state, why) &&
	       take_texts(t, state, why) && take_hooks(t, state, why) &&
	       take_comparison(t, state, why) && take_last(t, state, why) &&
	       take_end(t, state, why);
}

bool told__parse(struct told *t, const char *text, size_t bytes, char why[TOLD_WHY_BYTES])
{
	json_error_t error;
	json_t *state = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &error);
	bool taken;

	*t = (struct told){0};
	if (!state)
		snprintf(why, TOLD_WHY_BYTES, "no JSON: %s", error.text);
	taken = state && take(t, state, why);
	json_decref(state);
	return taken;
}

int64_t told__lost(const struct told *t)
{
	int64_t lost = 0;

	for (int i = 0; i < LOSSES; i++)
		lost += t->lost[i];
	return lost;
}
