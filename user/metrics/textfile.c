// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A file that is replaced; see textfile.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "metrics/textfile.h"

#define MOST_BYTES (4 << 20)
#define MODE	   0644 /* node-exporter is another user */

static int read_all(int fd, char **text, size_t *bytes)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (st.st_size > MOST_BYTES)
		return -EFBIG;
	*text = malloc(st.st_size + 1);
	if (!*text)
		return -ENOMEM;
	n = pread(fd, *text, st.st_size, 0);
	*bytes = n < 0 ? 0 : n;
	(*text)[*bytes] = '\0';
	return n < 0 ? -errno : 0;
}

int textfile__read(const char *path, char **text, size_t *bytes)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), err;

	*text = NULL;
	*bytes = 0;
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	err = read_all(fd, text, bytes);
	close(fd);
	return err;
}

/* "/a/.b.new" of "/a/b". */
static int name_beside(const char *path, char beside[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	int directory = slash ? slash + 1 - path : 0;
	int n = snprintf(beside, PATH_MAX, "%.*s.%s.new", directory, path, path + directory);

	return n < PATH_MAX ? 0 : -ENAMETOOLONG;
}

static int fill(int fd, int (*write)(const void *context, int fd), const void *context)
{
	int err;

	/* The umask may be stricter. */
	if (fchmod(fd, MODE))
		return -errno;
	err = write(context, fd);
	return !err && fsync(fd) ? -errno : err;
}

int textfile__replace(const char *path, int (*write)(const void *context, int fd),
		      const void *context)
{
	char beside[PATH_MAX];
	int err = name_beside(path, beside), fd;

	if (err)
		return err;
	unlink(beside);
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, MODE);
	if (fd < 0)
		return -errno;
	err = fill(fd, write, context);
	close(fd);
	if (!err && rename(beside, path))
		err = -errno;
	if (err)
		unlink(beside);
	return err;
}
