/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A text that others read, replaced as a whole: a reader finds the old one or the new one. It is
 * written beside its place under a hidden name, which node-exporter does not look at.
 */
#ifndef OOMTRACE_TEXTFILE_H
#define OOMTRACE_TEXTFILE_H

#include <stddef.h>

/*
 * All of it, followed by a NUL; *text is to be freed, and NULL if there is no such file. 0, or a
 * negative errno: -ELOOP for a symbolic link, -EINVAL where it is no file, -EFBIG above 4 MiB.
 */
int textfile__read(const char *path, char **text, size_t *bytes);

/*
 * With mode 0644, synced to the disk. write puts it into fd: 0, or a negative errno, which is
 * returned, with the old text in its place.
 */
int textfile__replace(const char *path, int (*write)(const void *context, int fd),
		      const void *context);

#endif /* OOMTRACE_TEXTFILE_H */
