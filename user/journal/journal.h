/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A file of records, one by one. What in it is no record is said and passed over. */
#ifndef OOMTRACE_JOURNAL_H
#define OOMTRACE_JOURNAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "journal/lines.h"

/* Where the service writes; what is read unless another FILE is given. */
#define JOURNAL_USUAL "/var/log/oomtrace/oomtrace.jsonl"

/* What could not be read, of all files of a command. */
struct refusals {
	FILE *err; /* where it is said */
	unsigned long n;
	unsigned long lines; /* of which there is one refusal for each of the first few of a file */
};

struct journal {
	const char *path;
	FILE *file;
	struct refusals *refusals;
	struct lines lines; /* of the record: number and offset */
	bool grows;	    /* a last line without a newline waits for its rest */
	bool skips_exits;   /* half of all records, and seldom asked for */
	json_t *record;	    /* until the next one is asked for, as is */
	struct text line;   /* its line, with room for a byte behind it */
	uint64_t head;	    /* of the file's first line; 0: it has none as yet */
	unsigned long bad_lines;
};

/* "oomtrace: PATH: what"; nothing of path acts on a terminal. */
void refusals__say(struct refusals *r, const char *path, const char *what);

/* The same of a negative errno, with what to do about it. */
void refusals__fail(struct refusals *r, const char *path, int err);

/* Path and file have to outlive it; the file stays the caller's. 0 or -ENOMEM. */
int journal__begin(struct journal *j, const char *path, FILE *file, struct refusals *refusals);

/* False: there is none any more. If it grows, it can be asked again. */
bool journal__next(struct journal *j);

/* From the first line on: the file, which is now its own, was cut. 0 or -ENOMEM. */
int journal__restart(struct journal *j);

/* Says what is left to say of it. NULL-safe in all that it has. */
void journal__end(struct journal *j);

/* A number for what a line says, never 0: by its first line a file is known again. */
uint64_t journal__head(struct text line);

#endif /* OOMTRACE_JOURNAL_H */
