/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Lines that wait in memory for a sink that takes nothing now: first in, first out, in room that is
 * taken once, at the start. Does not know where they go.
 */
#ifndef OOMTRACE_SPOOL_H
#define OOMTRACE_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a line takes beside its own bytes. */
#define SPOOL_ENTRY_BYTES 8

struct spool {
	char *room;
	size_t room_bytes;
	size_t first; /* where the oldest line's entry begins in room */
	size_t end;   /* and where the next will */
	size_t sent;  /* bytes of the oldest line that are out already */
	uint32_t lines;
	uint64_t victims; /* that these lines report */
};

/*
 * Takes room_bytes, all their pages present at once, so that no page fault needs memory when there
 * is none. 0, or a negative errno. A spool that is all zeros is one that has not been opened.
 */
int spool__open(struct spool *s, size_t room_bytes);
void spool__close(struct spool *s);

/* Copies a line behind the others; victims: how many it reports. 0, or -ENOBUFS: no room. */
int spool__push(struct spool *s, const char *line, size_t len, uint32_t victims);

/* Whether more than half of its room is taken. */
bool spool__is_half_full(const struct spool *s);

/* What is still to go out of the oldest line; NULL if none waits. Good until the next push. */
const char *spool__rest(const struct spool *s, size_t *len);

/* n more bytes of the oldest line are out. Whether that was all of it. */
bool spool__advance(struct spool *s, size_t n);

/* What was out of the oldest line is not any more: it begins anew. */
void spool__rewind(struct spool *s);

/* Forgets the oldest line. One must be there. */
void spool__pop(struct spool *s);

#endif /* OOMTRACE_SPOOL_H */
