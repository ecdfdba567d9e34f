// SPDX-License-Identifier: GPL-2.0
/*
 * Preloaded into a program: says on stderr in which order it writes victims and syncs files.
 *
 *     order: write 7
 *     order: sync 5
 */
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void say(const char *what, int fd)
{
	char line[64];
	int len = snprintf(line, sizeof(line), "order: %s %d\n", what, fd);

	if (syscall(SYS_write, STDERR_FILENO, line, len) < 0)
		_exit(125);
}

ssize_t write(int fd, const void *buf, size_t bytes)
{
	ssize_t n = syscall(SYS_write, fd, buf, bytes);

	if (memmem(buf, bytes, "\"type\":\"oom_kill\"", 17))
		say("write", fd);
	return n;
}

int fdatasync(int fd)
{
	say("sync", fd);
	return syscall(SYS_fdatasync, fd);
}
