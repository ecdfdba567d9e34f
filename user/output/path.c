// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* An output file by its name; see path.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "output/path.h"

/* O_NONBLOCK means nothing to a regular file; a FIFO or a terminal must not stop the tracer. */
#define OPEN_FLAGS (O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

/*
 * fs/pipe.c, fifo_open(): to open only the write end without blocking fails with ENXIO while nobody
 * reads; to open both ends never does. fd has both. Kept, it would be its own reader: it would
 * never see EPIPE, and lines that nobody reads would count as written.
 */
static int fifo_write_end(int fd)
{
	char path[32];
	int end;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	end = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	return end < 0 ? -errno : end;
}

int path__open(const char *path, struct stat *st)
{
	int fd = open(path, OPEN_FLAGS, 0640);
	int result = fd;

	if (fd < 0)
		return -errno;
	if (fstat(fd, st))
		result = -errno;
	else if (S_ISFIFO(st->st_mode))
		result = fifo_write_end(fd);
	else if (!S_ISREG(st->st_mode) && !S_ISCHR(st->st_mode))
		result = -EINVAL;
	if (result != fd)
		close(fd);
	return result;
}

void path__sync_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX] = ".";
	int fd;

	if (slash)
		snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path + 1), path);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

bool path__names(const char *path, const struct stat *st)
{
	struct stat now;

	return !lstat(path, &now) && now.st_dev == st->st_dev && now.st_ino == st->st_ino;
}

/* PATH.number, and whether there is such a file. */
static bool numbered(const char *path, uint32_t number, char out[PATH_MAX])
{
	struct stat st;

	snprintf(out, PATH_MAX, "%s.%u", path, number);
	return !lstat(out, &st);
}

int path__rotate(const char *path, uint32_t max_files)
{
	char from[PATH_MAX], to[PATH_MAX];
	uint32_t number = 1;

	/* Only those below the first number that is free have to move. */
	while (numbered(path, number, to) && number < max_files)
		number++;
	for (; number > 1; number--) {
		numbered(path, number - 1, from);
		numbered(path, number, to);
		if (rename(from, to))
			return -errno;
	}
	numbered(path, 1, to);
	return rename(path, to) ? -errno : 0;
}
