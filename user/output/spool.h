/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Lines that wait in memory for a sink that takes nothing now: first in, first out, in room that is
 * taken once, at the start. One that is out can be kept until it is known to have arrived. Does not
 * know where they go.
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
	size_t first;	  /* where the entry of the oldest that is kept begins in room */
	size_t next;	  /* that of the oldest that waits */
	size_t end;	  /* and that of the next to come */
	size_t sent;	  /* bytes of the oldest that waits that are out already */
	uint32_t lines;	  /* that wait */
	uint64_t victims; /* that these lines report */
	uint32_t kept;
	uint64_t kept_victims;
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

/* What is still to go out of the oldest that waits; NULL: none. Good until the next push. */
const char *spool__rest(const struct spool *s, size_t *len);

/* n more bytes of the oldest line are out. Whether that was all of it. */
bool spool__advance(struct spool *s, size_t n);

/* What was out of the oldest line is not any more: it begins anew. */
void spool__rewind(struct spool *s);

/* The oldest that waits is out, and forgotten like all that is kept; or kept. One must be there. */
void spool__pop(struct spool *s);
void spool__keep(struct spool *s);

/* Those that are kept, in bytes without their entries; have arrived; or wait again, before others. */
size_t spool__kept_bytes(const struct spool *s);
void spool__release(struct spool *s);
void spool__return(struct spool *s);

#endif /* OOMTRACE_SPOOL_H */
