/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* An incident as a JSON line and as text. */
#ifndef OOMTRACE_RENDER_INCIDENT_H
#define OOMTRACE_RENDER_INCIDENT_H

#include "group/incident.h"
#include "node/node.h"

/* As jsonl__victim() and text__victim(); the lists of a large incident are cut, and say so. */
long jsonl__incident(char *buf, size_t cap, const struct node *node, const struct incident *in);
long text__incident(char *buf, size_t cap, const struct node *node, const struct incident *in);

#endif /* OOMTRACE_RENDER_INCIDENT_H */
