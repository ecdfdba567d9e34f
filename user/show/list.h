/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Records to stdout: a line each for people, or the JSON as it is in the file. */
#ifndef OOMTRACE_SHOW_LIST_H
#define OOMTRACE_SHOW_LIST_H

#include "journal/lines.h"
#include "options/options.h"
#include "show/row.h"

#define LIST_ALL OPTIONS_ALL_LINES

struct list {
	struct row_style style;
	bool json;
	uint32_t last; /* that many are kept until list__release(); LIST_ALL: none is */
	char **kept;   /* next % last the oldest */
	size_t *lens;
	uint64_t next; /* how many were shown or kept */
	char *node;    /* of the first record */
};

/* 0 or -ENOMEM. */
int list__init(struct list *l, bool json, uint32_t last);
void list__free(struct list *l);

/* There are records of that node. From the second one on, rows have it. NULL-safe. 0 or -ENOMEM. */
int list__note_node(struct list *l, const char *node);

/*
 * line: of the record, with room for a byte behind it. 0, -ENOMEM, or the negative errno of stdout.
 */
int list__put(struct list *l, const json_t *record, struct text line);

/* Puts the ones that were kept; from here on none is. 0 or the negative errno of stdout. */
int list__release(struct list *l);

/* 0 or the negative errno of stdout. */
int list__flush(void);

#endif /* OOMTRACE_SHOW_LIST_H */
