/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * When there were incidents: a row for all, one for each node, and below it one for each of its
 * lanes. A row is a name, a track of SVG and a count; data-lanes="3-7" says which lanes it is of.
 */
#ifndef OOMTRACE_REPORT_TIMELINE_H
#define OOMTRACE_REPORT_TIMELINE_H

#include <stdint.h>
#include <stdio.h>

#include "report/chronicle.h"
#include "report/lanes.h"
#include "report/track.h"

#define TIMELINE_LANES 40 /* those with the most incidents */

struct timeline {
	const struct chronicle *chronicle;
	const struct lanes *lanes;
	int64_t begin_ns, bin_ns;
};

void timeline__init(struct timeline *t, const struct chronicle *c, const struct lanes *l);
void timeline__put(FILE *out, const struct timeline *t);

#endif /* OOMTRACE_REPORT_TIMELINE_H */
