// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Times as text, and kernel time against the time of day. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "node/clock.h"

#define NS_PER_S  1000000000LL
#define NS_PER_MS 1000000LL

static const struct {
	int64_t ns;
	const char *text;
} times[] = {
	{0, "1970-01-01T00:00:00.000000000Z"},
	{1, "1970-01-01T00:00:00.000000001Z"},
	{999999999, "1970-01-01T00:00:00.999999999Z"},
	{NS_PER_S, "1970-01-01T00:00:01.000000000Z"},
	{1795493414012345678, "2026-11-24T04:10:14.012345678Z"},
	/* before the epoch */
	{-1, "1969-12-31T23:59:59.999999999Z"},
	{-999999999, "1969-12-31T23:59:59.000000001Z"},
	{-NS_PER_S, "1969-12-31T23:59:59.000000000Z"},
	{-NS_PER_S - 1, "1969-12-31T23:59:58.999999999Z"},
	{-86400 * NS_PER_S, "1969-12-31T00:00:00.000000000Z"},
	/* leap days, and a year that has none */
	{951782400 * NS_PER_S, "2000-02-29T00:00:00.000000000Z"},
	{1709251199 * NS_PER_S + 999999999, "2024-02-29T23:59:59.999999999Z"},
	{1709251200 * NS_PER_S, "2024-03-01T00:00:00.000000000Z"},
	{4107542399 * NS_PER_S, "2100-02-28T23:59:59.000000000Z"},
	{4107542400 * NS_PER_S, "2100-03-01T00:00:00.000000000Z"},
	/* where 32 bits of seconds end */
	{2147483648 * NS_PER_S, "2038-01-19T03:14:08.000000000Z"},
	{4294967296 * NS_PER_S, "2106-02-07T06:28:16.000000000Z"},
	/* the ends of 64 bits of nanoseconds: no time has a year of more than four digits */
	{INT64_MAX, "2262-04-11T23:47:16.854775807Z"},
	{INT64_MIN, "1677-09-21T00:12:43.145224192Z"},
};

static void assert_times(void)
{
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		char text[CLOCK_TEXT_BYTES];

		memset(text, 'x', sizeof(text));
		clock__format(text, times[i].ns);
		assert_string_equal(text, times[i].text);
	}
}

static void formats_times(void **state)
{
	assert_times();
}

static void formats_utc_wherever_it_runs(void **state)
{
	static const char *const zones[] = {"UTC", "XXX-14", "XXX+12", "EST5EDT", "", ":nowhere"};

	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		setenv("TZ", zones[i], 1);
		tzset();
		assert_times();
	}
	unsetenv("TZ");
	tzset();
}

/* A record is not trusted: no number in it may be an overflow. */
static void formats_boot_times_of_any_size(void **state)
{
	char text[CLOCK_TEXT_BYTES];

	clock__format_boot(text, NS_PER_S, 1795493413012345678);
	assert_string_equal(text, "2026-11-24T04:10:14.012345678Z");
	clock__format_boot(text, UINT64_MAX, NS_PER_S + 1);
	assert_string_equal(text, "1970-01-01T00:00:01.000000000Z");
	clock__format_boot(text, INT64_MAX, 1);
	assert_string_equal(text, "1677-09-21T00:12:43.145224192Z");
}

static int64_t clock_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static void boot_time_is_the_kernels(void **state)
{
	int64_t before = clock_ns(CLOCK_BOOTTIME);
	int64_t now = clock__boot_ns();

	assert_in_range(now, before, clock_ns(CLOCK_BOOTTIME));
}

/* Between the readings on either side, and half a millisecond for the rounding. */
static void boot_to_real_is_right_to_the_millisecond(void **state)
{
	int64_t least = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_BOOTTIME);
	int64_t offset = clock__boot_to_real_ns(0);
	int64_t before = clock_ns(CLOCK_BOOTTIME);
	int64_t most = clock_ns(CLOCK_REALTIME) - before;

	assert_int_equal(offset % NS_PER_MS, 0);
	assert_true(offset >= least - NS_PER_MS);
	assert_true(offset <= most + NS_PER_MS);
}

static void boot_to_real_keeps_what_is_still_right(void **state)
{
	int64_t offset = clock__boot_to_real_ns(0);

	assert_int_equal(clock__boot_to_real_ns(offset), offset);
	assert_int_equal(clock__boot_to_real_ns(offset + 1), offset + 1);
	assert_int_equal(clock__boot_to_real_ns(offset - 1), offset - 1);
}

/* The clock was set: forward, back, and far. */
static void boot_to_real_follows_a_clock_that_was_set(void **state)
{
	static const int64_t steps[] = {NS_PER_S, -NS_PER_S, 3600 * NS_PER_S, -3600 * NS_PER_S};
	int64_t offset = clock__boot_to_real_ns(0);

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		assert_in_range(clock__boot_to_real_ns(offset + steps[i]), offset - NS_PER_MS,
				offset + NS_PER_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_times),
		cmocka_unit_test(formats_utc_wherever_it_runs),
		cmocka_unit_test(formats_boot_times_of_any_size),
		cmocka_unit_test(boot_time_is_the_kernels),
		cmocka_unit_test(boot_to_real_is_right_to_the_millisecond),
		cmocka_unit_test(boot_to_real_keeps_what_is_still_right),
		cmocka_unit_test(boot_to_real_follows_a_clock_that_was_set),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
