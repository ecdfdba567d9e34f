// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Names of a file to those of its rotations; see rotation.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "journal/rotation.h"

#define DIGITS	   "0123456789"
#define LINKS_MOST 40 /* as many as the kernel follows */

/* ---- names ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The length of "20261124", "2026-11-24" or "1764230400" at the beginning of text, or 0. */
static size_t date(const char *text)
{
	size_t len = strspn(text, DIGITS "-"), digits = 0;

	for (size_t i = 0; i < len; i++)
		digits += is_digit(text[i]);
	return digits >= 8 && strspn(text, DIGITS) >= 4 ? len : 0;
}

/* "node-7.jsonl" is of another node, and not what "node.jsonl" was renamed to. */
static bool keeps_extension(const char *name, const char *own)
{
	const char *extension = strrchr(own, '.');
	size_t len;

	if (!extension || extension == own || strncmp(name, own, extension - own))
		return false;
	name += extension - own;
	len = *name == '-' ? date(name + 1) : *name == '.' ? strspn(name + 1, DIGITS) : 0;
	if (!len || strncmp(name + 1 + len, extension, strlen(extension)))
		return false;
	name += 1 + len + strlen(extension);
	return !*name || *name == '.';
}

bool rotation__is_of(const char *name, const char *own)
{
	size_t len = strlen(own);

	if (!strncmp(name, own, len) && (name[len] == '.' || name[len] == '-') &&
	    is_digit(name[len + 1]))
		return true;
	return keeps_extension(name, own);
}

const char *rotation__name(const char *path)
{
	const char *last = strrchr(path, '/');

	return last ? last + 1 : path;
}

/* ---- links ---- */

/* Those of /proc/PID/fd lead to a file, and say only by which name it was opened. */
static bool is_name(const char *link)
{
	int fd = open(link, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct statfs fs;
	bool is;

	if (fd < 0)
		return false;
	is = !fstatfs(fd, &fs) && fs.f_type != PROC_SUPER_MAGIC;
	close(fd);
	return is;
}

/* 0: *target is where the link leads; 1: it is none; -ENOMEM. */
static int read_link(const char *link, char **target)
{
	char to[PATH_MAX];
	ssize_t len = readlink(link, to, sizeof(to));
	int dir;

	if (len <= 0 || len == sizeof(to) || !is_name(link))
		return 1;
	dir = to[0] == '/' ? 0 : rotation__name(link) - link;
	return asprintf(target, "%.*s%.*s", dir, link, (int)len, to) < 0 ? -ENOMEM : 0;
}

char *rotation__place(const char *path)
{
	char *place = strdup(path), *target = NULL;
	int err = place ? 0 : -ENOMEM;

	for (int i = 0; !err && i < LINKS_MOST; i++) {
		err = read_link(place, &target);
		if (err)
			break;
		free(place);
		place = target;
	}
	if (err != -ENOMEM)
		return place;
	free(place);
	return NULL;
}
