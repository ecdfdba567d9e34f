// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The ring buffer of the kernel from its reader's side; see ring.h. */
#include <errno.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#include "record/ring.h"

/* Many times the longest record, see record.h. */
#define WINDOW_BYTES ((size_t)16 * 1024)

/*
 * kernel/bpf/ringbuf.c, ringbuf_map_mmap_kern(): a page with the reader's position, the only one
 * that may be written; a page with the writer's; the data; and the data once more, so that a record
 * that begins at the end is in one piece.
 */
enum { CONSUMER_PAGE, PRODUCER_PAGE, DATA_PAGE };

static bool has_header(const struct ring *r, uint64_t pos)
{
	return r->window && pos - r->window_pos < r->window_bytes;
}

static bool has_bytes(const struct ring *r, uint64_t pos, size_t bytes)
{
	return has_header(r, pos) && bytes <= r->window_bytes - (pos - r->window_pos);
}

/* The old window goes when the new one is there. */
static int move_window(struct ring *r, uint64_t pos)
{
	uint64_t start = pos - pos % r->page_bytes;
	off_t offset = DATA_PAGE * r->page_bytes + start % r->data_bytes;
	void *window;

	window = mmap(NULL, r->window_bytes, PROT_READ, MAP_SHARED, r->fd, offset);
	if (window == MAP_FAILED)
		return -errno;
	if (r->window)
		munmap((void *)r->window, r->window_bytes);
	r->window = window;
	r->window_pos = start;
	return 0;
}

static void *map_page(const struct ring *r, int prot, int page)
{
	void *at = mmap(NULL, r->page_bytes, prot, MAP_SHARED, r->fd, page * r->page_bytes);

	return at == MAP_FAILED ? NULL : at;
}

int ring__open(struct ring *r, size_t data_bytes)
{
	int err;

	r->page_bytes = sysconf(_SC_PAGESIZE);
	r->data_bytes = data_bytes;
	/* From any page of the data it ends within the second copy. */
	r->window_bytes = data_bytes < WINDOW_BYTES ? data_bytes : WINDOW_BYTES;
	r->window_bytes += r->page_bytes;
	r->consumer = map_page(r, PROT_READ | PROT_WRITE, CONSUMER_PAGE);
	if (!r->consumer)
		return -errno;
	r->producer = map_page(r, PROT_READ, PRODUCER_PAGE);
	err = r->producer ? move_window(r, *r->consumer) : -errno;
	if (err)
		ring__close(r);
	return err;
}

void ring__close(struct ring *r)
{
	if (r->window)
		munmap((void *)r->window, r->window_bytes);
	if (r->producer)
		munmap((void *)r->producer, r->page_bytes);
	if (r->consumer)
		munmap(r->consumer, r->page_bytes);
	r->window = NULL;
	r->producer = NULL;
	r->consumer = NULL;
}

static uint64_t load(const uint64_t *position)
{
	return __atomic_load_n(position, __ATOMIC_ACQUIRE);
}

/* A record with its header, as long as all are: to a multiple of 8. */
static size_t whole(uint32_t size)
{
	return ((size_t)size + BPF_RINGBUF_HDR_SZ + 7) / 8 * 8;
}

/* Where the header of the record at pos is; NULL with *err set if it can't be had. */
static const uint32_t *header(struct ring *r, uint64_t pos, int *err)
{
	*err = has_header(r, pos) ? 0 : move_window(r, pos);
	return *err ? NULL : (const uint32_t *)(r->window + (pos - r->window_pos));
}

static int take(struct ring *r, uint64_t pos, uint32_t size)
{
	if (!has_bytes(r, pos, whole(size))) {
		int err = move_window(r, pos);

		if (err)
			return err;
	}
	if (!has_bytes(r, pos, whole(size)))
		return -EBADMSG;
	return r->take(r->context, (char *)r->window + (pos - r->window_pos) + BPF_RINGBUF_HDR_SZ,
		       size);
}

/* The record at *pos, of which there are at most left bytes. 1: it is still being written. */
static int consume_one(struct ring *r, uint64_t *pos, uint64_t left)
{
	const uint32_t *at;
	uint32_t head, size;
	int err;

	at = header(r, *pos, &err);
	if (err)
		return err;
	head = __atomic_load_n(at, __ATOMIC_ACQUIRE);
	if (head & BPF_RINGBUF_BUSY_BIT)
		return 1;
	size = head & ~BPF_RINGBUF_DISCARD_BIT;
	if (whole(size) > left)
		return -EBADMSG;
	if (!(head & BPF_RINGBUF_DISCARD_BIT))
		err = take(r, *pos, size);
	if (err >= 0)
		*pos += whole(size);
	return err < 0 ? err : 0;
}

/* While there is time: what comes next shall be in the window when it is waited for. */
static void look_ahead(struct ring *r, uint64_t pos)
{
	if (!has_bytes(r, pos, r->window_bytes / 2))
		move_window(r, pos);
}

int ring__consume(struct ring *r)
{
	uint64_t pos = load(r->consumer), end = load(r->producer);
	int err = 0;

	if (pos % 8)
		err = -EBADMSG;
	while (!err && pos != end) {
		err = end - pos > r->data_bytes ? -EBADMSG : consume_one(r, &pos, end - pos);
		if (!err)
			__atomic_store_n(r->consumer, pos, __ATOMIC_RELEASE);
		end = load(r->producer);
	}
	if (err == -EBADMSG)
		__atomic_store_n(r->consumer, end, __ATOMIC_RELEASE);
	else
		look_ahead(r, pos);
	return err < 0 ? err : 0;
}

bool ring__is_empty(const struct ring *r)
{
	return load(r->consumer) == load(r->producer);
}
