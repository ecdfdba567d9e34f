/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * For tests of what ends up in a file: an empty directory of each test's own as the working
 * directory, and lines that carry a number, so that what is missing, torn, twice or out of order
 * shows.
 */
#ifndef OOMTRACE_TESTS_SANDBOX_H
#define OOMTRACE_TESTS_SANDBOX_H

#include <fcntl.h>
#include <ftw.h>
#include <linux/fs.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* A test that blocks is ended by this, instead of waiting for ever. */
#define SANDBOX_SECONDS 60

static inline int sandbox__enter(void **state)
{
	char dir[] = "/tmp/oomtrace-test-XXXXXX";

	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	alarm(SANDBOX_SECONDS);
	*state = mkdtemp(dir) ? strdup(dir) : NULL;
	return !*state || chdir(*state);
}

static inline int sandbox__remove(const char *path, const struct stat *st, int type,
				  struct FTW *ftw)
{
	return remove(path);
}

static inline int sandbox__leave(void **state)
{
	int err = chdir("/") || nftw(*state, sandbox__remove, 8, FTW_DEPTH | FTW_PHYS);

	free(*state);
	alarm(0);
	return err;
}

#define in_sandbox(test) cmocka_unit_test_setup_teardown(test, sandbox__enter, sandbox__leave)

/* Appends text to the file, which is made if it is not there. */
static inline void put_text(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
}

/* Appends what the file has to text, which has had len bytes; returns how many it has now. */
static inline size_t get_text(const char *path, char *text, size_t len, size_t cap)
{
	int fd = open(path, O_RDONLY);
	ssize_t n;

	assert_true(fd >= 0);
	while ((n = read(fd, text + len, cap - len)) > 0)
		len += n;
	assert_int_equal(n, 0);
	assert_true(len < cap);
	close(fd);
	return len;
}

/* {"n":17,"pad":"xxx"}, of exactly bytes bytes with its newline, at least 32. Returns bytes. */
static inline size_t numbered_line(char *line, unsigned number, size_t bytes)
{
	size_t head = sprintf(line, "{\"n\":%u,\"pad\":\"", number);

	memset(line + head, 'x', bytes - head - 3);
	memcpy(line + bytes - 3, "\"}\n", 3);
	return bytes;
}

/* The text is the lines first, first + 1, ... and nothing else. Returns the number after the
 * last. */
static inline unsigned assert_lines(const char *text, size_t len, unsigned first)
{
	const char *end = text + len;

	for (; text < end; first++) {
		const char *newline = memchr(text, '\n', end - text);
		char line[16384];

		assert_non_null(newline);
		assert_in_range(newline + 1 - text, 24, sizeof(line));
		numbered_line(line, first, newline + 1 - text);
		assert_memory_equal(text, line, newline + 1 - text);
		text = newline + 1;
	}
	return first;
}

/* The same of a file. */
static inline unsigned assert_file_lines(const char *path, unsigned first)
{
	static char text[8 << 20];

	return assert_lines(text, get_text(path, text, 0, sizeof(text)), first);
}

static inline off_t size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -1 : st.st_size;
}

/* chattr +a: neither ftruncate() nor rename(). Needs CAP_LINUX_IMMUTABLE and a file system that has
 * it. */
static inline bool set_append_only(const char *path, bool on)
{
	int fd = open(path, O_RDONLY), flags = 0;
	bool done = fd >= 0 && !ioctl(fd, FS_IOC_GETFLAGS, &flags);

	flags = on ? flags | FS_APPEND_FL : flags & ~FS_APPEND_FL;
	done = done && !ioctl(fd, FS_IOC_SETFLAGS, &flags);
	close(fd);
	return done;
}

#endif /* OOMTRACE_TESTS_SANDBOX_H */
