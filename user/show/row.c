// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A record to a line of the list; see row.h. */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "journal/value.h"
#include "journal/label.h"
#include "render/words.h"
#include "show/cells.h"
#include "show/row.h"

#define NS_PER_S 1000000000LL

static void put_name(struct words *t, const json_t *record, const char *key, const char *without)
{
	const char *text = value__text(record, key);

	words__name(t, text ? text : without);
}

/* ---- when and where ---- */

void row__time(char text[ROW_TIME_BYTES], long long ns)
{
	time_t s = ns / NS_PER_S - (ns % NS_PER_S < 0);
	struct tm tm;

	localtime_r(&s, &tm);
	strftime(text, ROW_TIME_BYTES, tm.tm_gmtoff ? "%F %T%z" : "%F %TZ", &tm);
}

/* The year and the zone are left out of what is short. */
static void put_time(struct cells *c, const json_t *record)
{
	char text[ROW_TIME_BYTES] = "-";
	int64_t ns;

	if (value__time(record, "time", &ns)) {
		row__time(text, ns);
		words__put(cell(c, CELL_TIME, BRIEF), "%.14s", strchr(text + 1, '-') + 1);
	}
	words__put(cell(c, CELL_TIME, FULL), "%s", text);
}

/* Of a path the last part, with the name of its service or its container. */
static void put_place(struct cells *c, const struct label *label)
{
	const char *last = strrchr(label->place, '/');

	words__name(cell(c, CELL_PLACE, FULL), label->place);
	if (last && last[1])
		words__name(cell(c, CELL_PLACE, BRIEF), last + 1);
}

/* ---- who ---- */

static void put_process(struct cells *c, const json_t *record)
{
	struct words *full = cell(c, CELL_WHO, FULL), *brief = cell(c, CELL_WHO, BRIEF);
	int64_t pid = 0, inside = 0;

	value__number(record, "process.pid", &pid);
	put_name(brief, record, "process.title", "-");
	words__put(brief, "[%" PRId64 "]", pid);
	put_name(full, record, "process.title", "-");
	words__put(full, "[%" PRId64, pid);
	if (value__number(record, "process.vpid", &inside) && inside != pid)
		words__put(full, ", %" PRId64 " inside", inside);
	words__put(full, "]");
}

/* "worker 3/5" */
static void put_role(struct words *t, const json_t *victim)
{
	int64_t index, of;

	put_name(t, victim, "role", "-");
	if (value__number(victim, "index", &index) && value__number(victim, "of", &of))
		words__put(t, " %" PRId64 "/%" PRId64, index, of);
}

static void put_member(struct cells *c, const json_t *record, const struct label *label)
{
	const json_t *victim = json_array_get(value__at(record, "victims"), 0);
	int64_t total = 0;

	words__name(cell(c, CELL_WHO, FULL), label->who);
	if (value__number(record, "victims_total", &total) && total > 1)
		words__put(cell(c, CELL_WHO, FULL), " and %" PRId64 " more", total - 1);
	put_role(cell(c, CELL_WHO, BRIEF), victim);
	words__put(cell(c, CELL_WHO, BRIEF), " ");
	words__name(cell(c, CELL_WHO, BRIEF), label->group);
	put_role(cell(c, CELL_WHO, LEAST), victim);
}

/* ---- what it held, of how much ---- */

static bool add_bytes(const json_t *record, const char *key, int64_t *bytes)
{
	int64_t part;

	if (!value__number(record, key, &part) || part < 0 || *bytes > INT64_MAX - part)
		return false;
	*bytes += part;
	return true;
}

static bool held_by_process(const json_t *record, int64_t *bytes)
{
	bool known = add_bytes(record, "memory.anon_rss_bytes", bytes);

	known |= add_bytes(record, "memory.file_rss_bytes", bytes);
	return add_bytes(record, "memory.shmem_rss_bytes", bytes) || known;
}

static bool held_by_victims(const json_t *incident, int64_t *bytes)
{
	const json_t *one;
	bool known = false;
	size_t i;

	json_array_foreach(value__at(incident, "victims"), i, one)
		known |= add_bytes(one, "memory.rss_bytes", bytes);
	return known;
}

/* "600M" */
static void put_short_size(struct words *t, int64_t bytes)
{
	static const char units[] = "BKMGT";
	double value = bytes;
	int unit = 0;

	for (; value >= 1000 && unit < 4; unit++)
		value /= 1024;
	words__put(t, value < 10 && unit ? "%.1f%c" : "%.0f%c", value, units[unit]);
}

/* The one that was hit; where the decision was not seen, that of the victim's own cgroup. */
static bool read_limit(const json_t *record, int64_t *bytes)
{
	if (value__number(record, "oom.hit.limit_bytes", bytes))
		return true;
	return !value__text(record, "oom.constraint") &&
	       value__number(record, "oom.victim.limit_bytes", bytes);
}

static void put_memory(struct cells *c, const json_t *record, bool known, int64_t bytes)
{
	struct words *full = cell(c, CELL_MEMORY, FULL), *brief = cell(c, CELL_MEMORY, BRIEF);
	int64_t limit;

	if (!known)
		return;
	words__size(full, bytes);
	put_short_size(brief, bytes);
	if (read_limit(record, &limit) && limit > 0) {
		words__put(full, " of ");
		words__size(full, limit);
		words__put(brief, "/");
		put_short_size(brief, limit);
	} else if (value__is(record, "oom.constraint", "none")) {
		words__put(full, ", the whole machine was out of memory");
	}
}

/* ---- the kinds of records ---- */

static void put_kill(struct cells *c, const json_t *record, const struct label *label)
{
	int64_t bytes = 0;
	bool known = held_by_process(record, &bytes);

	put_place(c, label);
	put_name(cell(c, CELL_WHAT, FULL), record, "oom.kind", "killed");
	put_process(c, record);
	put_memory(c, record, known, bytes);
}

static void put_incident(struct cells *c, const json_t *record, const struct label *label)
{
	int64_t bytes = 0;
	bool known = held_by_victims(record, &bytes);

	put_place(c, label);
	put_name(cell(c, CELL_WHAT, FULL), record, "verdict", "no verdict");
	if (label->standing == STANDING_BAD)
		words__put(cell(c, CELL_WHAT, FULL), " INCONSISTENT");
	c->color = label->standing == STANDING_BAD    ? CELLS_RED
		   : label->standing == STANDING_GOOD ? CELLS_GREEN
						      : CELLS_YELLOW;
	put_member(c, record, label);
	put_memory(c, record, known, bytes);
	put_name(cell(c, CELL_MEANING, FULL), record, "meaning", "");
}

static void put_gap(struct cells *c, const json_t *record, const struct label *label)
{
	struct words *what = cell(c, CELL_WHAT, FULL);
	int64_t count = 0;

	value__number(record, "count", &count);
	words__put(what, "%" PRId64 " victim%s without a record", count, count == 1 ? "" : "s");
	c->color = CELLS_YELLOW;
}

typedef void put_record(struct cells *c, const json_t *record, const struct label *label);

static put_record *putter_of(const json_t *record)
{
	static const struct {
		const char *type, *state;
		put_record *put;
	} kinds[] = {
		{"oom_kill", NULL, put_kill},
		{"oom_incident", "closed", put_incident},
		{"gap", NULL, put_gap},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (value__is(record, "type", kinds[i].type) &&
		    (!kinds[i].state || value__is(record, "state", kinds[i].state)))
			return kinds[i].put;
	return NULL;
}

size_t row__put(char *buf, size_t cap, const json_t *record, const struct row_style *style)
{
	put_record *put = putter_of(record);
	struct cells cells;
	struct label label;
	size_t len = 0;

	if (!put)
		return 0;
	cells__init(&cells);
	if (!label__read(&label, record)) {
		put_time(&cells, record);
		if (style->node)
			put_name(cell(&cells, CELL_NODE, FULL), record, "host.name", "-");
		put(&cells, record, &label);
		cells__fit(&cells, style->columns);
		len = cells__put(buf, cap, &cells, style->color);
	}
	label__free(&label);
	return len;
}
