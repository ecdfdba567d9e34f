/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * From the ring buffer to a report: a raw record is decoded, joined with what user space knows
 * beside it, reported, and entered in the books; in this order, so that a crash anywhere repeats a
 * record and loses none.
 */
#ifndef OOMTRACE_INTAKE_H
#define OOMTRACE_INTAKE_H

#include <stddef.h>

#include "metrics/metrics.h"
#include "pod/pods.h"
#include "record/report.h"

/* Hears of what happened, after its own line is out if it has one. */
struct listener {
	void (*victim)(void *context, const struct victim_event *e);
	void (*exit)(void *context, const struct exit_event *e);
	void (*decision_end)(void *context, const struct decision_end_event *e);
	void (*signal)(void *context, const struct signal_event *e);
	void (*gone)(void *context, const struct gone_event *e);
	void *context;
};

struct intake {
	const struct kernel *kernel;
	struct node *node;
	struct ledger *ledger;
	const struct report *report;
	struct rec_ledger *books; /* shared with the BPF side; of the ring that is being read */
	struct pods *pods;	  /* who knows their names; NULL: nobody */
	const struct listener *listener; /* NULL: nobody */
	struct metrics *metrics;	 /* the same */
	uint64_t until_ns; /* victims after this are in another ring as well; 0: none */
	bool waits;	   /* leaves in the ring what the sinks have no room for */
	struct gap gap;	   /* not told yet; from 0: none */
	struct decision_event decision; /* the latest; oom_id 0: none yet */
	struct {
		const struct exec_entry *entry; /* of the latest victim; NULL: not known */
		struct exec_key key;
		uint64_t oom_id;
	} exec;
};

/* One record; context is the intake. A ring_fn. 0, or -EAGAIN: it waits. */
int intake__record(void *context, void *data, size_t size);

/* Victims that will have no record. Told at once, or as soon as the sinks take it. */
void intake__miss(struct intake *in, uint64_t from, uint64_t to, const char *stage);
void intake__tell_gap(struct intake *in);

/* The ring had something that is no record: all that was in it is passed over. */
void intake__pass_over(struct intake *in);

/* What waits in a sink is not written yet. */
void intake__count_written(struct intake *in);

#endif /* OOMTRACE_INTAKE_H */
