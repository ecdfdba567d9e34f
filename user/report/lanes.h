/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Sorts incidents into lanes, one for each node, pod (or container, or cgroup) and group of
 * processes.
 */
#ifndef OOMTRACE_REPORT_LANES_H
#define OOMTRACE_REPORT_LANES_H

#include <stddef.h>
#include <stdint.h>

#include "report/chronicle.h"
#include "journal/label.h"

struct lane {
	size_t node;		   /* which of the chronicle's */
	const char *place, *group; /* the chronicle's */
	uint64_t incidents;
	uint64_t standings[N_STANDINGS];
	size_t rank; /* 0: the one with the most incidents */
};

struct lanes {
	struct lane *all; /* node by node, the one with the most incidents first */
	size_t n;
	uint64_t standings[N_STANDINGS]; /* of all */
	size_t *of;			 /* each incident, in the chronicle's order */
};

/* 0 or -ENOMEM. To be freed in both cases. */
int lanes__find(struct lanes *l, const struct chronicle *c);
void lanes__free(struct lanes *l);

#endif /* OOMTRACE_REPORT_LANES_H */
