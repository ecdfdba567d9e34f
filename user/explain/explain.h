/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * oomtrace explain: joins an application's own log with what oomtrace recorded, and says of each
 * line that tells of a dead process whether it was the OOM killer; or tells kills from the records
 * alone.
 */
#ifndef OOMTRACE_EXPLAIN_H
#define OOMTRACE_EXPLAIN_H

#include "options/options.h"

/* The whole job; says on stderr what is wrong. The exit status: 3 if lines of events were bad. */
int explain__run(const struct options *options);

#endif /* OOMTRACE_EXPLAIN_H */
