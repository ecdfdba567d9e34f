// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Times as one says them, and what is none. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "explain/stamp.h"
#include "journal/moment.h"

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
		{"UTC", "2026-11-24 04:10", NOW - 14},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t ns = 0;

		assert_int_equal(stamp__set_zone(cases[i].zone), 0);
		assert_int_equal(moment__parse(cases[i].text, NOW, &ns), 0);
		assert_int_equal(ns / 1000000000, cases[i].s);
	}
}

static void others_are_refused(void **state)
{
	static const char *const cases[] = {
		"",	   "-",	       "2h",
		"-2h ago", "2 ago",    "2w ago",
		"--2h",	   "-100001s", "-99999999999999999999h",
		"todayx",  "Today",    "ago",
		"-2",	   "2h  ago",  "- 2h",
		"\xff",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t ns = 7;

		assert_int_equal(moment__parse(cases[i], NOW, &ns), -EINVAL);
		assert_int_equal(ns, 7);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read),
		cmocka_unit_test(others_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
