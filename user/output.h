/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A file, pipe or terminal that takes whole lines. */
#ifndef OOMTRACE_OUTPUT_H
#define OOMTRACE_OUTPUT_H

#include <stddef.h>

/*
 * Opens path for appending, made with mode 0640 if it is not there; a symbolic link is refused. Returns the
 * descriptor, or a negative errno.
 */
int output__open(const char *path);

/* Writes all len bytes, however often the kernel stops half way. 0, or a negative errno. */
int output__write(int fd, const char *buf, size_t len);

#endif /* OOMTRACE_OUTPUT_H */
