/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Events as text for a person at a terminal. No byte from a stranger reaches the terminal
 * unescaped. */
#ifndef OOMTRACE_TEXT_H
#define OOMTRACE_TEXT_H

#include "kernel/kernel.h"
#include "node/node.h"
#include "record/event.h"
#include "record/ledger.h"
#include "render/jsonl.h"

#define TEXT_BYTES (4 * (2 * EVENT_PATH_BYTES + EXEC_ARGS_BYTES + IDENTITY_BYTES) + 2048)

/* Each writes whole lines into buf and returns their length; what does not fit is cut, newline
 * kept. */
long text__start(char *buf, size_t cap, const struct node *node, const struct kernel_facts *k,
		 const struct missed *missed);
long text__victim(char *buf, size_t cap, const struct node *node, const struct victim_event *e);
long text__exit(char *buf, size_t cap, const struct node *node, const struct exit_event *e);
long text__gap(char *buf, size_t cap, const struct gap *gap);
long text__stop(char *buf, size_t cap, const struct kernel_facts *k, const struct ledger *l);

#endif /* OOMTRACE_TEXT_H */
