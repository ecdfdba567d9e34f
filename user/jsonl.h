/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Events as JSON lines; schema/oomtrace.schema.json describes each of them. */
#ifndef OOMTRACE_JSONL_H
#define OOMTRACE_JSONL_H

#include "event.h"
#include "kernel.h"
#include "ledger.h"
#include "node.h"

/*
 * Each line, its newline included, fits: the longest is a victim whose path and arguments are all control
 * characters, six bytes each.
 */
#define JSONL_LINE_BYTES (6 * (2 * EVENT_PATH_BYTES + EXEC_ARGS_BYTES + EXEC_RANKS_BYTES) + 4096)

/* Each writes one line into buf and returns its length, or -ENOBUFS. */
long jsonl__start(char *buf, size_t cap, const struct node *node,
		  const struct kernel_facts *k, const struct ledger *ledger);
long jsonl__victim(char *buf, size_t cap, const struct node *node, const struct victim_event *e);
long jsonl__exit(char *buf, size_t cap, const struct node *node, const struct exit_event *e);
long jsonl__stop(char *buf, size_t cap, const struct node *node, const struct ledger *ledger);

#endif /* OOMTRACE_JSONL_H */
