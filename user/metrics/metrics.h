/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Counters that go on over restarts: what is counted here, kill by kill, and what the books of one
 * ledger after the other say. Pure; never allocates. Where a struct metrics is asked for, NULL is
 * allowed unless it says otherwise: nobody wants to know.
 */
#ifndef OOMTRACE_METRICS_H
#define OOMTRACE_METRICS_H

#include "group/incident.h"
#include "metrics/tally.h"
#include "node/node.h"
#include "record/event.h"
#include "record/ledger.h"

enum total {
	/* from the books */
	TOTAL_SEEN,
	TOTAL_WRITTEN,
	TOTAL_DUPLICATE,
	TOTAL_RING_FULL,
	TOTAL_DECODE,
	TOTAL_OUTPUT,
	TOTAL_TOLD, /* victims that were counted in a tally: no metric of its own */
	BOOK_TOTALS,
	/* counted here */
	TOTAL_SHUTDOWN = BOOK_TOTALS,
	TOTAL_INCIDENTS_LOST,
	TOTAL_FREED_BYTES,
	TOTAL_FOLDED,
	TOTALS,
};

struct metrics {
	const struct node *node;
	struct tallies tallies;
	uint64_t totals[TOTALS];
	char ledger[NODE_UID_BYTES];   /* whose books were entered last; "": none were */
	uint64_t entered[BOOK_TOTALS]; /* what of these books is in totals already */
	bool changed;
};

void metrics__init(struct metrics *m, const struct node *node);

/* What happened, once its line is out. */
void metrics__victim(struct metrics *m, const struct victim_event *e);
void metrics__exit(struct metrics *m, const struct exit_event *e);
void metrics__closed(struct metrics *m, const struct incident *in);

/*
 * Before anything is read from a ring: its books, by which the node numbers now. Of a ledger that is
 * known, what was told and not counted, because the process died in between, is counted as of no
 * known place. Another one's are counted from their beginning, if they are those of the live ring.
 */
void metrics__open_books(struct metrics *m, const struct rec_ledger *books, bool live,
			 uint64_t now_ns);

/* A ring that nobody reads any more; the node still numbers by its books. */
void metrics__close_books(struct metrics *m, const struct rec_ledger *books);

/* As of now; m is not NULL. */
uint64_t metrics__total(const struct metrics *m, const struct rec_ledger *books, enum total total);

/* What the books say of a total. */
uint64_t metrics__book(const struct rec_ledger *books, enum total total);

#endif /* OOMTRACE_METRICS_H */
