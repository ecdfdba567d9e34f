// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A descriptor that somebody reads, or has stopped reading; see stream.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "node/clock.h"
#include "output/stream.h"

#define SOCKET_MOMENT_US 100000

/*
 * /proc/self/fd/N is no name but the pipe or terminal itself: opening it gives a second open file
 * description, with flags of its own. Needs write permission on the inode, which a pipe of another
 * user's or a terminal after su may refuse.
 */
static int open_again(int fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

void stream__unblock(int fd)
{
	const struct timeval moment = {.tv_usec = SOCKET_MOMENT_US};
	struct stat st;
	int own = -1;

	if (fstat(fd, &st))
		return;
	if (S_ISSOCK(st.st_mode))
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &moment, sizeof(moment));
	if (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode))
		own = open_again(fd);
	if (own < 0)
		return;
	dup2(own, fd);
	close(own);
}

/*
 * What never blocks right after poll() has said POLLOUT. A pipe: pipe_poll() says it when a page is
 * free, and PIPE_BUF bytes need no more (unless another writer takes it first). A terminal:
 * n_tty_poll() says it when there is room at all, so one byte (only a newline that becomes CR LF
 * wants two).
 */
static size_t max_after_poll(mode_t mode)
{
	if (S_ISFIFO(mode))
		return PIPE_BUF;
	return S_ISCHR(mode) ? 1 : 0;
}

int stream__open(struct stream *s, int fd, size_t pending_bytes)
{
	struct stat st;
	int err;

	*s = (struct stream){.fd = -1, .waited_for = UINT64_MAX};
	if (fstat(fd, &st))
		return -errno;
	s->socket = S_ISSOCK(st.st_mode);
	if (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode))
		s->fd = open_again(fd);
	if (s->fd < 0) {
		s->max_bytes = max_after_poll(st.st_mode);
		s->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	}
	if (s->fd < 0)
		return -errno;
	err = spool__open(&s->spool, pending_bytes);
	if (err)
		close(s->fd);
	return err;
}

/* A socket has no second description, but a flag for each call. */
static ssize_t write_some(const struct stream *s, const char *bytes, size_t len)
{
	struct pollfd room = {.fd = s->fd, .events = POLLOUT};
	ssize_t n = -1;

	if (s->max_bytes && len > s->max_bytes)
		len = s->max_bytes;
	if (s->max_bytes && poll(&room, 1, 0) <= 0)
		return -EAGAIN;
	do
		n = s->socket ? send(s->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL)
			      : write(s->fd, bytes, len);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* 0: all is out; else the negative errno that was in the way. */
static int drain(struct stream *s)
{
	const char *rest;
	size_t len;

	while ((rest = spool__rest(&s->spool, &len))) {
		ssize_t n = write_some(s, rest, len);

		if (n <= 0)
			return n ? n : -EIO;
		s->taken += n;
		if (spool__advance(&s->spool, n))
			spool__pop(&s->spool);
	}
	return 0;
}

/* Room, on the reader's side or on a disk, can come back. A reader can't. */
static bool passes(int err)
{
	return err == -EAGAIN || err == -ENOBUFS || err == -ENOMEM || err == -ENOSPC ||
	       err == -EDQUOT || err == -EFBIG;
}

/* Nothing has to be written for that: pipe_poll() and tty_poll() say it. */
static int look(const struct stream *s)
{
	struct pollfd reader = {.fd = s->fd};

	return poll(&reader, 1, 0) > 0 ? -EPIPE : 0;
}

void stream__flush(struct stream *s)
{
	int err;

	if (s->gone)
		return;
	err = s->spool.lines ? drain(s) : look(s);
	if (err == -EAGAIN)
		return;
	s->trouble = err;
	s->gone = err && !passes(err);
}

int stream__write(struct stream *s, const char *text, size_t len, uint32_t victims)
{
	int err = s->gone ? -ENOBUFS : spool__push(&s->spool, text, len, victims);

	stream__flush(s);
	if (!err || s->gone)
		return err;
	err = spool__push(&s->spool, text, len, victims);
	stream__flush(s);
	return err;
}

bool stream__news(struct stream *s, int *err)
{
	if (s->trouble == s->told)
		return false;
	*err = s->told = s->trouble;
	return true;
}

bool stream__gone(const struct stream *s)
{
	return s->gone;
}

bool stream__pending(const struct stream *s)
{
	return !s->gone && s->spool.lines;
}

int stream__fd(const struct stream *s)
{
	return s->fd;
}

uint64_t stream__waiting(const struct stream *s)
{
	return s->spool.victims;
}

static int ms_until(uint64_t end_ns)
{
	uint64_t now_ns = clock__boot_ns();

	return now_ns < end_ns ? (end_ns - now_ns) / 1000000 : 0;
}

/* Only a reader is worth waiting for: a full disk, which poll() calls writable, is not. */
void stream__settle(struct stream *s, int deadline_ms)
{
	struct pollfd room = {.fd = s->fd, .events = POLLOUT};
	uint64_t end_ns = 0;
	int left_ms;

	while (!s->gone && drain(s) == -EAGAIN) {
		if (s->taken != s->waited_for)
			end_ns = clock__boot_ns() + deadline_ms * 1000000ull;
		s->waited_for = s->taken;
		left_ms = ms_until(end_ns);
		if (left_ms <= 0)
			break;
		poll(&room, 1, left_ms);
	}
}

uint64_t stream__close(struct stream *s, int deadline_ms)
{
	uint64_t lost;

	if (!s->spool.room)
		return 0;
	stream__settle(s, deadline_ms);
	lost = s->spool.lines;
	close(s->fd);
	spool__close(&s->spool);
	return lost;
}
