/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Files of records and what they were rotated to, in order of the first record in each. */
#ifndef OOMTRACE_JOURNAL_FILES_H
#define OOMTRACE_JOURNAL_FILES_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "journal/file.h"

struct journal_path {
	char *path;
	const char *given; /* the FILE that it is, or was rotated from; the caller's */
	/* Of its first record that has a time. INT64_MIN: not known; INT64_MAX: it is empty. */
	int64_t first_ns;
	uint64_t head;		  /* see journal__head(); 0: not known */
	char *node;		  /* of that record; NULL: not known */
	struct journal_kind kind; /* a file that was given by two names is read once */
};

struct journal_files {
	struct journal_path *all;
	size_t n;
};

/*
 * Adds path and its rotations, those of where a symbolic link leads, too; of one that is there as
 * FILE.1 and FILE.1.gz the former. 0, or a negative errno: path itself can't be read, or no memory.
 */
int journal_files__add(struct journal_files *files, const char *path);

void journal_files__sort(struct journal_files *files);
void journal_files__free(struct journal_files *files);

/* That very file, also when it has been renamed or compressed since. NULL: errno says why. */
FILE *journal_path__open(const struct journal_path *p, struct journal_kind *kind);

#endif /* OOMTRACE_JOURNAL_FILES_H */
