/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Kernel time (CLOCK_BOOTTIME, in ns) as the time of day, and its text. */
#ifndef OOMTRACE_CLOCK_H
#define OOMTRACE_CLOCK_H

#include <stdint.h>

#define CLOCK_TEXT_BYTES sizeof("2026-11-24T04:10:14.012345678Z")

/* CLOCK_BOOTTIME now, in ns. */
uint64_t clock__boot_ns(void);

/*
 * What to add to CLOCK_BOOTTIME for the time of day, to the millisecond. It changes only when the
 * clock is set, since both run at the same rate. Rounded, and last_ns (an earlier answer, 0 for
 * none) kept where it is still right, so that one moment has one text whoever asks: a process's
 * creation time identifies it.
 */
int64_t clock__boot_to_real_ns(int64_t last_ns);

/* real_ns since the epoch, as RFC 3339 in UTC: 2026-11-24T04:10:14.012345678Z. */
void clock__format(char text[CLOCK_TEXT_BYTES], int64_t real_ns);

/* The same of CLOCK_BOOTTIME. What goes past the ends of 64 bits comes in again at the other. */
void clock__format_boot(char text[CLOCK_TEXT_BYTES], uint64_t boot_ns, int64_t boot_to_real_ns);

#endif /* OOMTRACE_CLOCK_H */
