/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A file of records, plain or as gzip left it, as a stream of its lines. */
#ifndef OOMTRACE_JOURNAL_FILE_H
#define OOMTRACE_JOURNAL_FILE_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

/* What the file turned out to be. */
struct journal_kind {
	dev_t dev;
	ino_t ino;
	bool regular;
	bool gzip;
};

/*
 * Gzip is told by what is in the file, not by its name; its stream can't seek and has no fileno(),
 * and where it is cut off or damaged there is ferror(). NULL: errno says why.
 */
FILE *journal_file__open(const char *path, struct journal_kind *kind);

/* The same, or a copy where it can't be read twice. NULL: errno says why, and file is closed. */
FILE *journal_file__seekable(FILE *file, const struct journal_kind *kind);

/* How to unpack a file of that name, which isn't read: "xz -d"; NULL: it is, if anything is. */
const char *journal_file__unpacker(const char *path);

#endif /* OOMTRACE_JOURNAL_FILE_H */
