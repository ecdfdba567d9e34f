// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Records in any order and delivered twice to incidents, losses and lanes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/chronicle.h"
#include "report/lanes.h"
#include "report/losses.h"
#include "report/timeline.h"

#define RECORD(type, uid, host, second, rest)                                                      \
	"{\"type\":\"" type "\",\"source\":\"kernel\",\"log\":{\"record\":{\"uid\":\"" uid         \
	"\"}},\"host\":{\"name\":\"" host "\"},\"time\":\"2026-11-24T04:10:" second                \
	".000000000Z\"" rest "}"
#define KILL(uid, host, second) RECORD("oom_kill", uid, host, second, ",\"oom\":{\"chosen\":true}")
#define INCIDENT(uid, host, second, state, rest)                                                   \
	RECORD("oom_incident", uid, host, second, ",\"state\":\"" state "\"" rest)
#define BAD ",\"consistent\":false,\"oom\":{\"hit\":{\"path\":\"/a\"}}"

static void take(struct chronicle *c, const char *const *lines, size_t n)
{
	assert_int_equal(chronicle__init(c), 0);
	for (size_t i = 0; i < n; i++) {
		json_t *record = json_loads(lines[i], 0, NULL);

		assert_non_null(record);
		assert_int_equal(chronicle__take(c, record), 0);
		json_decref(record);
	}
	assert_int_equal(chronicle__end(c), 0);
}

#define TAKE(c, lines) take(c, lines, sizeof(lines) / sizeof(*(lines)))

/* Two incidents on two nodes, the later first, their records upside down and some twice. */
static const char *const upside_down[] = {
	INCIDENT("x-9-closed", "node10", "59", "closed", BAD),
	INCIDENT("x-1-closed", "node2", "44", "closed", BAD),
	INCIDENT("x-1-open", "node2", "15", "open", ""),
	KILL("x-9", "node10", "30"),
	KILL("x-1", "node2", "14"),
	KILL("x-1", "node2", "14"),
	RECORD("oom_kill", "x-2", "node2", "14", ",\"oom\":{\"chosen\":false}"),
	RECORD("oom_exit", "x-1-exit", "node2", "20", ""),
	KILL("x-5", "node2", "50"),
	"{\"type\":\"oom_incident\"}",
};

static void puts_records_in_order(void **state)
{
	struct chronicle c;

	TAKE(&c, upside_down);
	assert_int_equal(c.kills, 4);
	assert_int_equal(c.n_incidents, 2);
	assert_int_equal(c.without_incident, 1);
	assert_int_equal(c.n_nodes, 2);
	assert_string_equal(c.nodes[0].name, "node2");
	assert_string_equal(c.nodes[1].name, "node10");
	assert_int_equal(c.incidents[0].node, 0);
	assert_int_equal(c.incidents[1].node, 1);
	assert_true(c.incidents[0].closed);
	assert_non_null(c.incidents[0].kill);
	assert_non_null(strstr(c.incidents[0].record, "x-1-closed"));
	assert_int_equal(c.incidents[0].ns, 1795493414000000000);
	assert_int_equal(c.incidents[1].ns, 1795493430000000000);
	assert_int_equal(c.first_ns, 1795493414000000000);
	assert_int_equal(c.last_ns, 1795493459000000000);
	chronicle__free(&c);
}

static char *losses_of(const struct chronicle *c, unsigned long bad_lines)
{
	char *buf = NULL;
	size_t len;
	FILE *out = open_memstream(&buf, &len);

	assert_non_null(out);
	losses__put(out, c, bad_lines);
	assert_int_equal(fclose(out), 0);
	return buf;
}

static void says_what_is_missing(void **state)
{
	static const char *const lines[] = {
		RECORD("start", "s", "n", "01", ",\"pinned\":{},\"missed\":null"),
		RECORD("gap", "g", "n", "10", ",\"count\":3"),
		RECORD("audit", "a", "n", "20", ",\"kernel\":{\"unexplained\":2}"),
		RECORD("stop", "e", "n", "30", ",\"kernel\":{\"unexplained\":2}"),
		RECORD("start", "t", "n", "40", ",\"pinned\":{\"taken_over\":false}"),
	};
	struct chronicle c;
	char *said;

	TAKE(&c, lines);
	assert_int_equal(losses__kills(&c), 5);
	said = losses_of(&c, 2);
	assert_non_null(strstr(said, "records were lost: 3 kills</li>"));
	assert_non_null(strstr(said, "counted kills that were not seen: 2 kills</li>"));
	assert_non_null(strstr(said, "no oomtrace ran: how many kills is not known</li>"));
	assert_non_null(strstr(said, "2 lines that could not be read as a record"));
	assert_null(strstr(said, "Nothing"));
	free(said);
	chronicle__free(&c);
	TAKE(&c, ((const char *const[]){KILL("x", "n", "10")}));
	said = losses_of(&c, 0);
	assert_non_null(strstr(said, "1 kill without a record of the incident"));
	free(said);
	chronicle__free(&c);
}

static void knows_that_a_log_has_holes(void **state)
{
	static const char *const lines[] = {
		"{\"type\":\"oom_incident\",\"source\":\"klog\",\"time\":null,\"host\":{\"name\":"
		"null},"
		"\"log\":{\"record\":{\"uid\":\"klog-1-1-closed\"}},\"state\":\"closed\"}",
	};
	struct chronicle c;
	char *said;

	TAKE(&c, lines);
	assert_int_equal(c.n_incidents, 1);
	assert_int_equal(c.incidents[0].ns, INT64_MIN);
	said = losses_of(&c, 0);
	assert_non_null(strstr(said, "(no host name)</b>: from the kernel's log"));
	free(said);
	chronicle__free(&c);
}

static void sorts_into_lanes(void **state)
{
	static const char *const lines[] = {
		INCIDENT("1-closed", "b", "10", "closed", BAD),
		INCIDENT("2-closed", "a", "20", "closed", BAD),
		INCIDENT("3-closed", "a", "30", "closed",
			 ",\"consistent\":true,\"oom\":{\"hit\":{\"path\":\"/b\"}}"),
		INCIDENT("4-closed", "a", "40", "closed",
			 ",\"consistent\":true,\"oom\":{\"hit\":{\"path\":\"/b\"}}"),
	};
	static const size_t of[] = {2, 1, 0, 0};
	struct chronicle c;
	struct lanes l;

	TAKE(&c, lines);
	assert_int_equal(lanes__find(&l, &c), 0);
	assert_int_equal(l.n, 3);
	assert_string_equal(l.all[0].place, "/b");
	assert_int_equal(l.all[0].incidents, 2);
	assert_int_equal(l.all[0].rank, 0);
	assert_int_equal(l.standings[STANDING_BAD], 2);
	assert_int_equal(l.standings[STANDING_GOOD], 2);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(l.of[i], of[i]);
	lanes__free(&l);
	chronicle__free(&c);
}

static char *timeline_of(const struct chronicle *c)
{
	struct timeline t;
	struct lanes l;
	char *buf = NULL;
	size_t len;
	FILE *out = open_memstream(&buf, &len);

	assert_non_null(out);
	assert_int_equal(lanes__find(&l, c), 0);
	timeline__init(&t, c, &l);
	timeline__put(out, &t);
	lanes__free(&l);
	assert_int_equal(fclose(out), 0);
	return buf;
}

static void draws_when_it_was(void **state)
{
	static const char *const lines[] = {
		INCIDENT("1-closed", "n", "10", "closed", BAD),
		INCIDENT("2-closed", "n", "10", "closed", ""),
		INCIDENT("3-closed", "n", "11", "closed", BAD),
		INCIDENT("4-closed", "n", "59", "closed", BAD),
	};
	struct chronicle c;
	char *html;

	TAKE(&c, lines);
	html = timeline_of(&c);
	assert_non_null(strstr(html, "<h3 class=\"row\" data-lanes=\"0-2\">"));
	assert_non_null(strstr(html, "aria-label=\"4 incidents, 3 inconsistent\""));
	assert_non_null(strstr(html, "<path class=\"unknown\" d=\"M0.35 7V9h0.3V7z\"/>"));
	assert_non_null(strstr(html, "<li class=\"row\" data-lanes=\"0-1\">"));
	assert_non_null(strstr(html, "aria-label=\"3 incidents, 3 inconsistent\""));
	assert_non_null(strstr(html, "<path class=\"bad\" d=\"M0.1 9V16h0.8V9z"
				     "M1.1 9V16h0.8V9zM49.1 9V16h0.8V9z\"/>"));
	assert_non_null(strstr(html, "aria-label=\"1 incident\""));
	assert_non_null(strstr(html, "<path class=\"unknown\" d=\"M0.35 9V16h0.3V9z\"/>"));
	assert_null(strstr(html, "All nodes"));
	assert_non_null(strstr(html, ">11-24 04:11</text>"));
	free(html);
	chronicle__free(&c);
}

/* What a day begins with needs no time of day: there is little room on a phone. */
static void names_days_by_their_date(void **state)
{
	static const char *const lines[] = {
		INCIDENT("1-closed", "n", "10", "closed", BAD),
		"{\"type\":\"oom_incident\",\"log\":{\"record\":{\"uid\":\"2-closed\"}},"
		"\"host\":{\"name\":\"n\"},\"time\":\"2026-11-27T00:00:00.000000000Z\"}",
	};
	struct chronicle c;
	char *html;

	TAKE(&c, lines);
	html = timeline_of(&c);
	assert_non_null(strstr(html, ">11-25</text>"));
	assert_null(strstr(html, " 00:00</text>"));
	free(html);
	chronicle__free(&c);
}

/* More lanes than are drawn, and times as far apart as a record can have them. */
static void leaves_small_lanes_out(void **state)
{
	struct chronicle c;
	char line[512], *html;

	assert_int_equal(chronicle__init(&c), 0);
	for (int i = 0; i < TIMELINE_LANES + 3; i++) {
		json_t *record;

		snprintf(line, sizeof(line),
			 "{\"type\":\"oom_incident\",\"log\":{\"record\":{\"uid\":\"%d-closed\"}},"
			 "\"host\":{\"name\":\"n\"},\"time\":\"%s-01-01T00:00:00.000000000Z\","
			 "\"oom\":{\"hit\":{\"path\":\"/%d\"}}}",
			 i, i ? "2099" : "1970", i);
		record = json_loads(line, 0, NULL);
		assert_int_equal(chronicle__take(&c, record), 0);
		json_decref(record);
	}
	assert_int_equal(chronicle__end(&c), 0);
	html = timeline_of(&c);
	assert_non_null(strstr(html, "3 more lanes with fewer, in all 3 incidents,"));
	assert_non_null(strstr(html, "d=\"M119.35 9V16h0.3V9z\"/>"));
	free(html);
	chronicle__free(&c);
}

static struct track track_of(uint32_t bad, uint32_t good, uint32_t unknown)
{
	struct track t = {0};

	t.bins[0][STANDING_BAD] = bad;
	t.bins[0][STANDING_GOOD] = good;
	t.bins[0][STANDING_UNKNOWN] = unknown;
	return t;
}

/* One is seen, twice as many are a step more, and no number leaves the row's 30 px. */
static void draws_how_many(void **state)
{
	static const struct {
		uint32_t bad, good, unknown;
		const char *paths[N_STANDINGS];
	} cases[] = {
		{0, 0, 0, {"", "", ""}},
		{1, 0, 0, {"M0.1 9V16h0.8V9z", "", ""}},
		{3, 4, 0, {"M0.1 7.75V16h0.8V7.75z", "M0.1 16V25.5h0.8V16z", ""}},
		{4, 0, 4, {"M0.1 6.5V16h0.8V6.5z", "", "M0.35 4.5V6.5h0.3V4.5z"}},
		{UINT32_MAX / 2,
		 UINT32_MAX,
		 UINT32_MAX / 2,
		 {"M0.1 2.75V16h0.8V2.75z", "M0.1 16V29.25h0.8V16z", "M0.35 0.75V2.75h0.3V0.75z"}},
	};
	static const char *const names[] = {"bad", "good", "unknown"};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct track t = track_of(cases[i].bad, cases[i].good, cases[i].unknown);
		char *svg = NULL, path[128];
		size_t len;
		FILE *out = open_memstream(&svg, &len);

		assert_non_null(out);
		track__put(out, &t);
		assert_int_equal(fclose(out), 0);
		for (int k = 0; k < N_STANDINGS; k++) {
			snprintf(path, sizeof(path), "<path class=\"%s\" d=\"%s\"/>", names[k],
				 cases[i].paths[k]);
			if (!strstr(svg, path))
				fail_msg("case %zu: no %s in %s", i, path, svg);
		}
		free(svg);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(puts_records_in_order),
		cmocka_unit_test(says_what_is_missing),
		cmocka_unit_test(knows_that_a_log_has_holes),
		cmocka_unit_test(sorts_into_lanes),
		cmocka_unit_test(draws_when_it_was),
		cmocka_unit_test(names_days_by_their_date),
		cmocka_unit_test(leaves_small_lanes_out),
		cmocka_unit_test(draws_how_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
