// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A text between two processes; see board.h. */
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "metrics/board.h"

/* Writing takes a millisecond or two, and comes once in a second at most. */
#define TRIES	 1000
#define PAUSE_NS 1000000

struct board_state {
	atomic_ulong turn; /* odd while it is being written */
	atomic_ulong bytes;
};

int board__open(struct board *b)
{
	int err = 0;

	*b = (struct board){.fd = memfd_create("oomtrace-metrics", MFD_CLOEXEC)};
	if (b->fd < 0)
		return -errno;
	b->state = mmap(NULL, sizeof(*b->state), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			-1, 0);
	if (b->state == MAP_FAILED) {
		err = -errno;
		b->state = NULL;
		board__close(b);
	}
	return err;
}

void board__close(struct board *b)
{
	if (b->state)
		munmap(b->state, sizeof(*b->state));
	if (b->fd >= 0)
		close(b->fd);
	*b = (struct board){.fd = -1};
}

int board__write(struct board *b, int (*write)(const void *context, int fd), const void *context)
{
	int err;

	atomic_fetch_add(&b->state->turn, 1);
	lseek(b->fd, 0, SEEK_SET);
	err = write(context, b->fd);
	atomic_store(&b->state->bytes, err ? 0 : lseek(b->fd, 0, SEEK_CUR));
	atomic_fetch_add(&b->state->turn, 1);
	return err;
}

/* Whether it was whole all the time: the writer was not there before and not meanwhile. */
static bool copy(const struct board *b, char *text, size_t bytes, unsigned long turn)
{
	bool whole = pread(b->fd, text, bytes, 0) == (ssize_t)bytes;

	return whole && atomic_load(&b->state->turn) == turn;
}

char *board__read(const struct board *b, size_t *bytes)
{
	const struct timespec pause = {.tv_nsec = PAUSE_NS};

	for (int i = 0; i < TRIES; i++) {
		unsigned long turn = atomic_load(&b->state->turn);
		char *text;

		*bytes = atomic_load(&b->state->bytes);
		text = *bytes && !(turn & 1) ? malloc(*bytes) : NULL;
		if (text && copy(b, text, *bytes, turn))
			return text;
		free(text);
		nanosleep(&pause, NULL);
	}
	return NULL;
}
