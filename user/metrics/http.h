/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Serves a board as GET /metrics, by libmicrohttpd, which is loaded here and linked nowhere. */
#ifndef OOMTRACE_HTTP_H
#define OOMTRACE_HTTP_H

#include <stdbool.h>

#include "metrics/board.h"

struct http;

/* Loads the library. 0; or -ENOSYS, with what is wrong, and the remedy, in *why. */
int http__load(struct http **out, const char **why);

/* listener: a socket that listens, nonblocking. Whether it can be served. */
bool http__start(struct http *h, int listener, const struct board *board);

/* Serves until the other end of parent, a pipe, is closed: the one that writes the board has ended. */
void http__run(struct http *h, int parent);

#endif /* OOMTRACE_HTTP_H */
