/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* One incident of the list: the line that is always seen, and what opens below it. */
#ifndef OOMTRACE_REPORT_ENTRY_H
#define OOMTRACE_REPORT_ENTRY_H

#include <jansson.h>
#include <stdio.h>

#include "report/chronicle.h"
#include "journal/label.h"

struct entry {
	const struct chronicle *chronicle;
	size_t number; /* of the incident, in order of time */
	json_t *incident;
	json_t *kill; /* NULL: none */
	struct label label;
};

/* 0 or -ENOMEM. To be freed in both cases. */
int entry__read(struct entry *e, const struct chronicle *c, size_t number);
void entry__free(struct entry *e);

void entry__put_line(FILE *out, const struct entry *e);
void entry__put_body(FILE *out, const struct entry *e);

/* What a search for text looks at. No HTML. */
void entry__put_words(FILE *out, const struct entry *e);

#endif /* OOMTRACE_REPORT_ENTRY_H */
