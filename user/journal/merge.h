/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Files of records, of one node or of many, to one row of records in order of time. Those of one
 * file stay in its order: one that has no time, or an earlier one, follows the one before it.
 */
#ifndef OOMTRACE_JOURNAL_MERGE_H
#define OOMTRACE_JOURNAL_MERGE_H

#include "journal/source.h"

struct merge {
	struct source **heap; /* the earliest first; the caller's */
	size_t n, room;
	size_t added; /* so far */
	int err;      /* -ENOMEM ends it */
};

/* Of two with equal times the one that was added first comes first. 0 or -ENOMEM. */
int merge__add(struct merge *m, struct source *s);

/* The one whose record it is, until the next call. NULL: there is none any more. */
struct source *merge__next(struct merge *m);
void merge__free(struct merge *m);

#endif /* OOMTRACE_JOURNAL_MERGE_H */
