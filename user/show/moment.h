/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A time as one says it: "2026-11-24 04:10", "2h ago", "-90m", "today", "yesterday". */
#ifndef OOMTRACE_SHOW_MOMENT_H
#define OOMTRACE_SHOW_MOMENT_H

#include <stdint.h>
#include <time.h>

/* *ns since 1970, in the zone of stamp__set_zone(). 0 or -EINVAL. */
int moment__parse(const char *text, time_t now, int64_t *ns);

#endif /* OOMTRACE_SHOW_MOMENT_H */
