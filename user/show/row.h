/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A record to a line of the list:
 *
 *     2026-11-24T04:10:14Z node1 /serving python3[612] killed, 600.0 MiB
 *     2026-11-24T04:10:44Z node1 /serving degraded: The manager goes on with fewer workers; ...
 *     2026-11-24T04:11:00Z node1 3 victims without a record
 */
#ifndef OOMTRACE_SHOW_ROW_H
#define OOMTRACE_SHOW_ROW_H

#include <jansson.h>
#include <stddef.h>

#define ROW_BYTES 4096

/*
 * The length, with the newline; what has no room is cut. 0: it is none for the list, as what an
 * incident was at first. Nothing of the record acts on a terminal.
 */
size_t row__put(char *buf, size_t cap, const json_t *record);

#endif /* OOMTRACE_SHOW_ROW_H */
