// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The end of a file of JSON lines; see tail.h. Runs when a file is opened. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/tail.h"

bool tail__torn(int fd)
{
	struct stat st;
	char last;

	if (fstat(fd, &st))
		return false;
	return pread(fd, &last, 1, st.st_size - 1) == 1 && last != '\n';
}

/*
 * Whether the line is one object and nothing after it. One that a crash cut off is none, wherever
 * it was cut: its outermost brace is still open.
 */
static bool is_object(const char *line, size_t len)
{
	bool in_string = false;
	int depth = 0;

	for (size_t i = 0; i < len; i++) {
		if (line[i] == '"')
			in_string = !in_string;
		else if (line[i] == '\\')
			i++;
		if (in_string)
			continue;
		depth += (line[i] == '{') - (line[i] == '}');
		if (!depth)
			return i == len - 1;
	}
	return false;
}

/*
 * {"schema":1,"type":"oom_kill","time":"…","log":{"record":{"uid":"9e0f…-17"}},"host":…
 * No string of a stranger's can look like the key: inside a string each quote has a backslash
 * before it.
 */
static int find_uid(const char *line, size_t len, char *uid, size_t uid_bytes)
{
	static const char key[] = "\"log\":{\"record\":{\"uid\":\"";
	const char *value = memmem(line, len, key, strlen(key)), *quote;

	if (!value || !is_object(line, len))
		return -ENODATA;
	value += strlen(key);
	quote = memchr(value, '"', line + len - value);
	if (!quote || (size_t)(quote - value) >= uid_bytes)
		return -ENODATA;
	memcpy(uid, value, quote - value);
	uid[quote - value] = '\0';
	return 0;
}

/* Reads up to TAIL_BYTES before the end of fd. Their number, or a negative errno. */
static ssize_t read_end(int fd, char *buf)
{
	struct stat st;
	off_t start;
	ssize_t n;

	if (fstat(fd, &st))
		return -errno;
	start = st.st_size > TAIL_BYTES ? st.st_size - TAIL_BYTES : 0;
	n = pread(fd, buf, TAIL_BYTES, start);
	return n < 0 ? -errno : n;
}

int tail__last_uid(int fd, char *uid, size_t uid_bytes)
{
	char *buf = malloc(TAIL_BYTES), *end, *before;
	ssize_t n;
	int err;

	uid[0] = '\0';
	if (!buf)
		return -ENOMEM;
	n = read_end(fd, buf);
	err = n < 0 ? n : -ENODATA;
	if (n <= 0)
		goto out;
	end = memrchr(buf, '\n', n);
	if (!end)
		goto out;
	before = memrchr(buf, '\n', end - buf);
	if (!before && n == TAIL_BYTES)
		goto out;
	before = before ? before + 1 : buf;
	err = find_uid(before, end - before, uid, uid_bytes);
out:
	free(buf);
	return err;
}
