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

static int look(int fd, struct journal_kind *kind)
{
	unsigned char magic[2];
	struct stat st;

	if (fstat(fd, &st))
		return -1;
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return -1;
	}
	*kind = (struct journal_kind){
		.dev = st.st_dev,
		.ino = st.st_ino,
		.regular = S_ISREG(st.st_mode),
		.gzip = pread(fd, magic, 2, 0) == 2 && magic[0] == 0x1f && magic[1] == 0x8b,
	};
	return 0;
}

FILE *journal_file__open(const char *path, struct journal_kind *kind)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	FILE *file = NULL;

	if (fd < 0)
		return NULL;
	if (!look(fd, kind)) {
		if (kind->gzip)
			return open_gzip(fd);
		file = fdopen(fd, "r");
	}
	if (!file)
		close(fd);
	return file;
}

FILE *journal_file__seekable(FILE *file, const struct journal_kind *kind)
{
	char buf[65536];
	FILE *copy;
	size_t n;

	if (kind->regular && !kind->gzip)
		return file;
	copy = tmpfile();
	while (copy && (n = fread(buf, 1, sizeof(buf), file)) > 0)
		if (fwrite(buf, 1, n, copy) != n)
			break;
	if (copy && (ferror(copy) || ferror(file) || fflush(copy))) {
		fclose(copy);
		copy = NULL;
	}
	if (copy)
		rewind(copy);
	fclose(file);
	return copy;
}

const char *journal_file__unpacker(const char *path)
{
	static const struct {
		const char *ending, *command;
	} forms[] = {{".xz", "xz -d"}, {".zst", "zstd -d"}, {".bz2", "bzip2 -d"}};
	size_t len = strlen(path);

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		size_t n = strlen(forms[i].ending);

		if (len > n && !strcmp(path + len - n, forms[i].ending))
			return forms[i].command;
	}
	return NULL;
}
