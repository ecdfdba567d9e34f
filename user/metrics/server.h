/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The process that serves metrics over HTTP: a child without any right, who knows of the program
 * nothing but the text on the board.
 */
#ifndef OOMTRACE_SERVER_H
#define OOMTRACE_SERVER_H

#include <stdbool.h>

#include "metrics/address.h"
#include "metrics/board.h"

struct server {
	struct board board;
	int alive; /* a pipe whose other end the child has; -1: it has ended */
	char address[ADDRESS_TEXT_BYTES]; /* where it listens */
};

/*
 * Serves on return, and says on stderr where, or what is wrong and the remedy. To be called before anything is there that the child should not have. 0, or a
 * negative errno.
 */
int server__open(struct server *s, const union address *where);
void server__close(struct server *s); /* which ends it */

/* Whether it is there; that it has ended is said on stderr, once. */
bool server__is_alive(struct server *s);

#endif /* OOMTRACE_SERVER_H */
