/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A look into the memory of other processes, which may never end: /proc/PID/cmdline and environ wait
 * for its mmap_lock. A thread of the process has that for as long as a file system (NFS, FUSE) leaves
 * it without a page; nothing but the end of who waits, too, ends the waiting. So a process goes that
 * has our memory and an end: this one waits for it.
 */
#ifndef OOMTRACE_ERRAND_H
#define OOMTRACE_ERRAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Calls look for each of n, and once more where it takes longer than half a second. One that does so
 * again is left, which is said on stderr; the next ones after a quarter of that. 0, or a negative errno:
 * not all have been looked at. -ETIMEDOUT: 8 were left.
 */
int errand__each(size_t n, void (*look)(void *context, size_t i), void *context);

/*
 * For look, before it looks at a process: from here on its time runs. False: the process has been left
 * before.
 */
bool errand__begin(uint32_t pid, uint64_t start_ns);

#endif /* OOMTRACE_ERRAND_H */
