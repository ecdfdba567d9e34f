/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A file of records, plain or as gzip left it, as a stream of its lines. */
#ifndef OOMTRACE_JOURNAL_FILE_H
#define OOMTRACE_JOURNAL_FILE_H

#include <stdbool.h>
#include <stdio.h>

/*
 * Gzip is told by what is in the file, not by its name; its stream can't seek and has no fileno(),
 * and where it is cut off or damaged there is ferror(). NULL: errno says why.
 */
FILE *journal_file__open(const char *path);

/* Whether the name is that of a file compressed in a way that isn't read: .xz, .zst, .bz2. */
bool journal_file__is_foreign(const char *path);

#endif /* OOMTRACE_JOURNAL_FILE_H */
