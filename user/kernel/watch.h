/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Processes of open incidents, whose end the kernel side tells: REC_SIGNAL for each signal that may
 * end one, REC_GONE when it is gone, which also ends the watch. As long as none is watched, that
 * costs nothing but the question.
 */
#ifndef OOMTRACE_WATCH_H
#define OOMTRACE_WATCH_H

#include "kernel/kernel.h"

/*
 * One that has ended meanwhile is never told of: look for it in /proc afterwards. 0, or a negative
 * errno: -E2BIG when too many are watched.
 */
int watch__add(const struct kernel *k, uint32_t pid, uint64_t start_ns);
void watch__remove(const struct kernel *k, uint32_t pid);

/* All of them; also those that an earlier process left when it was killed. */
void watch__clear(const struct kernel *k);

#endif /* OOMTRACE_WATCH_H */
