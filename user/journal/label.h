/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The few words by which an incident is known in the list, on the timeline and to the filters. Text
 * as the record has it: to be escaped where it is written.
 */
#ifndef OOMTRACE_JOURNAL_LABEL_H
#define OOMTRACE_JOURNAL_LABEL_H

#include <jansson.h>

enum standing { STANDING_BAD, STANDING_GOOD, STANDING_UNKNOWN, N_STANDINGS };

struct label {
	char *who;	     /* "worker 2 of 3 of serve.py, pid 711" */
	char *place;	     /* "ml/ranker-0", "container 3f1d4c559a0e", "/serving" */
	char *group;	     /* "Aqueduct", "serve.py" */
	const char *verdict; /* "degraded": the record's, or words for its want */
	enum standing standing;
};

/* The record has to outlive the label. 0 or -ENOMEM; to be freed in both cases. */
int label__read(struct label *l, const json_t *incident);
void label__free(struct label *l);

extern const char *const standing_words[N_STANDINGS]; /* "INCONSISTENT" */

#endif /* OOMTRACE_JOURNAL_LABEL_H */
