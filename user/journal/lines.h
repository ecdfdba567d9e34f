/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A file, line by line, in a fixed amount of memory, however long its lines are. */
#ifndef OOMTRACE_LINES_H
#define OOMTRACE_LINES_H

#include <stdint.h>
#include <stdio.h>

#include "profile/pattern.h"

struct lines {
	FILE *file;
	char *buf; /* of room bytes */
	size_t room;
	unsigned long number; /* of the line that was read last, from 1 */
	uint64_t offset;      /* where in the file it begins */
	uint64_t next_offset;
	bool cut;   /* it has more than room bytes; the rest was passed over */
	bool ended; /* by a newline, and not by the end of the file */
};

/* 0, or -ENOMEM. The file stays the caller's. */
int lines__init(struct lines *l, FILE *file, size_t room);
void lines__done(struct lines *l);

/*
 * The next line without its newline, which holds until the next call: NULs included, and no NUL
 * after it. False at the end.
 */
bool lines__next(struct lines *l, struct text *line);

/* To where a line begins, also after the end of a file that has grown. Not every file can. */
void lines__rewind(struct lines *l, uint64_t offset);

#endif /* OOMTRACE_LINES_H */
