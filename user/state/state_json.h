/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* How a run stands, as one line of JSON: schema/state.schema.json. Pure. */
#ifndef OOMTRACE_STATE_JSON_H
#define OOMTRACE_STATE_JSON_H

#include "kernel/kernel.h"
#include "node/node.h"
#include "record/ledger.h"

/* Where its lines go. */
struct state_output {
	const char *path; /* of the file; NULL: none, they go to stdout */
	uint64_t waiting; /* lines */
	int err;	  /* negative errno: why they wait; 0: nothing is wrong */
};

/* Times are CLOCK_BOOTTIME; 0: not yet. */
struct run_state {
	const struct node *node;
	const struct kernel_facts *kernel; /* NULL: no hook is live */
	const struct ledger *ledger;	   /* as of now */
	struct state_output output;
	const char *earlier_last; /* as JSON, until it has told of a kill itself; NULL: none */
	uint64_t now_ns;
	uint64_t began_ns;
	uint64_t audited_ns;
	uint64_t lost_incidents;
	uint32_t audit_seconds; /* at least as often it is written; 0: only when it changes */
	bool ended;
	int exit_status; /* if it has */
};

/* The length of the line, or -ENOBUFS. */
long state__json(char *buf, size_t cap, const struct run_state *s);

#endif /* OOMTRACE_STATE_JSON_H */
