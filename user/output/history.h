/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What an earlier run left in the output file: where it had got to. */
#ifndef OOMTRACE_HISTORY_H
#define OOMTRACE_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "node/clock.h"

struct history {
	bool known;		     /* kills and time are */
	uint64_t kills;		     /* /proc/vmstat oom_kill that the last records account for */
	char time[CLOCK_TEXT_BYTES]; /* of the last record */
};

/*
 * Reads the end of the JSON lines at path, of this boot only; lines that are no records are passed
 * over. h->known is false when there is nothing to go by. Allocates: for the start only.
 */
void history__read(struct history *h, const char *path, const char *boot_id);

#endif /* OOMTRACE_HISTORY_H */
