// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A child that serves metrics; see server.h. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "metrics/http.h"
#include "metrics/server.h"
#include "privileges.h"

#define BACKLOG	   16
#define MOST_FILES 1024

static int say(const struct server *s, const char *what, int err)
{
	fprintf(stderr, "oomtrace: --listen %s: %s%s%s\n", s->address, what, err ? ": " : "",
		err ? strerror(-err) : "");
	return err ? err : -ENOSYS;
}

/* ---- the socket ---- */

static int bind_to(int fd, const union address *address)
{
	const int on = 1;

	/* Connections of an earlier run may not be over yet. */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(fd, &address->any, address__bytes(address)) || listen(fd, BACKLOG))
		return -errno;
	return 0;
}

/* The descriptor, or a negative errno; address gets the port where any would do. */
static int open_socket(union address *address)
{
	int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	socklen_t bytes = sizeof(*address);
	int err;

	if (fd < 0)
		return -errno;
	err = bind_to(fd, address);
	if (!err && getsockname(fd, &address->any, &bytes))
		err = -errno;
	if (err)
		close(fd);
	return err ? err : fd;
}

/* ---- the child ---- */

/* Descriptors of the parent's are not the child's business: records go to stdout. */
static void close_others(const int kept[3])
{
	for (int fd = 0; fd < MOST_FILES; fd++)
		if (fd != STDERR_FILENO && fd != kept[0] && fd != kept[1] && fd != kept[2])
			close(fd);
}

static int serve(const struct server *s, int listener, int parent)
{
	const char *why;
	struct http *http;
	int err = http__load(&http, &why);

	if (err)
		return say(s, why, 0);
	if (!http__start(http, listener, &s->board))
		return say(s, "can't be served", 0);
	err = privileges__give_up();
	if (err)
		return say(s,
			   "its rights can't be given up: that needs CAP_SETUID and CAP_SETGID, or "
			   "seccomp",
			   err);
	close(STDERR_FILENO);
	if (write(parent, "", 1) == 1)
		http__run(http, parent);
	return 0;
}

/* What ends a group of processes is for the parent, which has last words to serve. */
static void be_child(const struct server *s, int listener, int parent)
{
	const int kept[] = {s->board.fd, listener, parent};

	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	close_others(kept);
	_exit(serve(s, listener, parent) ? 1 : 0);
}

/* ---- the parent ---- */

/* Waits until it serves; the child has said why if it never will. */
static int await(int ready)
{
	char byte;
	ssize_t n;

	do
		n = read(ready, &byte, 1);
	while (n < 0 && errno == EINTR);
	if (n != 1)
		return -ECHILD;
	return fcntl(ready, F_SETFL, O_NONBLOCK) ? -errno : 0;
}

/* Whom nobody waits for leaves no zombie: the filter of system calls has no wait. */
static int start(struct server *s, int listener)
{
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		return say(s, "pipe", -errno);
	signal(SIGCHLD, SIG_IGN);
	child = fork();
	if (!child)
		be_child(s, listener, ends[1]);
	close(ends[1]);
	s->alive = ends[0];
	return child < 0 ? say(s, "fork", -errno) : await(s->alive);
}

static int open_parts(struct server *s, union address *address)
{
	int err = board__open(&s->board), listener;

	if (err)
		return say(s, "memory for the text", err);
	listener = open_socket(address);
	if (listener == -EADDRINUSE)
		return say(s, "another process has this port: give another one", 0);
	if (listener == -EADDRNOTAVAIL)
		return say(s, "this machine has no such address", 0);
	if (listener < 0)
		return say(s, "socket", listener);
	address__format(s->address, address);
	err = start(s, listener);
	close(listener);
	return err;
}

int server__open(struct server *s, const union address *where)
{
	union address address = *where;
	int err;

	*s = (struct server){.alive = -1, .board.fd = -1};
	address__format(s->address, &address);
	err = open_parts(s, &address);
	if (err)
		server__close(s);
	else
		fprintf(stderr, "oomtrace: metrics are at http://%s/metrics\n", s->address);
	return err;
}

void server__close(struct server *s)
{
	board__close(&s->board);
	if (s->alive >= 0)
		close(s->alive);
	s->alive = -1;
}

bool server__is_alive(struct server *s)
{
	char byte;

	if (s->alive < 0 || read(s->alive, &byte, 1))
		return s->alive >= 0;
	close(s->alive);
	s->alive = -1;
	fprintf(stderr,
		"oomtrace: http://%s/metrics: the process that serves it has ended; restart "
		"oomtrace\n",
		s->address);
	return false;
}
