// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Plain or gzip to a stream; see file.h. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "journal/file.h"

/* Of a stream that is cut off, zlib gives what there is, and only then an error. */
static ssize_t read_some(void *cookie, char *buf, size_t size)
{
	int n = gzread(cookie, buf, size), status;

	if (n > 0)
		return n;
	gzerror(cookie, &status);
	if (!n && (status == Z_OK || status == Z_STREAM_END))
		return 0;
	errno = EIO;
	return -1;
}

static int close_it(void *cookie)
{
	gzclose_r(cookie);
	return 0;
}

static FILE *open_gzip(int fd)
{
	static const cookie_io_functions_t functions = {.read = read_some, .close = close_it};
	gzFile gz = gzdopen(fd, "r");
	FILE *file;

	if (!gz) {
		close(fd);
		errno = ENOMEM;
		return NULL;
	}
	file = fopencookie(gz, "r", functions);
	if (!file)
		gzclose_r(gz);
	return file;
}

FILE *journal_file__open(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	unsigned char magic[2];
	FILE *file;

	if (fd < 0)
		return NULL;
	if (pread(fd, magic, 2, 0) == 2 && magic[0] == 0x1f && magic[1] == 0x8b)
		return open_gzip(fd);
	file = fdopen(fd, "r");
	if (!file)
		close(fd);
	return file;
}

bool journal_file__is_foreign(const char *path)
{
	static const char *const endings[] = {".xz", ".zst", ".bz2"};
	size_t len = strlen(path);

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		size_t n = strlen(endings[i]);

		if (len > n && !strcmp(path + len - n, endings[i]))
			return true;
	}
	return false;
}
