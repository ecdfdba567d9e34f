/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Renders what happened in both forms and gives it to the sinks. Does not allocate. */
#ifndef OOMTRACE_REPORT_H
#define OOMTRACE_REPORT_H

#include "kernel/kernel.h"
#include "group/incident.h"
#include "node/node.h"
#include "output/sinks.h"
#include "record/event.h"
#include "record/ledger.h"
#include "render/jsonl.h"

struct report {
	struct node *node;
	struct sinks *sinks;
};

/* Where lines are made: room for a text that is none, until the next of them. */
char *report__room(size_t *bytes);

/* Each: whether the sinks took it. */
bool report__start(const struct report *r, const struct kernel_facts *k, const struct ledger *l,
		   const struct missed *missed);
bool report__victim(const struct report *r, const struct victim_event *e);
bool report__exit(const struct report *r, const struct exit_event *e);
bool report__incident(const struct report *r, const struct incident *in);
bool report__finish(const struct report *r, const struct incident *in); /* that has a finish */
bool report__gap(const struct report *r, const struct gap *gap);
bool report__audit(const struct report *r, const struct ledger *l);
/* aloud: on stderr as well, unless the text is on stdout. */
bool report__stop(const struct report *r, const struct kernel_facts *k, const struct ledger *l,
		  bool aloud);

/* Has all the room for a line in memory. */
void report__touch(const struct report *r);

#endif /* OOMTRACE_REPORT_H */
