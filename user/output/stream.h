/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A descriptor that somebody reads, or has stopped reading: stdout as pipe, terminal, socket or
 * file. Never waits for the reader. What it does not take now waits in memory, in order; a line
 * that finds no room there is dropped whole, and a line that began is completed first. Allocates at
 * open only.
 *
 * SIGPIPE and SIGXFSZ must be ignored; both come as errors then.
 */
#ifndef OOMTRACE_STREAM_H
#define OOMTRACE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "output/spool.h"

/* All zeros: not open. */
struct stream {
	int fd; /* our own, beside the one that it was made from */
	bool socket;
	size_t max_bytes;    /* of a write right after poll(), if fd may block; 0: it does not */
	int trouble;	     /* negative errno; 0: none. A reader that sleeps is none */
	int told;	     /* trouble as of the last stream__news() */
	bool gone;	     /* the reader will not come back */
	uint64_t taken;	     /* bytes, by the reader */
	uint64_t waited_for; /* taken when it was last waited for; UINT64_MAX: it never was */
	struct spool spool;
};

/*
 * Makes a descriptor of our own from fd, whose flags are left alone: O_NONBLOCK belongs to the open
 * file description, which a shell or a sibling may share. pending_bytes is the room for what waits,
 * at least the longest line and SPOOL_ENTRY_BYTES. 0, or a negative errno.
 */
int stream__open(struct stream *s, int fd, size_t pending_bytes);

/*
 * Puts in the place of fd, on which there is talk, a descriptor of our own that waits for no reader:
 * what it does not take is lost. A socket is given a moment. Where it can't be opened again it stays
 * as it is.
 */
void stream__unblock(int fd);

/*
 * Takes text, one line or several that belong together, which reports this many victims. 0: it is
 * out, or waits. -ENOBUFS: no room, or the reader is gone: it is dropped.
 */
int stream__write(struct stream *s, const char *text, size_t len, uint32_t victims);

/* Writes what waits, as far as it is taken. If nothing does: looks whether there is a reader. */
void stream__flush(struct stream *s);

/*
 * Whether something has changed, and to what: a negative errno for a full disk, which passes, or
 * for a reader that is gone (-EPIPE, -ECONNRESET, -EIO of a terminal that hung up, ...); 0 if it is
 * over. Each is told once.
 */
bool stream__news(struct stream *s, int *err);

/* Whether the reader is gone for good. */
bool stream__gone(const struct stream *s);

/*
 * Whether flushing makes sense: when stream__fd() is writable. epoll refuses regular files and
 * devices like /dev/full with EPERM; there, every now and then.
 */
bool stream__pending(const struct stream *s);
int stream__fd(const struct stream *s);

/* Victims whose text is not out. */
uint64_t stream__waiting(const struct stream *s);

/*
 * Waits until the reader has taken all that waits, as long as it takes something within deadline_ms.
 * One that did not is not waited for again before it does.
 */
void stream__settle(struct stream *s, int deadline_ms);

/*
 * Gives the reader up to deadline_ms for each line that waits; a line that is half out when they are over
 * stays torn. Returns the number of texts that are lost. The descriptor that it was made from stays
 * open.
 */
uint64_t stream__close(struct stream *s, int deadline_ms);

#endif /* OOMTRACE_STREAM_H */
