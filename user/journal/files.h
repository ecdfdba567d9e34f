/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Files of records and what they were rotated to: FILE.1 and FILE.2.gz of oomtrace and logrotate,
 * FILE-20261124.gz of its dateext. In order of the first record in each, not of their names.
 */
#ifndef OOMTRACE_JOURNAL_FILES_H
#define OOMTRACE_JOURNAL_FILES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct journal_path {
	char *path;
	int64_t first_ns; /* of its first record that has a time, since 1970; INT64_MAX: none has */
	dev_t dev;	  /* a file that was given by two names is read once */
	ino_t ino;
};

struct journal_files {
	struct journal_path *all;
	size_t n;
};

/* Adds path and its rotations. 0, or a negative errno: path itself can't be read, or no memory. */
int journal_files__add(struct journal_files *files, const char *path);

void journal_files__sort(struct journal_files *files);
void journal_files__free(struct journal_files *files);

#endif /* OOMTRACE_JOURNAL_FILES_H */
