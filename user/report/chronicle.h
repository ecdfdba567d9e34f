/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Records of one or several nodes, in whatever order, to the incidents in order of time: of each
 * the record that says most, and that of the chosen victim. Counts what a record delivered twice is
 * once, and knows for each node when kills may be missing. Records are kept as text, some 5 KB an
 * incident.
 */
#ifndef OOMTRACE_REPORT_CHRONICLE_H
#define OOMTRACE_REPORT_CHRONICLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "journal/holes.h"
#include "journal/label.h"

struct chronicle_incident {
	int64_t ns;	     /* of the kill, since 1970; INT64_MIN: the log has no date */
	size_t node;	     /* which of nodes */
	bool closed;	     /* record says its outcome */
	char *record;	     /* JSON */
	char *kill;	     /* JSON; NULL: none */
	char *place, *group; /* as its label has them */
	enum standing standing;
	size_t sequence; /* in which order they came */
};

struct chronicle_node {
	char *name;
	struct holes holes;
	bool klog; /* some of it is from the kernel's log, which has holes that nobody knows */
};

struct chronicle {
	struct chronicle_incident *incidents;
	size_t n_incidents, room;
	struct chronicle_node *nodes; /* by name, once ended */
	size_t n_nodes;
	json_t *slots; /* uid of the chosen victim's record to its incident */
	json_t *seen;  /* uids of all records but exits */
	json_t *names; /* of nodes, to their place */
	uint64_t kills;
	uint64_t without_incident; /* chosen victims of which only the kill is known */
	int64_t first_ns, last_ns; /* of all records; INT64_MAX, INT64_MIN: none has a time */
};

/* 0 or -ENOMEM. To be freed in both cases. */
int chronicle__init(struct chronicle *c);
void chronicle__free(struct chronicle *c);

/* 0 or -ENOMEM. What is no record of interest is passed over. */
int chronicle__take(struct chronicle *c, const json_t *record);

/* After the last one: puts all in order. 0 or -ENOMEM. */
int chronicle__end(struct chronicle *c);

#endif /* OOMTRACE_REPORT_CHRONICLE_H */
