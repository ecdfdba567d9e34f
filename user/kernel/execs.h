/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The exec cache from user space: filled from /proc for processes older than oomtrace, and
 * asked. */
#ifndef OOMTRACE_EXECS_H
#define OOMTRACE_EXECS_H

#include "kernel/kernel.h"
#include "record/event.h"

#define EXECS_MIN_ENTRIES 1024

/*
 * How many entries the cache should have: twice the processes there are now, at least 1024 (4.3 MiB
 * of kernel memory), at most 8192.
 */
uint32_t execs__entries(const char *proc);

/*
 * Adds the live processes that the cache does not have, and marks the others as in use. 0, or a
 * negative errno; a process that ends meanwhile is no error.
 */
int execs__refresh(const struct kernel *k, const char *proc);

/* Whether the cache has it: then it is in entry. */
bool execs__cached(const struct kernel *k, const struct exec_key *key, struct exec_entry *entry);

/*
 * What p was started with, and NULL with *err a negative errno where that is not known. The result
 * is valid until the next call. Does not allocate.
 */
const struct exec_entry *execs__find(const struct kernel *k, const char *proc,
				     const struct process_facts *p, int *err);

/* The key of some entry; zeros if there is none. */
void execs__any(const struct kernel *k, struct exec_key *key);

#endif /* OOMTRACE_EXECS_H */
