/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The state of a run, kept in a file for who asks: written when it has changed, at most once a
 * second; when it is audited; and at the end. Where it can't be kept, the run goes on without.
 */
#ifndef OOMTRACE_STATE_H
#define OOMTRACE_STATE_H

#include "options/options.h"
#include "state/earlier.h"
#include "state/slot.h"
#include "state/state_json.h"

/* What makes a state another one, as far as it is to be told at once. */
struct state_mark {
	uint64_t seq;
	uint64_t written;
	uint64_t duplicates;
	uint64_t lost;
	uint64_t waiting;
	int64_t output_err;
};

struct state {
	const char *path; /* NULL: none is kept */
	struct slot slot;
	struct earlier earlier;
	struct state_mark told;
	uint64_t told_ns;
	bool due; /* it has changed since, too soon to be told */
	bool failed;
};

/* Takes the file, and what an earlier run has in it. What is wrong is said on stderr if the file was asked for, or all is wanted. */
void state__open(struct state *s, const struct options *o);
void state__close(struct state *s);

/* Whether it has become such that it is to be written now. */
bool state__is_due(struct state *s, const struct state_mark *now);

/* How long the loop may wait for something to happen; -1: for ever. */
int state__wait_ms(const struct state *s);

/* Writes it: text was made from what now says. That it fails is said on stderr, once. */
void state__put(struct state *s, const struct state_mark *now, const char *text, long len);

#endif /* OOMTRACE_STATE_H */
