/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* An application's log: the lines that say something about a process, in order. */
#ifndef OOMTRACE_APP_LOG_H
#define OOMTRACE_APP_LOG_H

#include <stdio.h>

#include "explain/claim.h"

#define APP_LOG_CLAIMS 100000 /* more are counted and passed over */

struct app_log {
	const char *name; /* "-": standard input */
	uint64_t
		container; /* as in struct kill, from a file name like the kubelet's; 0: not known */
	struct claim *claims;
	size_t n, room;
	unsigned long lines;
	unsigned long left_out; /* claims for which there was no room */
};

/* 0, or a negative errno. The file stays the caller's. */
int app_log__read(struct app_log *log, const char *name, FILE *file,
		  const struct profiles *profiles, const struct log_time_rules *rules);
void app_log__free(struct app_log *log);

/* When the earliest claim with a time was written; INT64_MIN: one has none; INT64_MAX: no claims. */
int64_t app_log__earliest(const struct app_log *log);

/* The last claim of that sense about the same process before this one; NULL: none. */
const struct claim *app_log__before(const struct app_log *log, const struct claim *claim,
				    enum sense sense);

#endif /* OOMTRACE_APP_LOG_H */
