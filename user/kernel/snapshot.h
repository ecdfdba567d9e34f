/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The processes of a cgroup at one moment: from the kernel's task iterator, which looks at all tasks
 * of the machine and tells of those in the cgroup, or from /proc where there is none.
 */
#ifndef OOMTRACE_SNAPSHOT_H
#define OOMTRACE_SNAPSHOT_H

#include "kernel/kernel.h"
#include "node/node.h"
#include "record/process.h"

/*
 * Those in the cgroup scope_id (0: in any) and below. Arguments and ranks are those of the exec
 * cache; titles are empty (procfs__complete()). out is zeroed before its first use; the memory in it
 * is used again. 0, or a negative errno, also in out->err, with what could be had.
 */
int snapshot__take(const struct kernel *k, const struct node *node, uint64_t scope_id,
		   struct snapshot *out);

void snapshot__free(struct snapshot *s);

#endif /* OOMTRACE_SNAPSHOT_H */
