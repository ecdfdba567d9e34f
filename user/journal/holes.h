/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * When a kill can have happened of which there is no record: before the first one, while no oomtrace
 * ran, where records were lost, where the kernel counts more than was recorded.
 */
#ifndef OOMTRACE_HOLES_H
#define OOMTRACE_HOLES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum hole_kind {
	HOLE_BEFORE,	  /* nothing was recorded as yet */
	HOLE_DOWN,	  /* no oomtrace ran */
	HOLE_LOST,	  /* kills were seen and their records lost */
	HOLE_UNEXPLAINED, /* the kernel counted kills that were not seen */
	HOLE_AFTER,	  /* oomtrace had ended */
};

struct hole {
	int64_t from_ns; /* since 1970; INT64_MIN, INT64_MAX: without end */
	int64_t to_ns;
	uint64_t kills; /* how many are missing; 0: not known */
	enum hole_kind kind;
};

/* What a record says of the run that wrote it. */
struct mark {
	int64_t ns;
	enum { MARK_START, MARK_RECORD, MARK_GAP, MARK_STOP } kind;
	bool taken_over;     /* of a start: the hooks had stayed in the kernel */
	bool counted;	     /* of a start: missed says what the kernel counted meanwhile */
	uint64_t kills;	     /* missed before a start, or lost in a gap */
	int64_t unexplained; /* kernel.unexplained so far, of an audit or a stop */
};

struct holes {
	struct mark *marks; /* a record that changes nothing moves the last one */
	size_t n_marks, room_marks;
	struct hole *holes; /* once found, in order of time */
	size_t n_holes;
};

/* Of any record, in the order of the file. 0 or -ENOMEM. */
int holes__take(struct holes *h, const json_t *record, int64_t ns);

/* After the last record of all files. 0 or -ENOMEM. */
int holes__find(struct holes *h);
void holes__free(struct holes *h);

/* The first one between these two times; NULL: whatever was killed then has a record. */
const struct hole *holes__between(const struct holes *h, int64_t from_ns, int64_t to_ns);

#endif /* OOMTRACE_HOLES_H */
