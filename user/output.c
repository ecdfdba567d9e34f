// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A file, pipe or terminal that takes whole lines. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "output.h"

int output__open(const char *path)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640);

	return fd < 0 ? -errno : fd;
}

int output__write(int fd, const char *buf, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, buf, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		buf += n;
		len -= n;
	}
	return 0;
}
