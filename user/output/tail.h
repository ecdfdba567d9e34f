/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The end of a file of JSON lines, as whoever wrote it last, perhaps not to the end, left it. */
#ifndef OOMTRACE_TAIL_H
#define OOMTRACE_TAIL_H

#include <stdbool.h>
#include <stddef.h>

/* How far back from the end of the file a last line is looked for. */
#define TAIL_BYTES (128 << 10)

/* Whether the regular file fd has a last line without a newline. */
bool tail__torn(int fd);

/*
 * Copies log.record.uid of the last line that has its newline. 0, or a negative errno and "":
 * -ENODATA if there is no such line within TAIL_BYTES, if it is no whole record (one that a crash
 * tore and that was closed since), or if its uid does not fit. Allocates TAIL_BYTES while it runs.
 */
int tail__last_uid(int fd, char *uid, size_t uid_bytes);

#endif /* OOMTRACE_TAIL_H */
