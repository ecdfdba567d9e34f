// SPDX-License-Identifier: GPL-2.0
/*
 * Preloaded into a program: from SIGUSR1 to its next write() it gets no memory from the heap, and
 * each attempt is said on stderr. What it has stays, and may be freed.
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* glibc's own, under the names that stay when malloc() and its like are replaced. */
void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *old, size_t bytes);
void *__libc_memalign(size_t alignment, size_t bytes);

static volatile sig_atomic_t refusing;

static void on_signal(int number)
{
	refusing = 1;
}

__attribute__((constructor)) static void listen(void)
{
	signal(SIGUSR1, on_signal);
}

static void *refuse(const char *what)
{
	if (syscall(SYS_write, STDERR_FILENO, what, strlen(what)) < 0)
		_exit(125);
	errno = ENOMEM;
	return NULL;
}

ssize_t write(int fd, const void *buf, size_t bytes)
{
	refusing = 0;
	return syscall(SYS_write, fd, buf, bytes);
}

void *malloc(size_t bytes)
{
	return refusing ? refuse("no_malloc: malloc\n") : __libc_malloc(bytes);
}

void *calloc(size_t count, size_t bytes)
{
	return refusing ? refuse("no_malloc: calloc\n") : __libc_calloc(count, bytes);
}

void *realloc(void *old, size_t bytes)
{
	return refusing ? refuse("no_malloc: realloc\n") : __libc_realloc(old, bytes);
}

void *memalign(size_t alignment, size_t bytes)
{
	return refusing ? refuse("no_malloc: memalign\n") : __libc_memalign(alignment, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes)
{
	return memalign(alignment, bytes);
}

int posix_memalign(void **out, size_t alignment, size_t bytes)
{
	*out = memalign(alignment, bytes);
	return *out ? 0 : ENOMEM;
}
