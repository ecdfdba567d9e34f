// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Times as people write them, the zones they are in, and what is neither. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "time/moment.h"
#include "time/zone.h"

#define NOW	 1795493414 /* 2026-11-24T04:10:14Z */
#define MIDNIGHT 1795478400
#define HOUR	 3600LL

static void times_are_read(void **state)
{
	static const struct {
		const char *zone, *text;
		int64_t s;
	} cases[] = {
		{"UTC", "2h ago", NOW - 2 * HOUR},
		{"UTC", "-2h", NOW - 2 * HOUR},
		{"UTC", "-90m", NOW - 90 * 60},
		{"UTC", "0s ago", NOW},
		{"UTC", "-100000d", NOW - 100000 * 24 * HOUR},
		{"UTC", "today", MIDNIGHT},
		{"UTC", "yesterday", MIDNIGHT - 24 * HOUR},
		{"+03:00", "today", MIDNIGHT - 3 * HOUR},
		{"-05:00", "today", MIDNIGHT - 19 * HOUR},
		{"UTC", "2026-11-24", MIDNIGHT},
		{"UTC", "2026-11-24 04:10", NOW - 14},
		{"+03:00", "2026-11-24 07:10", NOW - 14},
		{"+03:00", "2026-11-24T04:10:14Z", NOW},
		{"UTC", "2026-11-24T04:10:14.012345678Z", NOW},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t ns = 0;

		assert_int_equal(zone__set(cases[i].zone), 0);
		assert_int_equal(moment__parse(cases[i].text, NOW, &ns), 0);
		assert_int_equal(ns / 1000000000, cases[i].s);
	}
}

static void others_are_refused(void **state)
{
	static const char *const cases[] = {
		"",	      "-",	     "2h",
		"-2h ago",    "2 ago",	     "2w ago",
		"--2h",	      "-100001s",    "-99999999999999999999h",
		"todayx",     "Today",	     "ago",
		"-2",	      "2h  ago",     "- 2h",
		"\xff",	      "2026-11-24x", "2026-11-24 ",
		"2026-02-30", "2100-01-01",  "2026-11-24 24:00",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t ns = 7;

		assert_int_equal(moment__parse(cases[i], NOW, &ns), -EINVAL);
		assert_int_equal(ns, 7);
	}
}

static void zones_are_what_there_is(void **state)
{
	static const char *const bad[] = {
		"",
		"Nowhere/At_All",
		"+3",
		"+15:00",
		"+03:00x",
		"../../etc/passwd",
		"/etc/localtime",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (zone__set(bad[i]) != -EINVAL)
			fail_msg("%s is taken for a zone", bad[i]);
	assert_int_equal(zone__set("local"), 0);
	assert_int_equal(zone__set("UTC"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read),
		cmocka_unit_test(others_are_refused),
		cmocka_unit_test(zones_are_what_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
