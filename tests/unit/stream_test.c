// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A stream whose reader sleeps, wakes, crawls or leaves: the writer never waits, every line is
 * whole. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <termios.h>

#include "node/clock.h"
#include "output/stream.h"
#include "sandbox.h"

#define ROOM	   16384
#define TEXT_BYTES (1 << 20)

/* The test's own open(), which the modules are linked with: another user's pipe is refused. */
static bool refuse_open_again;

int open(const char *path, int flags, ...)
{
	va_list rest;
	mode_t mode;

	va_start(rest, flags);
	mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
	va_end(rest);
	if (!refuse_open_again || strncmp(path, "/proc/self/fd/", 14))
		return syscall(SYS_openat, AT_FDCWD, path, flags, mode);
	errno = EACCES;
	return -1;
}

/* ---- both ends ---- */

/* ours is what the stream is made from; the reader's end does not block, so that it can be read
 * empty. */
struct ends {
	int ours;
	int reader;
};

static struct ends open_pipe(void)
{
	int fds[2];

	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	assert_int_equal(fcntl(fds[1], F_SETPIPE_SZ, 4096), 4096);
	assert_int_equal(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
	return (struct ends){.ours = fds[1], .reader = fds[0]};
}

static struct ends open_socket(void)
{
	int fds[2], small = 4096;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	assert_int_equal(setsockopt(fds[1], SOL_SOCKET, SO_SNDBUF, &small, sizeof(small)), 0);
	assert_int_equal(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
	return (struct ends){.ours = fds[1], .reader = fds[0]};
}

/* A terminal as it comes, so that "\n" is shown as "\r\n", and does not echo what we never type. */
static struct ends open_terminal(void)
{
	int master, slave;

	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	assert_int_equal(fcntl(master, F_SETFL, O_NONBLOCK), 0);
	return (struct ends){.ours = slave, .reader = master};
}

static void close_ends(const struct ends *e)
{
	close(e->ours);
	close(e->reader);
}

struct way {
	const char *name;
	struct ends (*open)(void);
	bool refuse; /* to open our end again */
};

static const struct way ways[] = {
	{"a pipe", open_pipe, false},
	{"a pipe of another user's", open_pipe, true},
	{"a socket", open_socket, false},
	{"a terminal", open_terminal, false},
	{"a terminal of another user's", open_terminal, true},
};

#define N_WAYS (sizeof(ways) / sizeof(ways[0]))

static struct stream stream;
static char text[TEXT_BYTES];

static struct ends open_way(const struct way *way)
{
	struct ends ends = way->open();

	print_message("  %s\n", way->name);
	refuse_open_again = way->refuse;
	assert_int_equal(stream__open(&stream, ends.ours, ROOM), 0);
	refuse_open_again = false;
	return ends;
}

static int put(unsigned number, size_t bytes)
{
	static char line[64 << 10];

	return stream__write(&stream, line, numbered_line(line, number, bytes), 1);
}

static int news(void)
{
	int err;

	return stream__news(&stream, &err) ? err : 0;
}

/* Reads up to bytes of what is there, behind the len bytes that text has; returns how many it has
 * now. */
static size_t read_some(int fd, size_t len, size_t bytes)
{
	static char chunk[64 << 10];
	ssize_t n = read(fd, chunk, bytes < sizeof(chunk) ? bytes : sizeof(chunk));

	for (ssize_t i = 0; i < n; i++)
		if (chunk[i] != '\r')
			text[len++] = chunk[i];
	return len;
}

static unsigned count_lines(size_t len)
{
	unsigned n = 0;

	for (size_t i = 0; i < len; i++)
		n += text[i] == '\n';
	return n;
}

/* Lets the reader and the stream take turns until the text, of len bytes now, has so many lines. */
static size_t read_lines(int fd, size_t len, unsigned lines)
{
	struct pollfd there = {.fd = fd, .events = POLLIN};

	stream__flush(&stream);
	while (count_lines(len) < lines) {
		assert_int_equal(poll(&there, 1, -1), 1);
		len = read_some(fd, len, SIZE_MAX);
		stream__flush(&stream);
	}
	assert_false(stream__pending(&stream));
	assert_int_equal(poll(&there, 1, 0), 0);
	assert_int_equal(assert_lines(text, len, 0), lines);
	return len;
}

/* ---- tests ---- */

static void has_a_description_of_its_own_where_it_can(void **state)
{
	for (size_t i = 0; i < N_WAYS; i++) {
		struct ends ends = open_way(&ways[i]);
		bool own = !ways[i].refuse && ways[i].open != open_socket;

		assert_int_equal(!!(fcntl(stream__fd(&stream), F_GETFL) & O_NONBLOCK), own);
		assert_int_equal(fcntl(ends.ours, F_GETFL) & O_NONBLOCK, 0);
		assert_int_equal(fcntl(stream__fd(&stream), F_GETFD), FD_CLOEXEC);
		assert_int_not_equal(stream__fd(&stream), ends.ours);
		assert_int_equal(stream__close(&stream, 0), 0);
		close_ends(&ends);
	}
}

static void a_reader_that_reads_gets_lines(void **state)
{
	for (size_t i = 0; i < N_WAYS; i++) {
		struct ends ends = open_way(&ways[i]);

		assert_int_equal(put(0, 100), 0);
		assert_int_equal(put(1, 200), 0);
		read_lines(ends.reader, 0, 2);
		assert_int_equal(stream__close(&stream, 0), 0);
		close_ends(&ends);
	}
}

/* More than it and we hold: what does not fit is dropped whole, what was taken comes in order. */
static void a_sleeping_reader_stops_nobody(void **state)
{
	for (size_t i = 0; i < N_WAYS; i++) {
		struct ends ends = open_way(&ways[i]);
		unsigned taken = 0, dropped = 0;
		size_t len;

		while (dropped < 100)
			if (put(taken, 300 + taken % 5))
				dropped++;
			else
				taken++;
		assert_true(stream__pending(&stream));
		assert_int_equal(news(), 0);
		assert_true(stream__waiting(&stream) > ROOM / 400);
		assert_int_equal(fcntl(ends.ours, F_GETFL) & O_NONBLOCK, 0);
		len = read_lines(ends.reader, 0, taken);
		assert_int_equal(put(taken, 300), 0);
		read_lines(ends.reader, len, taken + 1);
		assert_int_equal(stream__close(&stream, 0), 0);
		close_ends(&ends);
	}
}

/* Lines longer than PIPE_BUF, taken in crumbs, while new ones come. */
static void a_crawling_reader_gets_whole_lines(void **state)
{
	for (size_t i = 0; i < N_WAYS; i++) {
		struct ends ends = open_way(&ways[i]);
		unsigned n = 0, crumb = 1;
		size_t len = 0;

		while (n < 60) {
			if (!put(n, 1000 + n % 9 * 1000))
				n++;
			len = read_some(ends.reader, len, crumb);
			crumb = crumb * 7 % 1009;
			stream__flush(&stream);
		}
		read_lines(ends.reader, len, n);
		assert_int_equal(stream__close(&stream, 0), 0);
		close_ends(&ends);
	}
}

static void a_line_longer_than_the_room_is_dropped_alone(void **state)
{
	struct ends ends = open_way(&ways[0]);

	assert_int_equal(put(0, 100), 0);
	assert_int_equal(put(9, ROOM + 1), -ENOBUFS);
	assert_int_equal(put(1, 100), 0);
	read_lines(ends.reader, 0, 2);
	assert_int_equal(stream__close(&stream, 0), 0);
	close_ends(&ends);
}

static bool is_writable(int epoll)
{
	struct epoll_event event;

	return epoll_wait(epoll, &event, 1, 0) == 1 && event.events & EPOLLOUT;
}

static void epoll_says_when_the_reader_is_awake(void **state)
{
	struct ends ends = open_way(&ways[0]);
	struct epoll_event event = {.events = EPOLLOUT};
	int epoll = epoll_create1(0);

	assert_int_equal(epoll_ctl(epoll, EPOLL_CTL_ADD, stream__fd(&stream), &event), 0);
	assert_true(is_writable(epoll));
	assert_int_equal(put(0, 4096), 0);
	assert_int_equal(put(1, 4096), 0);
	assert_true(stream__pending(&stream));
	assert_false(is_writable(epoll));
	assert_int_equal(read_some(ends.reader, 0, 4096), 4096);
	assert_true(is_writable(epoll));
	stream__flush(&stream);
	assert_false(stream__pending(&stream));
	close(epoll);
	assert_int_equal(stream__close(&stream, 0), 0);
	close_ends(&ends);
}

static void a_reader_that_left_is_told_once(void **state)
{
	for (size_t i = 0; i < N_WAYS; i++) {
		struct ends ends = open_way(&ways[i]);

		assert_int_equal(put(0, 100), 0);
		close(ends.reader);
		assert_int_equal(news(), 0);
		assert_int_equal(put(1, 100), 0);
		assert_int_equal(news(), ways[i].open == open_terminal ? -EIO : -EPIPE);
		assert_int_equal(news(), 0);
		assert_int_equal(put(2, 100), -ENOBUFS);
		stream__flush(&stream);
		assert_int_equal(news(), 0);
		assert_false(stream__pending(&stream));
		assert_int_equal(stream__waiting(&stream), 1);
		assert_int_equal(stream__close(&stream, SANDBOX_SECONDS * 1000), 1);
		close(ends.ours);
	}
}

static void a_reader_that_leaves_while_lines_wait(void **state)
{
	struct ends ends = open_way(&ways[0]);

	assert_int_equal(put(0, 4096), 0);
	assert_int_equal(put(1, 4096), 0);
	assert_int_equal(put(2, 4096), 0);
	close(ends.reader);
	stream__flush(&stream);
	assert_int_equal(news(), -EPIPE);
	assert_int_equal(stream__close(&stream, 0), 2);
	close(ends.ours);
}

static void a_reader_that_leaves_while_nothing_waits(void **state)
{
	for (size_t i = 0; i < N_WAYS; i++) {
		struct ends ends = open_way(&ways[i]);

		stream__flush(&stream);
		assert_int_equal(news(), 0);
		close(ends.reader);
		stream__flush(&stream);
		assert_int_equal(news(), -EPIPE);
		assert_true(stream__gone(&stream));
		assert_int_equal(stream__close(&stream, 0), 0);
		close(ends.ours);
	}
}

/* ^S */
static void a_stopped_terminal_stops_nobody(void **state)
{
	for (size_t i = 0; i < N_WAYS; i++) {
		struct ends ends;
		unsigned taken = 0;

		if (ways[i].open != open_terminal)
			continue;
		ends = open_way(&ways[i]);
		assert_int_equal(tcflow(ends.ours, TCOOFF), 0);
		while (!put(taken, 300))
			taken++;
		assert_int_equal(stream__waiting(&stream), taken);
		assert_int_equal(tcflow(ends.ours, TCOON), 0);
		read_lines(ends.reader, 0, taken);
		assert_int_equal(stream__close(&stream, 0), 0);
		close_ends(&ends);
	}
}

/* ---- no reader at all ---- */

static void a_file_is_just_written(void **state)
{
	struct epoll_event event = {.events = EPOLLOUT};
	int fd = open("f", O_WRONLY | O_CREAT, 0600), epoll = epoll_create1(0);

	assert_int_equal(stream__open(&stream, fd, ROOM), 0);
	assert_int_equal(epoll_ctl(epoll, EPOLL_CTL_ADD, stream__fd(&stream), &event), -1);
	assert_int_equal(errno, EPERM);
	for (unsigned n = 0; n < 100; n++)
		assert_int_equal(put(n, 1000), 0);
	assert_int_equal(write(fd, "end\n", 4), 4); /* one offset for both descriptors */
	assert_int_equal(stream__close(&stream, 0), 0);
	assert_int_equal(truncate("f", 100000), 0);
	assert_int_equal(assert_file_lines("f", 0), 100);
	close(epoll);
	close(fd);
}

static void a_full_disk_is_waited_for_but_not_at_the_end(void **state)
{
	int fd = open("/dev/full", O_WRONLY);
	uint64_t start_ns = clock__boot_ns();

	assert_int_equal(stream__open(&stream, fd, ROOM), 0);
	assert_int_equal(put(0, 100), 0);
	assert_int_equal(put(1, 100), 0);
	assert_int_equal(news(), -ENOSPC);
	assert_int_equal(news(), 0);
	assert_true(stream__pending(&stream));
	assert_int_equal(stream__close(&stream, SANDBOX_SECONDS * 1000), 2);
	assert_true(clock__boot_ns() - start_ns < SANDBOX_SECONDS * 1000000000ull / 2);
	close(fd);
}

static void no_descriptor_no_stream(void **state)
{
	int fd = open("/dev/null", O_WRONLY);

	assert_int_equal(stream__open(&stream, -1, ROOM), -EBADF);
	assert_int_equal(stream__close(&stream, 0), 0);
	assert_int_equal(stream__open(&stream, fd, 0), -EINVAL);
	assert_int_equal(stream__close(&stream, 0), 0);
	close(fd);
}

/* ---- the end ---- */

static void the_end_does_not_wait_for_ever(void **state)
{
	for (size_t i = 0; i < N_WAYS; i++) {
		struct ends ends = open_way(&ways[i]);
		uint64_t start_ns, waiting;

		for (unsigned n = 0; !put(n, 300); n++)
			;
		/* Where a write takes no more than poll() promised, there may be room for some. */
		waiting = stream.spool.lines;
		start_ns = clock__boot_ns();
		stream__settle(&stream, 30);
		assert_true(clock__boot_ns() - start_ns > 20000000);
		/* Nor for a second time. */
		assert_in_range(stream__close(&stream, SANDBOX_SECONDS * 1000), 1, waiting);
		close_ends(&ends);
	}
}

static void *read_to_the_end(void *argument)
{
	const struct ends *ends = argument;
	struct pollfd there = {.fd = ends->reader, .events = POLLIN};
	size_t len = 0;

	while (!memmem(text, len, "end\n", 4) && poll(&there, 1, SANDBOX_SECONDS * 1000) > 0)
		len = read_some(ends->reader, len, 64);
	return (void *)len;
}

static void the_end_waits_for_a_reader_that_reads(void **state)
{
	for (size_t i = 0; i < N_WAYS; i++) {
		struct ends ends = open_way(&ways[i]);
		unsigned taken = 0;
		pthread_t thread;
		void *len;

		memset(text, 0, 4);
		while (!put(taken, 300))
			taken++;
		assert_int_equal(pthread_create(&thread, NULL, read_to_the_end, &ends), 0);
		assert_int_equal(stream__close(&stream, SANDBOX_SECONDS * 1000), 0);
		assert_int_equal(write(ends.ours, "end\n", 4), 4);
		pthread_join(thread, &len);
		assert_int_equal(assert_lines(text, (size_t)len - 4, 0), taken);
		close_ends(&ends);
	}
}

/* As long as it was the other's, whose flags it has not changed, there is no room left. */
static void talk_waits_for_no_reader(void **state)
{
	for (size_t i = 0; i < N_WAYS; i++) {
		struct ends ends = ways[i].open();
		int shared = dup(ends.ours), flags = fcntl(shared, F_GETFL);

		if (ways[i].refuse)
			fcntl(shared, F_SETFL, flags |= O_NONBLOCK); /* else it would wait */
		refuse_open_again = ways[i].refuse;
		stream__unblock(ends.ours);
		refuse_open_again = false;
		assert_int_equal(fcntl(shared, F_GETFL), flags);
		while (write(ends.ours, text, 1000) > 0)
			;
		assert_int_equal(errno, EAGAIN);
		close(shared);
		close_ends(&ends);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_sandbox(has_a_description_of_its_own_where_it_can),
		in_sandbox(a_reader_that_reads_gets_lines),
		in_sandbox(a_sleeping_reader_stops_nobody),
		in_sandbox(a_crawling_reader_gets_whole_lines),
		in_sandbox(a_line_longer_than_the_room_is_dropped_alone),
		in_sandbox(epoll_says_when_the_reader_is_awake),
		in_sandbox(a_reader_that_left_is_told_once),
		in_sandbox(a_reader_that_leaves_while_lines_wait),
		in_sandbox(a_reader_that_leaves_while_nothing_waits),
		in_sandbox(a_stopped_terminal_stops_nobody),
		in_sandbox(a_file_is_just_written),
		in_sandbox(a_full_disk_is_waited_for_but_not_at_the_end),
		in_sandbox(no_descriptor_no_stream),
		in_sandbox(the_end_does_not_wait_for_ever),
		in_sandbox(the_end_waits_for_a_reader_that_reads),
		in_sandbox(talk_waits_for_no_reader),
	};

	return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
