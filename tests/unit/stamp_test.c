// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Times of logs: each form, what is assumed where a line does not say it, and what is no time. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "explain/stamp.h"
#include "node/clock.h"

#define NS_PER_S 1000000000LL
#define LATEST	 (1795493414 * NS_PER_S) /* 2026-11-24T04:10:14Z */

static struct stamp find(const char *line, const char *date)
{
	struct stamp_rules rules = {.date = date, .latest_ns = LATEST};
	size_t len = strlen(line);
	char *exact = memcpy(malloc(len + !len), line, len); /* ASan sees who reads on */
	struct stamp stamp = stamp__find((struct text){exact, len}, &rules);

	free(exact);
	return stamp;
}

static void assert_time(const char *line, const char *date, const char *time)
{
	struct stamp stamp = find(line, date);
	char text[CLOCK_TEXT_BYTES] = "none";

	if (stamp.known)
		clock__format(text, stamp.ns);
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
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_time(cases[i], NULL, "none");
}

static void says_what_it_assumes(void **state)
{
	struct stamp stamp = find("2026-11-24 04:10:14 x", NULL);

	assert_true(stamp.no_zone && stamp.whole && !stamp.no_date && !stamp.no_year);
	stamp = find("2026-11-24 04:10:14.0Z x", NULL);
	assert_true(!stamp.no_zone && !stamp.whole && !stamp.no_date && !stamp.no_year);
	stamp = find("Nov 24 04:10:14 x", NULL);
	assert_true(stamp.no_zone && !stamp.no_date && stamp.no_year);
	stamp = find("04:10:14 x", NULL);
	assert_true(stamp.no_zone && stamp.no_date && !stamp.no_year);
}

static void takes_the_date(void **state)
{
	assert_time("04:10:15 x", "2026-11-20", "2026-11-20T04:10:15.0");
	assert_time("Nov 24 04:10:14 x", "2026-11-20", "2026-11-24T04:10:14.0");
	assert_true(stamp__is_date("2026-11-24"));
	assert_false(stamp__is_date("2026-13-24"));
	assert_false(stamp__is_date("24.11.2026"));
	assert_false(stamp__is_date("2026-11-24 "));
	assert_false(stamp__is_date(""));
}

static void takes_the_zone(void **state)
{
	static const char *const bad[] = {"",
					  "Nowhere/At_All",
					  "+3",
					  "+15:00",
					  "+03:00x",
					  "../../etc/passwd",
					  "/etc/localtime"};

	assert_int_equal(stamp__set_zone("+03:00"), 0);
	assert_time("2026-11-24 07:10:14 x", NULL, "2026-11-24T04:10:14.0");
	assert_time("2026-11-24 04:10:14Z x", NULL, "2026-11-24T04:10:14.0");
	assert_time("07:10:14 x", NULL, "2026-11-24T04:10:14.0");
	assert_time("07:10:15 x", NULL, "2026-11-23T04:10:15.0");
	assert_int_equal(stamp__set_zone("-05:30"), 0);
	assert_time("2026-11-23 22:40:14 x", NULL, "2026-11-24T04:10:14.0");
	assert_int_equal(stamp__set_zone("UTC"), 0);
	assert_time("2026-11-24 04:10:14 x", NULL, "2026-11-24T04:10:14.0");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (stamp__set_zone(bad[i]) != -EINVAL)
			fail_msg("%s is taken for a zone", bad[i]);
}

static void parses_what_people_give(void **state)
{
	static const char *const good[][2] = {
		{"2026-11-24", "2026-11-24T00:00:00"},
		{"2026-11-24 04:10", "2026-11-24T04:10:00"},
		{"2026-11-24T04:10:14.5Z", "2026-11-24T04:10:14.5"},
		{"2026-11-24T04:10:14.012345678Z", "2026-11-24T04:10:14.012345678Z"},
	};
	int64_t ns;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		char text[CLOCK_TEXT_BYTES];

		assert_int_equal(stamp__parse(good[i][0], &ns), 0);
		clock__format(text, ns);
		assert_memory_equal(text, good[i][1], strlen(good[i][1]));
	}
	assert_int_equal(stamp__parse("yesterday", &ns), -EINVAL);
	assert_int_equal(stamp__parse("", &ns), -EINVAL);
	assert_int_equal(stamp__parse("2026-11-24x", &ns), -EINVAL);
}

static int in_utc(void **state)
{
	return stamp__set_zone("UTC");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_forms),		cmocka_unit_test(is_not_misled),
		cmocka_unit_test(says_what_it_assumes), cmocka_unit_test(takes_the_date),
		cmocka_unit_test(takes_the_zone),	cmocka_unit_test(parses_what_people_give),
	};

	return cmocka_run_group_tests(tests, in_utc, NULL);
}
