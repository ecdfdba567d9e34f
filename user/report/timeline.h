/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* When there were incidents: for each node a list of its lanes, each with a track of SVG. */
#ifndef OOMTRACE_REPORT_TIMELINE_H
#define OOMTRACE_REPORT_TIMELINE_H

#include <stdint.h>
#include <stdio.h>

#include "report/chronicle.h"
#include "report/lanes.h"

#define TIMELINE_LANES 40  /* those with the most incidents */
#define TIMELINE_BINS  120 /* that the time is divided into */

struct timeline {
	const struct chronicle *chronicle;
	const struct lanes *lanes;
	int64_t begin_ns, bin_ns;
};

void timeline__init(struct timeline *t, const struct chronicle *c, const struct lanes *l);
void timeline__put(FILE *out, const struct timeline *t);

#endif /* OOMTRACE_REPORT_TIMELINE_H */
