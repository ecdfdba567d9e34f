/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the kernel prints for one OOM decision, as far as it is there: its parts, and its victims as
 * events. */
#ifndef OOMTRACE_DUMP_H
#define OOMTRACE_DUMP_H

#include "klog/dumps.h"
#include "klog/table.h"

#define DUMP_CALLER_BYTES 16

#define BIT(kind) (1u << PRINTK_##kind)

struct dump {
	bool open;
	bool global_known; /* decision.global */
	uint32_t had;	   /* messages, bits by enum printk_kind */
	uint32_t doubts;   /* bits by enum doubt */
	uint64_t last_ns;  /* of its latest message */
	char caller[DUMP_CALLER_BYTES];
	struct decision_event decision;
	struct cgroup_facts cgroup; /* of the chosen process */
	uint32_t chosen_uid;
	char chosen_comm[REC_COMM_BYTES + 1];
	uint32_t trigger_tid;
	char trigger_comm[REC_COMM_BYTES + 1];
	struct table table;
	uint64_t page_bytes;
	uint32_t n_victims;
	uint32_t first_tid; /* of its first victim */
	uint64_t last_seq;
};

void dump__begin(struct dump *u, uint64_t oom_id, const struct moment *at);

/* Whether it is printed by that caller, as far as callers are known. */
bool dump__is_of(const struct dump *u, struct slice caller);

bool dump__had(const struct dump *u, uint32_t kinds);
void dump__doubt(struct dump *u, enum doubt why);
bool dump__doubted(const struct dump *u, enum doubt why);

/* Any message except the CPU line and those of kills, which have functions of their own. */
void dump__take(struct dump *u, const struct printk *m);

/* Whether a kill line of that scope can belong to it. */
bool dump__agrees(const struct dump *u, enum printk_scope scope);

/* A process was killed. False: it has its event already, and was killed again with its group. */
bool dump__killed(struct dump *u, const struct printk_killed *k, struct victim_event *e);

/* The event of the chosen process, where the line that says it was killed is missing. */
void dump__announced(struct dump *u, struct victim_event *e);

/* The processes of the table. The caller frees s->processes. */
void dump__snapshot(const struct dump *u, struct snapshot *s);

#endif /* OOMTRACE_DUMP_H */
