// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A ring buffer in a file of memory, written as the kernel would: what its reader takes, and when. */
#include <errno.h>
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "record/ring.h"

#define DATA_BYTES (256 * 1024)

struct fake {
	int fd;
	char *file; /* reader's page, writer's page, the data, and the data once more */
	size_t page;
	size_t data_bytes;
	struct ring ring;
	unsigned int taken;
	uint64_t last;	 /* what was taken last begins with it */
	uint64_t refuse; /* this one is not taken; 0: all are */
};

static uint64_t *consumer(struct fake *f)
{
	return (uint64_t *)f->file;
}

static uint64_t *producer(struct fake *f)
{
	return (uint64_t *)(f->file + f->page);
}

static int on_record(void *context, void *data, size_t size)
{
	struct fake *f = context;
	uint64_t number;
	char *bytes = data;

	assert_true(size >= sizeof(number));
	memcpy(&number, data, sizeof(number));
	if (number == f->refuse)
		return -EIO;
	for (size_t i = sizeof(number); i < size; i++)
		assert_int_equal((unsigned char)bytes[i], (number + i) % 251);
	f->taken++;
	f->last = number;
	return 0;
}

static void begin_at(struct fake *f, size_t data_bytes, uint64_t pos)
{
	*f = (struct fake){.page = sysconf(_SC_PAGESIZE), .data_bytes = data_bytes};
	f->fd = memfd_create("ring", MFD_CLOEXEC);
	assert_true(f->fd >= 0);
	assert_int_equal(ftruncate(f->fd, 2 * f->page + 2 * data_bytes), 0);
	f->file = mmap(NULL, 2 * f->page + 2 * data_bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
		       f->fd, 0);
	assert_ptr_not_equal(f->file, MAP_FAILED);
	*consumer(f) = *producer(f) = pos;
	f->ring = (struct ring){.fd = f->fd, .take = on_record, .context = f};
	assert_int_equal(ring__open(&f->ring, data_bytes), 0);
}

static void end(struct fake *f)
{
	ring__close(&f->ring);
	munmap(f->file, 2 * f->page + 2 * f->data_bytes);
	close(f->fd);
}

static void put_byte(struct fake *f, uint64_t pos, char byte)
{
	char *data = f->file + 2 * f->page;

	data[pos % f->data_bytes] = data[f->data_bytes + pos % f->data_bytes] = byte;
}

static void put_head(struct fake *f, uint64_t pos, uint32_t head)
{
	for (size_t i = 0; i < sizeof(head); i++)
		put_byte(f, pos + i, head >> 8 * i);
}

/* Returns where its header is. */
static uint64_t put(struct fake *f, uint64_t number, uint32_t size, uint32_t flags)
{
	uint64_t pos = *producer(f), at = pos + BPF_RINGBUF_HDR_SZ;

	put_head(f, pos, size | flags);
	for (size_t i = 0; i < size; i++)
		put_byte(f, at + i, i < 8 ? number >> 8 * i : (number + i) % 251);
	*producer(f) = at + (size + 7) / 8 * 8;
	return pos;
}

static void takes_in_order(void **state)
{
	struct fake f;

	begin_at(&f, DATA_BYTES, 0);
	assert_int_equal(ring__consume(&f.ring), 0);
	put(&f, 1, 8, 0);
	put(&f, 2, 3001, 0);
	put(&f, 3, 9, 0);
	assert_int_equal(ring__consume(&f.ring), 0);
	assert_int_equal(f.taken, 3);
	assert_int_equal(f.last, 3);
	assert_int_equal(*consumer(&f), *producer(&f));
	end(&f);
}

/* Many times around, at sizes that put records across each edge: of a page, a window, the data. */
static void goes_round_and_round(void **state, size_t data_bytes, uint64_t pos)
{
	uint64_t number = 0;
	struct fake f;

	begin_at(&f, data_bytes, pos);
	while (*producer(&f) - pos < 5 * data_bytes) {
		unsigned int before = f.taken, n = 0;

		while (*producer(&f) - *consumer(&f) < data_bytes - 4096) {
			number++;
			put(&f, number, 1000 + number % 1777, 0);
			n++;
		}
		assert_int_equal(ring__consume(&f.ring), 0);
		assert_int_equal(f.taken - before, n);
		assert_int_equal(f.last, number);
	}
	end(&f);
}

static void moves_its_window(void **state)
{
	goes_round_and_round(state, DATA_BYTES, 0);
}

static void has_a_window_in_small_data(void **state)
{
	goes_round_and_round(state, 2 * sysconf(_SC_PAGESIZE), 8);
}

/* Positions only grow, and so they do past the end of their numbers. */
static void passes_the_last_position(void **state)
{
	goes_round_and_round(state, DATA_BYTES, UINT64_MAX - 2 * DATA_BYTES - 7);
}

static void waits_for_what_is_being_written(void **state)
{
	struct fake f;
	uint64_t busy;

	begin_at(&f, DATA_BYTES, 0);
	put(&f, 1, 100, 0);
	busy = put(&f, 2, 100, BPF_RINGBUF_BUSY_BIT);
	put(&f, 3, 100, 0);
	assert_int_equal(ring__consume(&f.ring), 0);
	assert_int_equal(f.last, 1);
	assert_int_equal(*consumer(&f), busy);
	assert_false(ring__is_empty(&f.ring));
	put_head(&f, busy, 100);
	assert_int_equal(ring__consume(&f.ring), 0);
	assert_int_equal(f.taken, 3);
	assert_int_equal(f.last, 3);
	assert_true(ring__is_empty(&f.ring));
	end(&f);
}

static void passes_over_what_was_discarded(void **state)
{
	struct fake f;

	begin_at(&f, DATA_BYTES, 0);
	put(&f, 1, 100, BPF_RINGBUF_DISCARD_BIT);
	put(&f, 2, 100, 0);
	put(&f, 3, 100, BPF_RINGBUF_DISCARD_BIT);
	assert_int_equal(ring__consume(&f.ring), 0);
	assert_int_equal(f.taken, 1);
	assert_int_equal(f.last, 2);
	assert_int_equal(*consumer(&f), *producer(&f));
	end(&f);
}

static void keeps_what_was_not_taken(void **state)
{
	struct fake f;
	uint64_t second;

	begin_at(&f, DATA_BYTES, 0);
	put(&f, 1, 100, 0);
	second = put(&f, 2, 100, 0);
	put(&f, 3, 100, 0);
	f.refuse = 2;
	assert_int_equal(ring__consume(&f.ring), -EIO);
	assert_int_equal(f.taken, 1);
	assert_int_equal(*consumer(&f), second);
	f.refuse = 0;
	assert_int_equal(ring__consume(&f.ring), 0);
	assert_int_equal(f.taken, 3);
	end(&f);
}

/* What is there when its reader ends is there for the next. */
static void goes_on_where_another_stopped(void **state)
{
	struct fake f;

	begin_at(&f, DATA_BYTES, 0);
	put(&f, 1, 100, 0);
	assert_int_equal(ring__consume(&f.ring), 0);
	put(&f, 2, 100, 0);
	ring__close(&f.ring);
	assert_int_equal(ring__open(&f.ring, DATA_BYTES), 0);
	assert_int_equal(ring__consume(&f.ring), 0);
	assert_int_equal(f.taken, 2);
	end(&f);
}

/* Whatever the length says: nothing is read outside, and reading goes on with what comes next. */
static void refuses_a_length_out_of_range(void **state)
{
	const uint32_t lengths[] = {
		100 + 8,	/* one word more than there is */
		DATA_BYTES - 8, /* all of the data */
		DATA_BYTES,	/* and more */
		0x3fffffff,	/* the longest that fits beside the two bits */
		0x3fffffff | BPF_RINGBUF_DISCARD_BIT,
	};

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct fake f;
		uint64_t pos;

		begin_at(&f, DATA_BYTES, 0);
		put(&f, 1, 100, 0);
		pos = put(&f, 2, 100, 0);
		put_head(&f, pos, lengths[i]);
		assert_int_equal(ring__consume(&f.ring), -EBADMSG);
		assert_int_equal(f.taken, 1);
		put(&f, 3, 100, 0);
		assert_int_equal(ring__consume(&f.ring), 0);
		assert_int_equal(f.last, 3);
		end(&f);
	}
}

/* There is as much, but no record is that long. */
static void refuses_a_length_beyond_its_window(void **state)
{
	struct fake f;

	begin_at(&f, DATA_BYTES, 4096 - 8);
	put(&f, 1, DATA_BYTES / 2, 0);
	assert_int_equal(ring__consume(&f.ring), -EBADMSG);
	assert_int_equal(f.taken, 0);
	assert_int_equal(*consumer(&f), *producer(&f));
	end(&f);
}

/* The reader's position is in memory that others can map, too. */
static void refuses_a_position_out_of_range(void **state)
{
	const uint64_t positions[] = {4, 200, 1 << 30, UINT64_MAX - DATA_BYTES + 1, UINT64_MAX};

	for (size_t i = 0; i < sizeof(positions) / sizeof(positions[0]); i++) {
		struct fake f;

		begin_at(&f, DATA_BYTES, 0);
		put(&f, 1, 100, 0);
		*consumer(&f) = positions[i];
		assert_int_equal(ring__consume(&f.ring), -EBADMSG);
		assert_int_equal(f.taken, 0);
		assert_int_equal(*consumer(&f), *producer(&f));
		end(&f);
	}
}

/* mmap() fails: what is left stays where it is, and is taken later. */
static void loses_nothing_while_its_window_is_stuck(void **state)
{
	struct fake f;

	begin_at(&f, DATA_BYTES, 0);
	for (uint64_t number = 1; number <= 200; number++)
		put(&f, number, 1000, 0);
	f.ring.fd = -1;
	assert_int_equal(ring__consume(&f.ring), -EBADF);
	assert_in_range(f.taken, 1, 199);
	assert_int_equal(f.last, f.taken);
	assert_int_equal(ring__consume(&f.ring), -EBADF);
	f.ring.fd = f.fd;
	assert_int_equal(ring__consume(&f.ring), 0);
	assert_int_equal(f.taken, 200);
	assert_int_equal(f.last, 200);
	end(&f);
}

/* With what comes next in the window, a wake-up needs no system call before it has a record. */
static void looks_ahead(void **state)
{
	struct fake f;

	begin_at(&f, DATA_BYTES, 0);
	for (uint64_t number = 1; number <= 1000; number++) {
		put(&f, number, 3000, 0);
		f.ring.fd = -1;
		assert_int_equal(ring__consume(&f.ring), 0);
		f.ring.fd = f.fd;
		assert_int_equal(ring__consume(&f.ring), 0);
	}
	assert_int_equal(f.taken, 1000);
	end(&f);
}

static void says_what_is_wrong_with_its_descriptor(void **state)
{
	struct ring closed = {0}, ring = {.fd = -1};

	assert_int_equal(ring__open(&ring, DATA_BYTES), -EBADF);
	ring__close(&ring);
	ring__close(&closed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_in_order),
		cmocka_unit_test(moves_its_window),
		cmocka_unit_test(has_a_window_in_small_data),
		cmocka_unit_test(passes_the_last_position),
		cmocka_unit_test(waits_for_what_is_being_written),
		cmocka_unit_test(passes_over_what_was_discarded),
		cmocka_unit_test(keeps_what_was_not_taken),
		cmocka_unit_test(goes_on_where_another_stopped),
		cmocka_unit_test(refuses_a_length_out_of_range),
		cmocka_unit_test(refuses_a_length_beyond_its_window),
		cmocka_unit_test(refuses_a_position_out_of_range),
		cmocka_unit_test(loses_nothing_while_its_window_is_stuck),
		cmocka_unit_test(looks_ahead),
		cmocka_unit_test(says_what_is_wrong_with_its_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
