/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The processes of a cgroup, or of the machine, as /proc has them one after another. */
#ifndef OOMTRACE_PROCESSES_H
#define OOMTRACE_PROCESSES_H

#include "record/process.h"

/* Room for one more in s, not filled in. NULL, with s->err -ENOMEM: there is none. */
struct process *processes__add(struct snapshot *s);

/*
 * Adds those in the cgroup path, or below (NULL: all of the machine), of the hierarchy with the
 * memory controller. A process that ends meanwhile is left away. Titles and exec keys are empty. 0,
 * or a negative errno, of memory also in s->err.
 */
int processes__walk(struct snapshot *s, const char *proc, int cgroup_version, const char *path);

/* procfs__complete() for those that started after since_ns, as far as they can be looked at. */
void processes__complete(struct snapshot *s, const char *proc, uint64_t since_ns);

/* Whether it is in the cgroup path, or below; false as well where that can't be read. */
bool processes__is_in(const char *proc, uint32_t pid, int cgroup_version, const char *path);

void processes__free(struct snapshot *s);

#endif /* OOMTRACE_PROCESSES_H */
