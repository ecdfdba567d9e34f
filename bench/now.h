/* SPDX-License-Identifier: GPL-2.0 */
#ifndef OOMTRACE_BENCH_NOW_H
#define OOMTRACE_BENCH_NOW_H

#include <stdint.h>
#include <time.h>

/* CLOCK_MONOTONIC */
static inline uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

#endif /* OOMTRACE_BENCH_NOW_H */
