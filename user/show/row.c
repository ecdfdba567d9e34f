// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A record to a line of the list; see row.h. */
#include <inttypes.h>
#include <string.h>

#include "explain/value.h"
#include "render/words.h"
#include "show/row.h"

#define SECONDS_BYTES 19 /* "2026-11-24T04:10:14" */

static void put_name(struct words *t, const json_t *record, const char *key, const char *without)
{
	const char *text = value__text(record, key);

	words__put(t, " ");
	words__name(t, text ? text : without);
}

static void put_time(struct words *t, const json_t *record)
{
	const char *time = value__text(record, "time");
	char seconds[SECONDS_BYTES + 1] = "-";

	if (time)
		snprintf(seconds, sizeof(seconds), "%s", time);
	words__name(t, seconds);
	words__put(t, "%s", time ? "Z" : "");
	put_name(t, record, "host.name", "-");
}

/* The pod where there is one, else the cgroup. */
static void put_place(struct words *t, const json_t *record)
{
	const char *space = value__text(record, "k8s.namespace.name");

	if (!value__text(record, "k8s.pod.name")) {
		put_name(t, record, "oom.victim.path", "-");
		return;
	}
	put_name(t, record, "k8s.namespace.name", "");
	words__put(t, "%s", space ? "/" : "");
	words__name(t, value__text(record, "k8s.pod.name"));
}

/* What it held; nothing where that is not known. */
static void put_memory(struct words *t, const json_t *record)
{
	static const char *const held[] = {"memory.anon_rss_bytes", "memory.file_rss_bytes",
					   "memory.shmem_rss_bytes"};
	int64_t part, bytes = 0;
	bool known = false;

	for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++) {
		if (!value__number(record, held[i], &part) || part < 0 || bytes > INT64_MAX - part)
			continue;
		bytes += part;
		known = true;
	}
	if (!known)
		return;
	words__put(t, ", ");
	words__size(t, bytes);
}

static void put_kill(struct words *t, const json_t *record)
{
	int64_t pid = 0;

	put_place(t, record);
	put_name(t, record, "process.title", "-");
	value__number(record, "process.pid", &pid);
	words__put(t, "[%" PRId64 "]", pid);
	put_name(t, record, "oom.kind", "killed");
	put_memory(t, record);
}

static void put_incident(struct words *t, const json_t *record)
{
	const char *meaning = value__text(record, "meaning");

	put_place(t, record);
	put_name(t, record, "verdict", "no verdict");
	words__put(t, "%s", meaning ? ": " : "");
	words__name(t, meaning ? meaning : "");
}

static void put_gap(struct words *t, const json_t *record)
{
	int64_t count = 0;

	value__number(record, "count", &count);
	words__put(t, " %" PRId64 " victim%s without a record", count, count == 1 ? "" : "s");
}

size_t row__put(char *buf, size_t cap, const json_t *record)
{
	static const struct {
		const char *type, *state;
		void (*put)(struct words *t, const json_t *record);
	} kinds[] = {
		{"oom_kill", NULL, put_kill},
		{"oom_incident", "closed", put_incident},
		{"gap", NULL, put_gap},
	};
	struct words t = {.buf = buf, .cap = cap};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!value__is(record, "type", kinds[i].type) ||
		    (kinds[i].state && !value__is(record, "state", kinds[i].state)))
			continue;
		put_time(&t, record);
		kinds[i].put(&t, record);
		words__put(&t, "\n");
		return words__finish(&t);
	}
	return 0;
}
