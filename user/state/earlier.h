/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What a run takes over from the state that an earlier one left: its last kill. */
#ifndef OOMTRACE_EARLIER_H
#define OOMTRACE_EARLIER_H

#include <stddef.h>

#define EARLIER_LAST_BYTES 4096

struct earlier {
	char last[EARLIER_LAST_BYTES]; /* "last" of a state, as JSON */
};

/* Of what is no state, "null". */
void earlier__take(struct earlier *e, const char *text, size_t bytes);

/* The same of what is in the file, if it can be read. */
void earlier__read(struct earlier *e, const char *path);

#endif /* OOMTRACE_EARLIER_H */
