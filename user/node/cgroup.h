/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The hierarchy that has the memory controller, and what it says of a cgroup by its id. */
#ifndef OOMTRACE_CGROUP_H
#define OOMTRACE_CGROUP_H

#include <stddef.h>

#include "record/event.h"

struct cgroup_root {
	int version;  /* 1 or 2; 0: no memory controller is mounted */
	bool partial; /* a namespace shows a part of the hierarchy as if it were all */
	int fd;	      /* of the mount point; -1: none */
	char mount[256];
};

/* Finds it in a file like /proc/self/mountinfo. 0, or a negative errno with version 0 and fd -1. */
int cgroup_root__open(struct cgroup_root *root, const char *mountinfo);
void cgroup_root__close(struct cgroup_root *root);

/*
 * A descriptor of the cgroup's directory, which the caller closes. Or a negative errno: -ESTALE or
 * -ENOENT when the cgroup is gone.
 */
int cgroup_root__dir(const struct cgroup_root *root, uint64_t id);

/*
 * Fills in what the kernel side could not read of c->id: path, limit, oom_group; not the usage,
 * which has changed by now. 0, or a negative errno: -ESTALE or -ENOENT when the cgroup is gone.
 */
int cgroup_root__look_up(const struct cgroup_root *root, struct cgroup_facts *c);

/*
 * The limit, the usage now, oom_group and the id of the cgroup at path, "/a/b". 0, or a negative
 * errno: -ENOENT when it is gone, or has no memory controller.
 */
int cgroup_root__read(const struct cgroup_root *root, const char *path, struct cgroup_facts *c);

/*
 * The id of the cgroup at path, "/a/b". 0, or a negative errno: -ENOENT when it is gone, -EXDEV
 * where a namespace hides the root.
 */
int cgroup_root__id(const struct cgroup_root *root, const char *path, uint64_t *id);

/* What it uses now: memory.current, on v1 memory.usage_in_bytes. 0, or a negative errno. */
int cgroup_root__usage(const struct cgroup_root *root, uint64_t id, uint64_t *bytes);

/*
 * The cgroup's own count of OOM kills: memory.events.local, on v1 memory.oom_control. 0, or a
 * negative errno; -ENODATA where this kernel does not count.
 */
int cgroup_root__oom_kills(const struct cgroup_root *root, uint64_t id, uint64_t *count);

/*
 * Sends SIGKILL to all that are in the cgroup or below, and to what they fork meanwhile (5.14 on, v2
 * alone). 0, or a negative errno with nobody killed.
 */
int cgroup_root__kill(const struct cgroup_root *root, uint64_t id);

#endif /* OOMTRACE_CGROUP_H */
