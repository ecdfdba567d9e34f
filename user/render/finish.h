/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What was done about a group, one step of it, as a JSON line and as text. */
#ifndef OOMTRACE_RENDER_FINISH_H
#define OOMTRACE_RENDER_FINISH_H

#include "group/incident.h"
#include "node/node.h"

/* As jsonl__incident() and text__incident(), of an incident that has a finish. */
long jsonl__finish(char *buf, size_t cap, const struct node *node, const struct incident *in);
long text__finish(char *buf, size_t cap, const struct node *node, const struct incident *in);

#endif /* OOMTRACE_RENDER_FINISH_H */
