/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Findings for a person at a terminal. No byte of a log or a record reaches it unescaped. */
#ifndef OOMTRACE_TELL_H
#define OOMTRACE_TELL_H

#include "explain/match.h"

#define TELL_BYTES 65536

/* How many lines had which answer, and what had to be assumed. */
struct tally {
	unsigned long answers[ANSWER_NO_RECORD + 1];
	bool no_zone, no_date, no_year, no_time;
};

/* A line of the log and what the records say about it, or a kill alone. The length of the text. */
long tell__finding(char *buf, size_t cap, const struct events *events, const struct app_log *log,
		   const struct finding *f);

/* The last paragraph: the counts, and what was assumed. zone is that of the command line. */
long tell__summary(char *buf, size_t cap, const struct app_log *log, const struct tally *tally,
		   const char *zone);

void tally__add(struct tally *tally, const struct finding *f);

#endif /* OOMTRACE_TELL_H */
