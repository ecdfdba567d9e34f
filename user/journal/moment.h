/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A time as one says it: "2026-11-24 04:10", "2h ago", "-90m", "today", "yesterday". */
#ifndef OOMTRACE_JOURNAL_MOMENT_H
#define OOMTRACE_JOURNAL_MOMENT_H

#include <stdint.h>
#include <time.h>

/* *ns since 1970, in the zone of stamp__set_zone(). 0 or -EINVAL. */
int moment__parse(const char *text, time_t now, int64_t *ns);

#define MOMENT_ZONE "UTC" /* unless --tz says another */

/* The value of --tz, NULL: none. 0, or -EINVAL, which is said on stderr. */
int moment__set_zone(const char *zone);

/* The value of --NAME; NULL: none, and *ns stays. 0, or -EINVAL, which is said on stderr. */
int moment__read(const char *name, const char *text, int64_t *ns);

#endif /* OOMTRACE_JOURNAL_MOMENT_H */
