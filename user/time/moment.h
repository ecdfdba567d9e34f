/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A time as people write it: "2026-11-24", "2026-11-24 04:10", "2026-11-24T04:10:14Z", "2h ago",
 * "-90m", "today", "yesterday".
 */
#ifndef OOMTRACE_MOMENT_H
#define OOMTRACE_MOMENT_H

#include <stdint.h>
#include <time.h>

/* *ns since 1970, in the zone of zone__set(). 0 or -EINVAL. */
int moment__parse(const char *text, time_t now, int64_t *ns);

/* The value of --NAME; NULL: none, and *ns stays. 0, or -EINVAL, which is said on stderr. */
int moment__read(const char *name, const char *text, int64_t *ns);

#endif /* OOMTRACE_MOMENT_H */
