/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The messages of a log into events. A dump is what the kernel prints for one OOM decision: who
 * invoked the killer, the memory of the cgroup, the table of tasks, whom it chose, and a line for
 * each process that it killed. Any part may be missing, and what is told says so. Pure.
 */
#ifndef OOMTRACE_DUMPS_H
#define OOMTRACE_DUMPS_H

#include "klog/printk.h"
#include "record/event.h"
#include "record/process.h"

/* When a message was printed, and by which caller. */
struct moment {
	bool known;
	uint64_t ns; /* by the clock of the log, whatever that is */
	struct slice caller;
};

struct dumps_listener {
	void (*victim)(void *context, const struct victim_event *e);
	/* No more victims. The table of tasks, without parents; with an error in s->err where it is
	 * not there, or not whole. */
	void (*end)(void *context, const struct decision_end_event *e, const struct snapshot *s);
	void (*reaped)(void *context, uint32_t tid, uint64_t time_ns);
	/* A decision that killed nobody. hit: the path of the cgroup, "": the machine. */
	void (*nobody)(void *context, const char *hit, bool panicked);
	void *context;
};

struct dumps;

/* NULL: no memory. */
struct dumps *dumps__new(const struct dumps_listener *listener);
void dumps__free(struct dumps *d);

void dumps__take(struct dumps *d, const struct printk *m, const struct moment *at);

/* Records of the log are missing here. */
void dumps__lost(struct dumps *d);

/* Ends the dumps of which nothing more can come by that time; dumps__end(): all of them. */
void dumps__settle(struct dumps *d, uint64_t now_ns);
void dumps__end(struct dumps *d);

/* How many kill lines were about a process that had its event already. */
uint64_t dumps__killed_again(const struct dumps *d);

/* Whether no dump is open. */
bool dumps__idle(const struct dumps *d);

#endif /* OOMTRACE_DUMPS_H */
