/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Every difference between kernels, 5.8 to 7.3, each behind one accessor. Nothing elsewhere asks
 * bpf_core_field_exists(). Decided by what the running kernel's BTF has, never by its version:
 * prototypes and layouts change inside stable series.
 */
#ifndef OOMTRACE_COMPAT_BPF_H
#define OOMTRACE_COMPAT_BPF_H

#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <linux/errno.h>

#include "record.h"

/* Set by user space before load: what is false is dead code to the verifier. */
const volatile struct rec_config config = {};

#define ARROW1(p, a)		  ((p)->a)
#define ARROW2(p, a, b)		  ((p)->a->b)
#define ARROW3(p, a, b, c)	  ((p)->a->b->c)
#define ARROW4(p, a, b, c, d)	  ((p)->a->b->c->d)
#define PICK5(a, b, c, d, e, ...) e
#define ARROW(p, ...)		  PICK5(__VA_ARGS__, ARROW4, ARROW3, ARROW2, ARROW1)(p, __VA_ARGS__)

#define LOAD_BY(helper, p, ...)                                                                    \
	((helper) ? BPF_CORE_READ((p), __VA_ARGS__) : ARROW((p), __VA_ARGS__))

/*
 * LOAD(p, a, b) is p->a->b. By helper where the kernel allows it, then p may be any kernel address;
 * else by a direct load, which the verifier accepts only of a pointer whose type it knows (an
 * argument of a tp_btf, fentry or iterator program, and what is reached from it by direct loads).
 */
#define LOAD(p, ...) LOAD_BY(config.may_read_kernel, p, __VA_ARGS__)

/*
 * oom:mark_victim carries (int pid), or since 72ba14deb40a ("mm: Update mark_victim tracepoints
 * fields", 6.9; 6.6.80, 6.1.130, 5.15.179 and 5.10.235 have it too) (struct task_struct *task,
 * uid_t uid). ctx[0] is the one or the other. The verifier rejects the wrong one, so only the right
 * one may be reachable.
 */
static __always_inline bool mark_victim__has_task(void)
{
	return bpf_core_field_exists(((struct trace_event_raw_mark_victim *)0)->uid);
}

/*
 * sched_process_exit fires before exit_mm(), not after it, since "exit: move and extend
 * sched_process_exit() tracepoint" (6.16), which gave it group_dead. exit_mm() waits for
 * task_lock(), which mm/oom_kill.c holds while it kills and marks.
 */
struct trace_event_raw_sched_process_exit___v6_16 {
	bool group_dead;
} __attribute__((preserve_access_index));

static __always_inline bool exit_hook__precedes_mm(void)
{
	struct trace_event_raw_sched_process_exit___v6_16 *event = NULL;

	return bpf_core_field_exists(event->group_dead);
}

/*
 * mm->rss_stat: struct percpu_counter[] since f1a7941243c1 ("mm: convert mm's rss stats into
 * percpu_counter", 6.2), one struct of atomics before; that one can't be loaded directly ("Type
 * 'atomic_long_t' is not a struct", 5.10 and 6.1). The percpu counter's plain value, which the
 * kernel's own log prints too, lags by up to max(32, 2 * CPUs) * CPUs pages and can be below zero
 * for a moment.
 */
struct mm_rss_stat___pre_v6_2 {
	atomic_long_t count[NR_MM_COUNTERS];
} __attribute__((preserve_access_index));

struct mm_struct___pre_v6_2 {
	struct mm_rss_stat___pre_v6_2 rss_stat;
} __attribute__((preserve_access_index));

static __always_inline bool mm__has_percpu_rss(void)
{
	return !bpf_core_type_exists(struct mm_rss_stat___pre_v6_2);
}

#define MM_PAGES(mm, which)                                                                        \
	({                                                                                         \
		__s64 n_ = 0;                                                                      \
		if (mm__has_percpu_rss())                                                          \
			n_ = LOAD(mm, rss_stat[which].count);                                      \
		else if (config.may_read_kernel)                                                   \
			n_ = BPF_CORE_READ((struct mm_struct___pre_v6_2 *)(mm),                    \
					   rss_stat.count[which].counter);                         \
		n_ > 0 ? (__u64)n_ : 0;                                                            \
	})

static __always_inline int mm__rss_unread(void)
{
	return mm__has_percpu_rss() || config.may_read_kernel ? 0 : -EPERM;
}

/* kernfs_node.parent became __parent, under RCU, in 633488947ef6 ("kernfs: Use RCU to access
 * kernfs_node::parent.", 6.15). */
struct kernfs_node___pre_v6_15 {
	struct kernfs_node *parent;
} __attribute__((preserve_access_index));

static __always_inline struct kernfs_node *kernfs_node__parent(struct kernfs_node *kn)
{
	struct kernfs_node___pre_v6_15 *old = (void *)kn;

	if (bpf_core_field_exists(old->parent))
		return BPF_CORE_READ(old, parent);
	return BPF_CORE_READ(kn, __parent);
}

/*
 * The number of the memory controller depends on which controllers before it are built in
 * (include/linux/cgroup_subsys.h: cpuset, cpu, cpuacct, io, memory), and a direct load needs a
 * constant index. NULL where the kernel has no memory controller. helper: as in LOAD_BY().
 */
static __always_inline struct cgroup_subsys_state *css_set__memory(struct css_set *set, bool helper)
{
	if (!bpf_core_enum_value_exists(enum cgroup_subsys_id, memory_cgrp_id))
		return NULL;
	switch (bpf_core_enum_value(enum cgroup_subsys_id, memory_cgrp_id)) {
	case 0:
		return LOAD_BY(helper, set, subsys[0]);
	case 1:
		return LOAD_BY(helper, set, subsys[1]);
	case 2:
		return LOAD_BY(helper, set, subsys[2]);
	case 3:
		return LOAD_BY(helper, set, subsys[3]);
	case 4:
		return LOAD_BY(helper, set, subsys[4]);
	default:
		return NULL;
	}
}

/*
 * pid->numbers[] is numbers[1] up to 6.0 and a flexible array since b69f0aeb0689 ("pid: Replace
 * struct pid 1-element array with flex-array", 6.5, in stable series too): a CO-RE access to
 * numbers[1] is invalid on the former, so the address is computed. Needs may_read_kernel. 0 if it
 * can't be read.
 */
static __always_inline __u32 pid__number(struct pid *pid, __u32 level)
{
	void *numbers = (void *)pid + bpf_core_field_offset(struct pid, numbers);
	__u32 nr = 0;

	bpf_probe_read_kernel(&nr, sizeof(nr),
			      numbers + level * bpf_core_type_size(struct upid) +
				      bpf_core_field_offset(struct upid, nr));
	return nr;
}

/*
 * bpf_get_current_task_btf(), whose result can be loaded from directly, is there since 3ca1032ab7ab
 * ("bpf: Implement get_current_task_btf and RET_PTR_TO_BTF_ID", 5.11). 1, 0; -1: can't be read.
 */
static __always_inline int current__has_flag(__u32 flag)
{
	struct task_struct *task;

	if (config.may_read_kernel) {
		task = (void *)bpf_get_current_task();
		return !!(BPF_CORE_READ(task, flags) & flag);
	}
	if (!bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_get_current_task_btf))
		return -1;
	task = bpf_get_current_task_btf();
	return !!(task->flags & flag);
}

#endif /* OOMTRACE_COMPAT_BPF_H */
