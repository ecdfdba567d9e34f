/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Which names a file has had: FILE.1 and FILE.2.gz of oomtrace and logrotate, FILE-20261124.gz of
 * its dateext, and with its extension .jsonl: file.1.jsonl.gz, file-20261124.jsonl.
 */
#ifndef OOMTRACE_JOURNAL_ROTATION_H
#define OOMTRACE_JOURNAL_ROTATION_H

#include <stdbool.h>

/* Whether what is called name is what own was renamed to; both without a directory. */
bool rotation__is_of(const char *name, const char *own);

/* The last component of path. */
const char *rotation__name(const char *path);

/*
 * Where path is renamed: what it leads to if it is a symbolic link, whether that is there or not.
 * To be freed; NULL: no memory.
 */
char *rotation__place(const char *path);

#endif /* OOMTRACE_JOURNAL_ROTATION_H */
