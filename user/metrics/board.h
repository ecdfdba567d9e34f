/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A text that one process writes and another one reads, who have nothing else in common: the writer
 * never waits, the reader gets a whole one.
 */
#ifndef OOMTRACE_BOARD_H
#define OOMTRACE_BOARD_H

#include <stddef.h>

struct board_state;

struct board {
	int fd; /* of the text, which is in memory */
	struct board_state *state;
};

/* To be opened before the processes part. 0, or a negative errno. */
int board__open(struct board *b);
void board__close(struct board *b);

/* write puts the text into fd. 0, or the negative errno that it returned: then there is no text. */
int board__write(struct board *b, int (*write)(const void *context, int fd), const void *context);

/* A copy, to be freed. NULL: there is none, or no memory. */
char *board__read(const struct board *b, size_t *bytes);

#endif /* OOMTRACE_BOARD_H */
