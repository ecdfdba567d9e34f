/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Ends what an OOM kill has left of a group, where the operator allows it: group/finish.h decides;
 * this makes sure that each process is still the one that was meant, signals it, and has each step
 * reported.
 */
#ifndef OOMTRACE_FINISHER_H
#define OOMTRACE_FINISHER_H

#include "group/finish.h"
#include "node/node.h"
#include "record/report.h"

struct finisher {
	const struct finish_rules *rules;
	const struct node *node;
	const struct report *report;
	uint32_t self_pid; /* as the kernel numbers it; 0: not known */
	uint64_t lost;	   /* records that found no room */
};

/*
 * For an incident that is closed, by the snapshot of its scope at now_ns: does what is to be done.
 * Whether there will be more to do, at in->due_ns; if not, the incident is to be dropped.
 */
bool finisher__work(struct finisher *f, struct incident *in, const struct snapshot *s,
		    uint64_t now_ns);

/* For the end: reports that nothing more will be done about it. */
void finisher__stop(struct finisher *f, struct incident *in, uint64_t now_ns);

#endif /* OOMTRACE_FINISHER_H */
