/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* One open struct file, lines written to it, and faults that write() and fdatasync() are told. */
#ifndef OOMTRACE_TESTS_FILE_FIXTURE_H
#define OOMTRACE_TESTS_FILE_FIXTURE_H

#include <errno.h>
#include <sys/syscall.h>

#include "output/file.h"
#include "sandbox.h"

/* The test's own write() and fdatasync(), which the modules are linked with. */
static struct {
	int fd;		   /* 0: none */
	const int *writes; /* each n > 0: no more than n bytes, < 0: this errno; a 0 ends them */
	const int *syncs;
	unsigned synced;
	void (*before_error)(void); /* what others do to the file just then */
} faults;

ssize_t write(int fd, const void *buf, size_t len)
{
	int fault = faults.fd && fd == faults.fd && faults.writes && *faults.writes
			    ? *faults.writes++
			    : 0;

	if (fault >= 0)
		return syscall(SYS_write, fd, buf,
			       fault && (size_t)fault < len ? (size_t)fault : len);
	if (faults.before_error)
		faults.before_error();
	errno = -fault;
	return -1;
}

int fdatasync(int fd)
{
	int fault = faults.syncs && *faults.syncs ? *faults.syncs++ : 0;

	faults.synced++;
	errno = -fault;
	return fault ? -1 : syscall(SYS_fdatasync, fd);
}

#define FILE_ROOM 16384

static struct file file;

static inline int open_file(const char *path, enum sync when)
{
	const struct file_config config = {.path = path, .sync = when, .spool_bytes = FILE_ROOM};
	int err = file__open(&file, &config);

	memset(&faults, 0, sizeof(faults));
	faults.fd = file.fd;
	return err;
}

static inline int put(unsigned number, size_t bytes)
{
	static char line[64 << 10];

	return file__write(&file, line, numbered_line(line, number, bytes), 1);
}

static inline void assert_news(const char *what, int err)
{
	struct file_news news;

	assert_true(file__news(&file, &news));
	assert_string_equal(news.what, what);
	assert_non_null(news.effect);
	assert_int_equal(news.err, err);
}

static inline void assert_no_news(void)
{
	struct file_news news;

	assert_false(file__news(&file, &news));
}

#endif /* OOMTRACE_TESTS_FILE_FIXTURE_H */
