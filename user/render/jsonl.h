/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Events as JSON lines; schema/oomtrace.schema.json describes each of them. */
#ifndef OOMTRACE_JSONL_H
#define OOMTRACE_JSONL_H

#include "kernel/kernel.h"
#include "node/clock.h"
#include "node/node.h"
#include "record/event.h"
#include "record/ledger.h"

/*
 * Each line, its newline included, fits: the longest is a victim whose path, names and arguments
 * are all control characters, six bytes each.
 */
#define JSONL_LINE_BYTES                                                                           \
	(6 * (2 * EVENT_PATH_BYTES + EXEC_ARGS_BYTES + EXEC_RANKS_BYTES + IDENTITY_BYTES) + 4096)

/* Kills that happened while nothing was attached, by the kernel's counter. */
struct missed {
	bool known;
	uint64_t kills;
	char since[CLOCK_TEXT_BYTES]; /* of the last record before */
};

/* The stage of a gap in the numbers of a kernel log's records, not of victims. */
#define GAP_OF_LOG "kernel_log"

/* Victims from one number to another, both included, of which there is no record. */
struct gap {
	uint64_t from;
	uint64_t to;
	const char *stage; /* where they were lost: "ring_full", "output" */
};

/* Each writes one line into buf and returns its length, or -ENOBUFS. */
long jsonl__start(char *buf, size_t cap, const struct node *node, const struct kernel_facts *k,
		  const struct ledger *ledger, const struct missed *missed);
long jsonl__victim(char *buf, size_t cap, const struct node *node, const struct victim_event *e);
long jsonl__exit(char *buf, size_t cap, const struct node *node, const struct exit_event *e);
long jsonl__gap(char *buf, size_t cap, const struct node *node, const struct gap *gap);
long jsonl__audit(char *buf, size_t cap, const struct node *node, const struct ledger *ledger);
long jsonl__stop(char *buf, size_t cap, const struct node *node, const struct ledger *ledger);

#endif /* OOMTRACE_JSONL_H */
