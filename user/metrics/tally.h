/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What was counted at each place, in a table of a bounded size: a place that finds no room is counted
 * as another one, in which all such are. Pure.
 */
#ifndef OOMTRACE_TALLY_H
#define OOMTRACE_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "group/verdict.h"
#include "metrics/origin.h"
#include "record.h"

#define TALLIES 256
/* A place where nothing has happened for so long gives way to a new one. */
#define TALLY_KEPT_S (7 * 24 * 3600)

#define TALLY_KINDS	  (VICTIM_ALREADY_EXITING + 1)
#define TALLY_CONSTRAINTS 5 /* those of the kernel, and what is not known */
#define TALLY_UNKNOWN	  (TALLY_CONSTRAINTS - 1)

/* Times are seconds since the epoch; 0: never. */
struct tally {
	struct origin origin;
	uint32_t kills[TALLY_KINDS][TALLY_CONSTRAINTS];
	uint32_t killed_s;
	uint32_t incidents[VERDICTS];
	uint32_t closed_s[VERDICTS];
	uint32_t used_s; /* when anything was counted last */
};

struct tallies {
	size_t n;
	struct tally other; /* container="other" */
	struct tally of[TALLIES];
};

void tallies__init(struct tallies *t);

/* The place's own tally, new if need be; NULL: there is no room for it at that time. */
struct tally *tallies__find(struct tallies *t, const struct origin *origin, uint32_t now_s);

/* The i-th that has been counted in, the other one last; NULL: there are no more. */
const struct tally *tallies__get(const struct tallies *t, size_t i);

#endif /* OOMTRACE_TALLY_H */
