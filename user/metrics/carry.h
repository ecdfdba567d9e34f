/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The text of an earlier run, read back: counters go on from there. Strict, and pure. */
#ifndef OOMTRACE_CARRY_H
#define OOMTRACE_CARRY_H

#include "metrics/metrics.h"

/*
 * What text has of counters into m, which is new. 0; or -EBADMSG with m as new: it was damaged; or
 * -EEXIST: it is no text of oomtrace's. An empty one is neither. text is changed.
 */
int carry__read(struct metrics *m, char *text, size_t bytes);

#endif /* OOMTRACE_CARRY_H */
