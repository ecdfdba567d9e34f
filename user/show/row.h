/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A record to a line of the list:
 *
 *     2026-11-24 04:10:14Z  ml/ranker-0  killed  python3[612, 22 inside]  600.0 MiB of 1.0 GiB
 *     2026-11-24 04:10:44Z  ml/ranker-0  degraded INCONSISTENT  worker 3 of 5 of Aqueduct, pid 612
 *       600.0 MiB of 1.0 GiB  The manager goes on with fewer workers.
 *     2026-11-24 04:11:00Z  3 victims without a record
 *
 * (the second one is one line). On a terminal it fits: by then what matters less is shorter or gone.
 */
#ifndef OOMTRACE_SHOW_ROW_H
#define OOMTRACE_SHOW_ROW_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define ROW_BYTES 16384

struct row_style {
	size_t columns; /* 0: as many as there are */
	bool color;
	bool node; /* there is more than one */
};

/*
 * The length, with the newline; what has no room is cut. 0: it is none for the list, as what an
 * incident was at first. Nothing of the record acts on a terminal. Times are in the zone of
 * stamp__set_zone().
 */
size_t row__put(char *buf, size_t cap, const json_t *record, const struct row_style *style);

/* "2026-11-24 04:10:14Z", or with an offset, "2026-11-24 07:10:14+0300". */
#define ROW_TIME_BYTES 64
void row__time(char text[ROW_TIME_BYTES], long long ns);

#endif /* OOMTRACE_SHOW_ROW_H */
