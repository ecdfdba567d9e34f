/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The processes of a cgroup at one moment, from the kernel's task iterator, or from /proc where there
 * is none.
 */
#ifndef OOMTRACE_SNAPSHOT_H
#define OOMTRACE_SNAPSHOT_H

#include "kernel/kernel.h"
#include "node/node.h"
#include "record/process.h"

struct snapshot_scope {
	uint64_t cgroup_id;    /* the processes in it and below; 0: all */
	const uint32_t *known; /* pids: of zombies, these are told of in any case */
	size_t n_known;
};

/*
 * By the cheapest way. Arguments and ranks are those of the exec cache; titles are empty
 * (procfs__complete()). out is zeroed before its first use; the memory in it is used again. 0, or a
 * negative errno, also in out->err, with what could be had.
 */
int snapshot__take(const struct kernel *k, const struct node *node,
		   const struct snapshot_scope *scope, struct snapshot *out);

/*
 * The ways, each of them by the iterator. Of each: asks for every process by itself, for as long as
 * the cgroup is large; -E2BIG when they are more than most. Of all: looks at all tasks of the
 * machine, each in a sixteenth of that time.
 */
int snapshot__of_each(const struct kernel *k, const struct node *node,
		      const struct snapshot_scope *scope, size_t most, struct snapshot *out);
int snapshot__of_all(const struct kernel *k, const struct node *node,
		     const struct snapshot_scope *scope, struct snapshot *out);

void snapshot__free(struct snapshot *s);

#endif /* OOMTRACE_SNAPSHOT_H */
