/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The time in a line of an application's log, in the usual forms:
 *
 *     2026-11-24T04:10:14.123Z          RFC 3339, and what containers put before each line
 *     2026-11-24 04:10:14,123 +0000     Python, gunicorn, Java
 *     2026/11/24 04:10:14               nginx, Go
 *     24/Nov/2026:04:10:14 +0000        web servers
 *     Tue Nov 24 04:10:14 2026          uWSGI
 *     Nov 24 04:10:14                   syslog, journalctl
 *     11-24 04:10:14                    vLLM
 *     E1124 04:10:14.123456             Triton, Kubernetes
 *     04:10:14.123
 *     1795493414.123                    seconds since 1970, or as many milliseconds
 */
#ifndef OOMTRACE_LOG_TIME_H
#define OOMTRACE_LOG_TIME_H

#include <stdint.h>

#include "profile/pattern.h"
#include "time/form.h"

/* What is assumed where a line does not say it. */
struct log_time_rules {
	struct time_parts date; /* of times without one; has none: the last day before latest_ns */
	int64_t latest_ns;	/* no line is later, since 1970 */
};

struct log_time {
	bool known;
	int64_t ns; /* since 1970 */
	bool whole; /* in whole seconds: it may have been up to one second later */
	/* What the line left out. */
	bool no_zone;
	bool no_date;
	bool no_year;
};

struct log_time log_time__find(struct text line, const struct log_time_rules *rules);

#endif /* OOMTRACE_LOG_TIME_H */
