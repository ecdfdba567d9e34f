// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Kernel time as the time of day. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "node/clock.h"

#define NS_PER_S 1000000000LL
#define ROUND_NS 1000000LL
#define TRIES	 5

static int64_t clock_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

uint64_t clock__boot_ns(void)
{
	return clock_ns(CLOCK_BOOTTIME);
}

int64_t clock__boot_to_real_ns(int64_t last_ns)
{
	int64_t offset = 0, error = INT64_MAX;

	/* The two can't be read at one instant: the error is the time between. */
	for (int i = 0; i < TRIES && error > ROUND_NS / TRIES; i++) {
		int64_t before = clock_ns(CLOCK_BOOTTIME);
		int64_t real = clock_ns(CLOCK_REALTIME);
		int64_t took = clock_ns(CLOCK_BOOTTIME) - before;

		if (took >= error)
			continue;
		error = took;
		offset = real - (before + took / 2);
	}
	offset = (offset + ROUND_NS / 2) / ROUND_NS * ROUND_NS;
	return llabs(offset - last_ns) <= ROUND_NS + error ? last_ns : offset;
}

static void put_digits(char *at, int width, uint32_t value)
{
	for (; width--; value /= 10)
		at[width] = '0' + value % 10;
}

void clock__format(char text[CLOCK_TEXT_BYTES], int64_t real_ns)
{
	int64_t ns = real_ns % NS_PER_S;
	time_t s = real_ns / NS_PER_S;
	struct tm tm;

	if (ns < 0) {
		ns += NS_PER_S;
		s--;
	}
	gmtime_r(&s, &tm);
	memcpy(text, "2026-11-24T04:10:14.012345678Z", CLOCK_TEXT_BYTES);
	put_digits(text, 4, tm.tm_year + 1900);
	put_digits(text + 5, 2, tm.tm_mon + 1);
	put_digits(text + 8, 2, tm.tm_mday);
	put_digits(text + 11, 2, tm.tm_hour);
	put_digits(text + 14, 2, tm.tm_min);
	put_digits(text + 17, 2, tm.tm_sec);
	put_digits(text + 20, 9, ns);
}

void clock__format_boot(char text[CLOCK_TEXT_BYTES], uint64_t boot_ns, int64_t boot_to_real_ns)
{
	clock__format(text, (int64_t)(boot_ns + (uint64_t)boot_to_real_ns));
}
