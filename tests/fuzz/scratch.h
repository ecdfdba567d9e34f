/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The input as a file in the working directory, for readers that take a path. */
#ifndef OOMTRACE_TESTS_SCRATCH_H
#define OOMTRACE_TESTS_SCRATCH_H

#include <fcntl.h>
#include <unistd.h>

#include "promises.h"

/*
 * Writes the input to path over what was there, and returns a descriptor that the caller closes.
 * Without O_TRUNC: after it ext4 writes the new bytes to the disk at close (auto_da_alloc).
 */
static inline int scratch__fill(const char *path, const uint8_t *data, size_t size)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	promise(fd >= 0);
	promise(write(fd, data, size) == (ssize_t)size);
	promise(!ftruncate(fd, size));
	return fd;
}

#endif /* OOMTRACE_TESTS_SCRATCH_H */
