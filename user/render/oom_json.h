/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Parts of JSON records that oom_kill, oom_exit and oom_incident have in common. */
#ifndef OOMTRACE_OOM_JSON_H
#define OOMTRACE_OOM_JSON_H

#include "node/node.h"
#include "record/event.h"
#include "record/process.h"
#include "render/json.h"

/* "creation":{"time":...} of a process. */
void oom__creation(struct json *j, const struct node *node, bool known, uint64_t start_ns);

/* "process" and "memory" of a member of a group. */
void oom__member(struct json *j, const struct node *node, const struct process *p);

/* c is NULL where nothing is known of it. */
void oom__cgroup(struct json *j, const char *key, const struct cgroup_facts *c);

/* NULL where it is not known. */
const char *oom__kind(enum victim_kind kind);
const char *oom__constraint(uint32_t constraint);

/* "constraint" to "points"; d is NULL where it is not known. */
void oom__decision(struct json *j, const struct decision_event *d);

#endif /* OOMTRACE_OOM_JSON_H */
