// SPDX-License-Identifier: GPL-2.0
/*
 * Preloaded into a program: /proc/PID/cmdline of the process in STUCK_PID does not open, as where a file
 * system does not answer a page fault of that process.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int open(const char *path, int flags, ...)
{
	const char *pid = getenv("STUCK_PID");
	char stuck[64];
	va_list rest;
	mode_t mode;

	snprintf(stuck, sizeof(stuck), "/proc/%s/cmdline", pid ? pid : "");
	while (!strcmp(path, stuck))
		pause();
	va_start(rest, flags);
	mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
	va_end(rest);
	return syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}
