/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What is done to an output file by its name: opened safely, rotated. */
#ifndef OOMTRACE_PATH_H
#define OOMTRACE_PATH_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* What ".4294967295" adds to a path. */
#define PATH_NUMBER_BYTES 11

/*
 * Opens path for appending, made with mode 0640 if it is not there, and fills *st. Never blocks. A
 * regular file can be read through the descriptor too; a FIFO need have no reader yet; a character
 * device is the third kind. Anything else is refused: -EINVAL, -EISDIR, -ELOOP for a symbolic link,
 * -ENXIO for a socket. The descriptor, which is the caller's, or a negative errno.
 */
int path__open(const char *path, struct stat *st);

/*
 * Syncs the directory that path is in: after a power cut a new file's name is there only if that
 * was done. Best effort.
 */
void path__sync_directory(const char *path);

/* Whether path is a name of the file that *st describes; a symbolic link to it is none. */
bool path__names(const char *path, const struct stat *st);

/*
 * Renames path to PATH.1, after PATH.1 to PATH.2 and so on; keeps max_files (1 or more) of them and
 * replaces the oldest. 0, or a negative errno: then nothing is lost, and trying again pushes none
 * over the end.
 */
int path__rotate(const char *path, uint32_t max_files);

#endif /* OOMTRACE_PATH_H */
