// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Times of logs: each form, what is assumed where a line does not say it, and what is no found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "explain/log_time.h"
#include "node/clock.h"
#include "time/zone.h"

#define NS_PER_S 1000000000LL
#define LATEST	 (1795493414 * NS_PER_S) /* 2026-11-24T04:10:14Z */

static struct log_time find(const char *line, const char *date)
{
	struct log_time_rules rules = {.latest_ns = LATEST};
	size_t len = strlen(line);
	char *exact = memcpy(malloc(len + !len), line, len); /* ASan sees who reads on */
	struct log_time found;

	assert_true(!date || form__is("Y-m-d", date, &rules.date));
	found = log_time__find((struct text){exact, len}, &rules);
	free(exact);
	return found;
}

static void assert_time(const char *line, const char *date, const char *time)
{
	struct log_time found = find(line, date);
	char text[CLOCK_TEXT_BYTES] = "none";

	if (found.known)
		clock__format(text, found.ns);
	if (strncmp(text, time, strlen(time)))
		fail_msg("%s: %s, not %s", line, text, time);
}

static void knows_forms(void **state)
{
	static const char *const cases[][2] = {
		{"2026-11-24T04:10:14.123456789Z stderr F x", "2026-11-24T04:10:14.123456789Z"},
		{"2026-11-24T04:10:14Z x", "2026-11-24T04:10:14.0"},
		{"2026-11-24T07:10:14.5+03:00 x", "2026-11-24T04:10:14.5"},
		{"2026-11-23T22:40:14-0530 x", "2026-11-24T04:10:14.0"},
		{"2026-11-24T04:10:14,123 x", "2026-11-24T04:10:14.123"},
		{"[2026-11-24 04:10:14,123] INFO x", "2026-11-24T04:10:14.123"},
		{"[2026-11-24 07:10:14 +0300] [30] [INFO] x", "2026-11-24T04:10:14.0"},
		{"2026-11-24 04:10:14.123 UTC [7] LOG:  x", "2026-11-24T04:10:14.123"},
		{"2026/11/24 04:10:14 [alert] 1#1: x", "2026-11-24T04:10:14.0"},
		{"1.2.3.4 - - [24/Nov/2026:04:10:14 +0000] \"GET", "2026-11-24T04:10:14.0"},
		{"Tue Nov 24 04:10:14 2026 - DAMN", "2026-11-24T04:10:14.0"},
		{"Sun Nov  1 04:10:14 2026 - DAMN", "2026-11-01T04:10:14.0"},
		{"Nov 24 04:10:14 node1 x[7]: y", "2026-11-24T04:10:14.0"},
		{"Nov  1 04:10:14 node1 x[7]: y", "2026-11-01T04:10:14.0"},
		{"Nov 25 04:10:14 node1 x[7]: y", "2025-11-25T04:10:14.0"},
		{"Feb 29 04:10:14 node1 x[7]: y", "2024-02-29T04:10:14.0"},
		{"(EngineCore pid=7) ERROR 11-24 04:10:14 [a.py:1] x", "2026-11-24T04:10:14.0"},
		{"E1124 04:10:14.123456 7 a.cc:1] x", "2026-11-24T04:10:14.123456"},
		{"04:10:14.123 x", "2026-11-24T04:10:14.123"},
		{"04:10:15 x", "2026-11-23T04:10:15.0"},
		{"{\"level\":\"error\",\"ts\":1795493414.5,\"msg\":\"x\"}",
		 "2026-11-24T04:10:14.5"},
		{"{\"time\":1795493414500}", "2026-11-24T04:10:14.5"},
		{"{\"log\":\"x\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-24T04:10:14.1Z\"}",
		 "2026-11-24T04:10:14.1"},
		{"04:10:13 2026-11-24T04:10:14Z", "2026-11-24T04:10:14.0"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_time(cases[i][0], NULL, cases[i][1]);
}

static void is_not_misled(void **state)
{
	static const char *const cases[] = {
		"",
		"x",
		"4:10:14",
		"24:10:14",
		"04:60:14",
		"104:10:14",
		"04:10:144",
		"a04:10:14",
		"1:04:10:14",
		"2026-11-24",
		"2026-11-24T",
		"2026-11-24T04:10",
		"12:34",
		"1234567890",
		"9999999999",
		"17954934140",
		"pid 1795493414x",
		"::1",
		"0.04:10:14",
		"2026-02-30T04:10:14Z",
		"Feb 30 04:10:14",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_time(cases[i], NULL, "none");
}

static void says_what_it_assumes(void **state)
{
	struct log_time found = find("2026-11-24 04:10:14 x", NULL);

	assert_true(found.no_zone && found.whole && !found.no_date && !found.no_year);
	found = find("2026-11-24 04:10:14.0Z x", NULL);
	assert_true(!found.no_zone && !found.whole && !found.no_date && !found.no_year);
	found = find("Nov 24 04:10:14 x", NULL);
	assert_true(found.no_zone && !found.no_date && found.no_year);
	found = find("04:10:14 x", NULL);
	assert_true(found.no_zone && found.no_date && !found.no_year);
}

static void takes_the_date(void **state)
{
	assert_time("04:10:15 x", "2026-11-20", "2026-11-20T04:10:15.0");
	assert_time("Nov 24 04:10:14 x", "2026-11-20", "2026-11-24T04:10:14.0");
}

static void takes_the_zone(void **state)
{
	assert_int_equal(zone__set("+03:00"), 0);
	assert_time("2026-11-24 07:10:14 x", NULL, "2026-11-24T04:10:14.0");
	assert_time("2026-11-24 04:10:14Z x", NULL, "2026-11-24T04:10:14.0");
	assert_time("07:10:14 x", NULL, "2026-11-24T04:10:14.0");
	assert_time("07:10:15 x", NULL, "2026-11-23T04:10:15.0");
	assert_int_equal(zone__set("-05:30"), 0);
	assert_time("2026-11-23 22:40:14 x", NULL, "2026-11-24T04:10:14.0");
	assert_int_equal(zone__set("UTC"), 0);
	assert_time("2026-11-24 04:10:14 x", NULL, "2026-11-24T04:10:14.0");
}

static int in_utc(void **state)
{
	return zone__set("UTC");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_forms),		cmocka_unit_test(is_not_misled),
		cmocka_unit_test(says_what_it_assumes), cmocka_unit_test(takes_the_date),
		cmocka_unit_test(takes_the_zone),
	};

	return cmocka_run_group_tests(tests, in_utc, NULL);
}
