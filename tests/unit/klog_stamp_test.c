// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Times before the lines of a kernel log: each form, what follows it, and what is no time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "klog/stamp.h"
#include "node/clock.h"
#include "time/zone.h"

#define NOW_NS 1795493414000000000 /* 2026-11-24T04:10:14Z */

enum form { BRACKET, ISO, SYSLOG, FULL, UNIX };

static bool cut(enum form form, struct slice *s, struct stamp_context *context, struct stamp *stamp)
{
	switch (form) {
	case BRACKET:
		return stamp__cut_bracket(s, context, stamp);
	case ISO:
		return stamp__cut_iso(s, context, stamp);
	case SYSLOG:
		return stamp__cut_syslog(s, context, stamp);
	case FULL:
		return stamp__cut_full(s, context, stamp);
	case UNIX:
		return stamp__cut_unix(s, stamp);
	}
	return false;
}

static struct stamp_context context;

/* What is cut of the line; ASan sees who reads on. */
static size_t cut_exact(enum form form, const char *line, struct stamp *stamp)
{
	size_t len = strlen(line), rest;
	char *exact = memcpy(malloc(len + !len), line, len);
	struct slice s = {exact, len};

	*stamp = (struct stamp){0};
	if (!cut(form, &s, &context, stamp))
		assert_int_equal(s.n, len);
	rest = s.n;
	free(exact);
	return len - rest;
}

static void assert_real(enum form form, const char *line, const char *time)
{
	char text[CLOCK_TEXT_BYTES];
	struct stamp stamp;
	size_t n = cut_exact(form, line, &stamp);

	if (!n || strcmp(line + n, "x"))
		fail_msg("%s: %zu bytes are its time", line, n);
	assert_true(stamp.real_known && !stamp.boot_known);
	clock__format(text, stamp.real_ns);
	if (strncmp(text, time, strlen(time)))
		fail_msg("%s: %s, not %s", line, text, time);
}

static void knows_times_of_day(void **state)
{
	static const struct {
		enum form form;
		const char *line, *time;
	} cases[] = {
		{BRACKET, "[Tue Nov 24 04:00:00 2026] x", "2026-11-24T04:00:00.0"},
		{BRACKET, "[Sun Nov  1 04:00:00 2026] x", "2026-11-01T04:00:00.0"},
		{BRACKET, "[Nov24 04:00] x", "2026-11-24T04:00:00.0"},
		{BRACKET, "[Nov 4 04:00] x", "2026-11-04T04:00:00.0"},
		{ISO, "2026-11-24T04:00:00,123456+00:00 x", "2026-11-24T04:00:00.123456"},
		{ISO, "2026-11-24T07:00:00+0300 x", "2026-11-24T04:00:00.0"},
		{ISO, "2026-11-24T04:00:00.123456789123Z x", "2026-11-24T04:00:00.123456789"},
		{SYSLOG, "Nov 24 04:00:00 x", "2026-11-24T04:00:00.0"},
		{SYSLOG, "Nov  4 04:00:00.5 x", "2026-11-04T04:00:00.5"},
		{SYSLOG, "Feb 29 04:00:00 x", "2024-02-29T04:00:00.0"},
		{FULL, "Tue 2026-11-24 04:00:00 UTC x", "2026-11-24T04:00:00.0"},
		{FULL, "Tue 2026-11-24 04:00:00.25 UTC x", "2026-11-24T04:00:00.25"},
		{FULL, "Tue 2026-11-24 04:00:00 +03 x", "2026-11-24T04:00:00.0"}, /* TZ's: UTC */
		{UNIX, "1795500000.123456 x", "2026-11-24T06:00:00.123456"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_real(cases[i].form, cases[i].line, cases[i].time);
}

static void knows_time_since_boot(void **state)
{
	static const struct {
		const char *line;
		uint64_t ns;
	} cases[] = {
		{"[    4.136985] x", 4136985000},
		{"[0.000000]x", 0},
		{"[    4.136985 <    0.000123>] x", 4136985000},
		{"[12345678.9] x", 12345678900000000},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stamp stamp;

		assert_int_equal(cut_exact(BRACKET, cases[i].line, &stamp),
				 strlen(cases[i].line) - 1);
		assert_true(stamp.boot_known && !stamp.real_known);
		assert_int_equal(stamp.boot_ns, cases[i].ns);
	}
}

static void passes_over_what_is_no_time(void **state)
{
	static const struct {
		enum form form;
		const char *line;
	} cases[] = {
		{BRACKET, ""},
		{BRACKET, "["},
		{BRACKET, "[]"},
		{BRACKET, "[  pid  ] x"},
		{BRACKET, "[    132]     0 x"},
		{BRACKET, "[4.] x"},
		{BRACKET, "[99999999999999999999.0] x"},
		{BRACKET, "[Tue Nov 31 04:00:00 2026] x"},
		{BRACKET, "[Tue Nov 24 04:00:00 2026"},
		{ISO, "2026-11-24T04:00:00 x"}, /* whose zone? */
		{ISO, "2026-13-24T04:00:00Z x"},
		{ISO, "9999-11-24T04:00:00Z x"},
		{ISO, "2026-11-24T04:00:00Z"},
		{SYSLOG, "Nov 24 24:00:00 x"},
		{SYSLOG, "Feb 30 04:00:00 x"},
		{SYSLOG, "Nov 24 04:00:00"},
		{SYSLOG, "Nov"},
		{FULL, "Tue 2026-11-24 04:00:00"},
		{FULL, "Tue 2026-11-24 04:00:00  x"},
		{UNIX, "1795500000 x"},
		{UNIX, "1795500000.5"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stamp stamp;

		if (cut_exact(cases[i].form, cases[i].line, &stamp))
			fail_msg("\"%s\" has a time", cases[i].line);
	}
}

static void a_year_is_the_latest_that_is_not_ahead(void **state)
{
	assert_real(SYSLOG, "Nov 25 04:00:00 x", "2026-11-25"); /* a clock may be a day ahead */
	assert_real(SYSLOG, "Nov 26 04:00:00 x", "2025-11-26");
	assert_true(context.assumed);
}

static void a_difference_adds_to_the_time_before(void **state)
{
	struct stamp stamp;

	assert_int_equal(cut_exact(BRACKET, "[  +1.000000] x", &stamp), 14);
	assert_false(stamp.real_known);
	assert_real(BRACKET, "[Nov24 04:00] x", "2026-11-24T04:00:00.0");
	assert_real(BRACKET, "[  +1.500000] x", "2026-11-24T04:00:01.5");
	assert_real(BRACKET, "[  +0.250000] x", "2026-11-24T04:00:01.75");
}

static void says_what_it_assumes(void **state)
{
	assert_real(ISO, "2026-11-24T04:00:00Z x", "2026-11-24T04");
	assert_real(FULL, "Tue 2026-11-24 04:00:00 UTC x", "2026-11-24T04");
	assert_false(context.assumed);
	assert_real(BRACKET, "[Tue Nov 24 04:00:00 2026] x", "2026-11-24T04");
	assert_true(context.assumed);
}

static int set_up(void **state)
{
	context = (struct stamp_context){.now_real_ns = NOW_NS};
	return zone__set("UTC");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(knows_times_of_day, set_up),
		cmocka_unit_test_setup(knows_time_since_boot, set_up),
		cmocka_unit_test_setup(passes_over_what_is_no_time, set_up),
		cmocka_unit_test_setup(a_year_is_the_latest_that_is_not_ahead, set_up),
		cmocka_unit_test_setup(a_difference_adds_to_the_time_before, set_up),
		cmocka_unit_test_setup(says_what_it_assumes, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
