/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Readers of a memory cgroup: its id, its path, its limit. On cgroup v2 a task's memory cgroup is
 * the nearest ancestor with the controller enabled, on v1 it is the cgroup in the memory hierarchy.
 */
#ifndef OOMTRACE_MEMCG_BPF_H
#define OOMTRACE_MEMCG_BPF_H

#include "compat.bpf.h"
#include "record.h"

#define NAME_BYTES REC_CGROUP_NAME_BYTES

/*
 * The names from kn up to the root, each with its NUL; the root's own name is empty and left out.
 * path has room for REC_PATH_BYTES + NAME_BYTES. Returns the bytes used, at most REC_PATH_BYTES.
 */
static __always_inline __u32 kernfs_node__path(char *path, struct kernfs_node *kn, __u8 *truncated)
{
	__u32 used = 0;

	for (int depth = 0; depth < REC_PATH_DEPTH; depth++) {
		struct kernfs_node *parent = kernfs_node__parent(kn);
		long n;

		if (!parent)
			return used;
		if (used > REC_PATH_BYTES - NAME_BYTES)
			break;
		n = bpf_probe_read_kernel_str(path + used, NAME_BYTES, BPF_CORE_READ(kn, name));
		if (n <= 0)
			break;
		used += n & (NAME_BYTES - 1 + NAME_BYTES);
		kn = parent;
	}
	*truncated = 1;
	return used;
}

static __always_inline struct cgroup_subsys_state *task__memory_css(struct task_struct *task)
{
	struct css_set *set = LOAD(task, cgroups);

	return set ? css_set__memory(set, config.may_read_kernel) : NULL;
}

static __always_inline __u64 task__memory_cgroup_id(struct task_struct *task)
{
	struct cgroup_subsys_state *css = task__memory_css(task);

	return css ? LOAD(css, cgroup, kn, id) : 0;
}

/*
 * Whether css is the cgroup of this id or below it. A css has the same parents as its cgroup, on v1
 * and v2. helper: as in LOAD_BY().
 */
static __always_inline bool css__is_within(struct cgroup_subsys_state *css, __u64 id, bool helper)
{
	for (int depth = 0; depth < REC_PATH_DEPTH && css; depth++) {
		if (LOAD_BY(helper, css, cgroup, kn, id) == id)
			return true;
		css = LOAD_BY(helper, css, parent);
	}
	return false;
}

/*
 * Whether memory.oom.group is set on css or above it: mm/memcontrol.c, mem_cgroup_get_oom_group()
 * looks up to the cgroup whose limit was hit, which may be nearer than the root. css is the first
 * member of struct mem_cgroup. Needs may_read_kernel.
 */
static __always_inline bool css__oom_group(struct cgroup_subsys_state *css)
{
	for (int depth = 0; depth < REC_PATH_DEPTH && css; depth++) {
		if (BPF_CORE_READ((struct mem_cgroup *)css, oom_group))
			return true;
		css = BPF_CORE_READ(css, parent);
	}
	return false;
}

/* unread[] gets an errno for each part that this kernel keeps from us. */
static __always_inline void memcg__read_limits(struct rec_cgroup *c, struct mem_cgroup *memcg)
{
	c->limit_pages = LOAD(memcg, memory.max);
	c->usage_pages = LOAD(memcg, memory.usage.counter);
	c->oom_group = LOAD(memcg, oom_group);
}

static __always_inline void cgroup__read_path(struct rec_cgroup *c, char *path, __s8 *unread,
					      struct cgroup_subsys_state *css)
{
	if (config.may_read_kernel)
		c->path_bytes =
			kernfs_node__path(path, BPF_CORE_READ(css, cgroup, kn), &c->path_truncated);
	else
		unread[PART_CGROUP_PATH] = -EPERM;
}

/* Needs may_read_kernel. */
static __always_inline void cgroup_name__read(struct rec_cgroup_name *r,
					      struct cgroup_subsys_state *css)
{
	struct kernfs_node *kn = BPF_CORE_READ(css, cgroup, kn);

	r->id = BPF_CORE_READ(kn, id);
	bpf_probe_read_kernel_str(r->name, sizeof(r->name), BPF_CORE_READ(kn, name));
}

/* The memory cgroup of a task, its path into path. */
static __always_inline void cgroup__read(struct rec_cgroup *c, char *path, __s8 *unread,
					 struct task_struct *task)
{
	struct cgroup_subsys_state *css = task__memory_css(task);

	if (!css) {
		unread[PART_CGROUP] = -ENOENT;
		return;
	}
	c->id = LOAD(css, cgroup, kn, id);
	if (config.may_read_kernel)
		memcg__read_limits(c, (struct mem_cgroup *)css);
	else
		unread[PART_CGROUP_LIMITS] = -EPERM;
	cgroup__read_path(c, path, unread, css);
}

#endif /* OOMTRACE_MEMCG_BPF_H */
