// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What is in the rings, this run's and those that earlier ones left; see tracer.h. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#include "node/clock.h"
#include "trace/tracer.h"

/* Two thirds of what systemd gives a service to end, for a reader that reads. */
#define REST_NS 60000000000ULL
/* More than who was interrupted while it wrote a record has to wait for a CPU. */
#define WRITER_NS 1000000000ULL

/* ---- the ring ---- */

int tracer__open_ring(struct tracer *t, struct ring *ring, int fd, size_t bytes)
{
	int err;

	*ring = (struct ring){.fd = fd, .take = intake__record, .context = &t->intake};
	err = ring__open(ring, bytes);
	if (err)
		fprintf(stderr, "oomtrace: the ring buffer can't be mapped: %s\n", strerror(-err));
	return err;
}

/* 0, or a negative errno: what is in it stays there. */
static int read_ring(struct tracer *t, struct ring *ring)
{
	int err = ring__consume(ring);

	if (err != -EBADMSG)
		return err;
	fprintf(stderr, "oomtrace: the ring buffer held something that is no record; skipped\n");
	intake__pass_over(&t->intake);
	return 0;
}

/* That the sinks have no room is theirs to tell. */
static bool is_trouble(int err)
{
	return err && err != -EAGAIN;
}

/* While it can't be read it would wake the loop for ever. */
void tracer__consume(struct tracer *t)
{
	struct epoll_event event = {.data.fd = t->ring.fd};
	int err = read_ring(t, &t->ring);

	if (err == t->ring_err)
		return;
	if (is_trouble(err))
		fprintf(stderr, "oomtrace: the ring buffer can't be read: %s; trying again\n",
			strerror(-err));
	else if (is_trouble(t->ring_err))
		fprintf(stderr, "oomtrace: the ring buffer can be read again\n");
	event.events = err ? 0 : EPOLLIN;
	epoll_ctl(t->epoll, EPOLL_CTL_MOD, t->ring.fd, &event);
	t->ring_err = err;
}

/*
 * A record that is still being written, by a program that was interrupted, holds up all that are
 * whole already.
 */
static void consume_all(struct tracer *t)
{
	uint64_t end_ns = clock__boot_ns() + WRITER_NS;

	tracer__consume(t);
	while (!t->ring_err && !ring__is_empty(&t->ring) && clock__boot_ns() < end_ns) {
		poll(NULL, 0, 1);
		tracer__consume(t);
	}
}

/*
 * A storm may go on meanwhile, and its reader be no faster. Where another start finds the ring, what
 * found no room may stay in it.
 */
void tracer__consume_rest(struct tracer *t)
{
	uint64_t end_ns = clock__boot_ns() + REST_NS;

	tracer__consume(t);
	while (t->ring_err == -EAGAIN && clock__boot_ns() < end_ns) {
		sinks__settle(&t->sinks);
		if (!sinks__have_room(&t->sinks))
			break;
		tracer__consume(t);
	}
	if (t->ledger.resumable)
		return;
	t->intake.waits = false;
	consume_all(t);
}

/* ---- what earlier runs left ---- */

void tracer__settle_crash(struct tracer *t)
{
	struct rec_ledger *b = t->intake.books;
	char uid[NODE_UID_BYTES];
	uint64_t lost;

	node__uid(&t->node, b->last_seq + 1, uid);
	if (!strcmp(uid, sinks__last_uid(&t->sinks)))
		b->last_seq++;
	else if (b->last_seq > b->written + b->holes + b->lost_output) {
		lost = b->last_seq - b->written - b->holes - b->lost_output;
		b->lost_output += lost;
		intake__miss(&t->intake, b->last_seq - lost + 1, b->last_seq, "output");
	}
	intake__count_written(&t->intake);
}

/* To the last of its records; what found no room after that one, no later record shows. */
static void drain(struct tracer *t, struct ring *ring)
{
	struct rec_ledger *b = t->intake.books;
	uint64_t known = b->holes + b->lost_output, tail;
	int err;

	tracer__settle_crash(t);
	metrics__open_books(t->intake.metrics, b, false, clock__boot_ns());
	err = read_ring(t, ring);
	if (err) {
		fprintf(stderr, "oomtrace: an earlier ring buffer can't be read: %s\n",
			strerror(-err));
		t->lost_before = true;
	}
	tail = b->ring_full > b->holes ? b->ring_full - b->holes : 0;
	if (tail)
		intake__miss(&t->intake, b->last_seq + 1, b->last_seq + tail, "ring_full");
	intake__tell_gap(&t->intake);
	metrics__close_books(t->intake.metrics, b);
	t->lost_before |= b->holes + tail + b->lost_output > known;
}

void tracer__drain_leftovers(struct tracer *t)
{
	struct intake live = t->intake;
	struct leftover left;

	while (!kernel__take_leftover(t->kernel, &left)) {
		struct ring ring;

		if (left.ledger && left.ring_bytes &&
		    !tracer__open_ring(t, &ring, left.ring_fd, left.ring_bytes)) {
			t->intake.waits = false;
			t->intake.books = left.ledger;
			t->intake.until_ns = left.until_ns;
			t->node.ledger_ns = left.ledger->began_ns;
			drain(t, &ring);
			ring__close(&ring);
		}
		t->intake = live;
		t->node.ledger_ns = live.books->began_ns;
		leftover__free(&left);
	}
}
