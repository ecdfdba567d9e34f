/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * How many incidents there were, bin by bin of the time, and the columns that show it: above the
 * line what was left inconsistent, on it, thinner, what was not judged, and below the line what is
 * consistent. Twice as many are one step more. timeline.js draws the same of what passes the filters.
 */
#ifndef OOMTRACE_REPORT_TRACK_H
#define OOMTRACE_REPORT_TRACK_H

#include <stdint.h>
#include <stdio.h>

#include "journal/label.h"

#define TRACK_BINS 120
#define TRACK_HIGH "30" /* px */

struct track {
	uint32_t bins[TRACK_BINS][N_STANDINGS];
};

/* A path of SVG for each standing; a bin is one wide. */
void track__put(FILE *out, const struct track *t);

#endif /* OOMTRACE_REPORT_TRACK_H */
