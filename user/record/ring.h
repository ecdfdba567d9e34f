/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Reads a BPF ring buffer through a window: of the data, which the kernel maps whole and at once,
 * only a part is mapped, which moves on with the reader. A record is released after it was taken,
 * so that a crash repeats one and loses none.
 */
#ifndef OOMTRACE_RING_H
#define OOMTRACE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Takes one record. Negative, but not -EBADMSG: it did not, and the record stays in the ring. */
typedef int (*ring_fn)(void *context, void *data, size_t size);

/* fd and take are the caller's to fill in, context if take wants it; all else begins as zeros. */
struct ring {
	int fd; /* of the map, stays the caller's; readable in the sense of poll() */
	ring_fn take;
	void *context;
	size_t page_bytes;
	size_t data_bytes;
	uint64_t *consumer; /* position up to which records are released; shared with the kernel */
	const uint64_t *producer;
	const char *window; /* NULL: none is mapped */
	size_t window_bytes;
	uint64_t window_pos; /* position of its first byte */
};

/* data_bytes: a power of two and a multiple of the page size. 0, or a negative errno. */
int ring__open(struct ring *r, size_t data_bytes);

/* A ring that is all zeros is one that has not been opened. */
void ring__close(struct ring *r);

/*
 * Takes all that is there, up to a record that is still being written. 0, or a negative errno: what
 * take() returned; -EBADMSG after something that is no record, and all that was there is passed
 * over; or the window can't be moved now. But for -EBADMSG nothing is lost: call it again.
 */
int ring__consume(struct ring *r);

/* Whether all is taken, what is still being written included. */
bool ring__is_empty(const struct ring *r);

#endif /* OOMTRACE_RING_H */
