/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the victims have in common: who they are as the host sees them, memory that is held page
 * by page, lines for the test, and the byte on stdin that lets them go on. Each line is one
 * write(2), so that what was last said is known when the kernel ends the process.
 */
#ifndef VICTIM_H
#define VICTIM_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE_BYTES 4096UL
#define STEP_BYTES (256UL << 10)
#define AREA_BYTES (8UL << 30) /* reserved, never all touched */

struct area {
	volatile char *base;
	size_t size, held;
	int writable;
};

static inline _Noreturn void die(const char *what)
{
	fprintf(stderr, "victim: %s: %s\n", what, strerror(errno));
	_exit(1);
}

static inline _Noreturn void die_usage(const char *what)
{
	fprintf(stderr, "victim: %s\n", what);
	_exit(2);
}

/* One line in one write. */
__attribute__((format(printf, 1, 2))) static inline void say(const char *fmt, ...)
{
	char line[4096];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	if (len < 0 || (size_t)len >= sizeof(line))
		die_usage("line too long");
	if (write(STDOUT_FILENO, line, (size_t)len) != len)
		die("write");
}

/*
 * "tgid/task/tid" of the caller, as numbered in the pid namespace of the mounted /proc: the
 * host's numbers, also from inside a pid namespace of one's own.
 */
static inline void host_ids(int *pid, int *tid)
{
	char link[64];
	ssize_t len = readlink("/proc/thread-self", link, sizeof(link) - 1);

	if (len < 0)
		die("/proc/thread-self");
	link[len] = '\0';
	if (sscanf(link, "%d/task/%d", pid, tid) != 2)
		die_usage("/proc/thread-self is not TGID/task/TID");
}

static inline size_t parse_bytes(const char *text)
{
	char *end;
	size_t bytes = strtoull(text, &end, 10);

	if (*end == 'K')
		bytes <<= 10, end++;
	else if (*end == 'M')
		bytes <<= 20, end++;
	if (end == text || *end)
		die_usage("not a number of bytes");
	return bytes;
}

/* Small pages only: what is held grows in steps that a limit can stop anywhere. */
static inline void area__anon(struct area *area, int flags)
{
	area->size = AREA_BYTES;
	area->held = 0;
	area->writable = 1;
	area->base = mmap(NULL, area->size, PROT_READ | PROT_WRITE,
			  flags | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (area->base == MAP_FAILED)
		die("mmap");
	madvise((void *)area->base, area->size, MADV_NOHUGEPAGE);
}

/* Touches pages until BYTES are held. */
static inline void area__touch(struct area *area, size_t bytes)
{
	if (bytes > area->size)
		die_usage("the area ends here: nothing killed this process");
	for (; area->held < bytes; area->held += PAGE_BYTES) {
		if (area->writable)
			area->base[area->held] = 1;
		else
			(void)area->base[area->held];
	}
}

/* Never returns: ends by a kill, and says after each step what is held. */
static inline _Noreturn void area__grow(struct area *area, size_t step)
{
	for (;;) {
		area__touch(area, area->held + step);
		say("{\"held_bytes\":%zu}\n", area->held);
	}
}

/* The byte that lets the program go on; a closed stdin ends it. */
static inline char await_byte(void)
{
	char byte;
	ssize_t len;

	do
		len = read(STDIN_FILENO, &byte, 1);
	while (len < 0 && errno == EINTR);
	if (len < 0)
		die("stdin");
	if (len == 0)
		_exit(0);
	return byte;
}

#endif
