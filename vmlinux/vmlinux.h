/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The kernel types and fields that the BPF programs read, and nothing else: the list of every
 * layout that oomtrace relies upon. One file for all architectures; offsets come from the running
 * kernel's BTF (CO-RE). Only the newest layout stands here, older ones are flavours in
 * bpf/compat.bpf.h.
 */
#ifndef __VMLINUX_H__
#define __VMLINUX_H__

#include <stdbool.h>
#include <linux/bpf.h>

typedef int pid_t;
typedef unsigned int gfp_t;

#ifndef BPF_NO_PRESERVE_ACCESS_INDEX
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
#endif

/* arch/x86/include/asm/ptrace.h: the registers that carry a function's arguments */
struct pt_regs {
	unsigned long di;
	unsigned long si;
};

/* arch/arm64: include/uapi/asm/ptrace.h */
struct user_pt_regs {
	__u64 regs[31];
};

/* include/linux/types.h */
typedef struct {
	int counter;
} atomic_t;

typedef struct {
	__s64 counter;
} atomic64_t;

typedef atomic64_t atomic_long_t;

/* mm/oom_kill.c calls oom_kill_process(struct oom_control *, const char *); include/linux/oom.h */
enum oom_constraint {
	CONSTRAINT_NONE,
	CONSTRAINT_CPUSET,
	CONSTRAINT_MEMORY_POLICY,
	CONSTRAINT_MEMCG,
};

struct oom_control {
	struct mem_cgroup *memcg;
	gfp_t gfp_mask;
	int order;
	unsigned long totalpages;
	struct task_struct *chosen;
	long chosen_points;
	enum oom_constraint constraint;
};

/* include/trace/events/oom.h: mark_victim, as it is since 6.9 (compat.bpf.h) */
struct trace_event_raw_mark_victim {
	unsigned int uid;
};

/* kernel/signal.c passes it to trace_signal_generate(), or SEND_SIG_*; include/linux/signal_types.h */
struct kernel_siginfo {
	int si_code;
};

/* include/linux/sched.h */
struct task_struct {
	unsigned int flags;
	int exit_code;
	pid_t pid;
	pid_t tgid;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	__u64 start_boottime;
	struct mm_struct *mm;
	const struct cred *real_cred;
	char comm[16];
	struct signal_struct *signal;
	struct css_set *cgroups;
	struct nsproxy *nsproxy;
};

/* include/linux/ns_common.h (proc_ns.h before 5.15), utsname.h, nsproxy.h */
struct ns_common {
	unsigned int inum;
};

struct new_utsname {
	char nodename[65];
};

struct uts_namespace {
	struct new_utsname name;
	struct ns_common ns;
};

struct nsproxy {
	struct uts_namespace *uts_ns;
};

/* include/linux/pid_types.h (pid.h before 6.8) */
enum pid_type {
	PIDTYPE_PID,
	PIDTYPE_TGID,
	PIDTYPE_PGID,
	PIDTYPE_SID,
	PIDTYPE_MAX,
};

/* include/linux/sched/signal.h */
struct signal_struct {
	atomic_t live;
	int group_exit_code;
	unsigned int flags;
	struct pid *pids[PIDTYPE_MAX];
	short oom_score_adj;
	struct mm_struct *oom_mm;
};

/* include/linux/pid.h */
struct upid {
	int nr;
};

struct pid {
	unsigned int level;
	struct upid numbers[1];
};

/* include/linux/cred.h */
typedef struct {
	unsigned int val;
} kuid_t;

struct cred {
	kuid_t uid;
};

/* include/linux/mm_types_task.h (mm_types.h before 6.12) */
enum {
	MM_FILEPAGES,
	MM_ANONPAGES,
	MM_SWAPENTS,
	MM_SHMEMPAGES,
	NR_MM_COUNTERS,
};

/* include/linux/percpu_counter.h */
struct percpu_counter {
	__s64 count;
};

/* include/linux/mm_types.h */
struct mm_struct {
	atomic_t mm_users;
	atomic_long_t pgtables_bytes;
	unsigned long total_vm;
	unsigned long arg_start;
	unsigned long arg_end;
	unsigned long env_start;
	unsigned long env_end;
	struct percpu_counter rss_stat[NR_MM_COUNTERS];
	struct file *exe_file;
};

/* include/linux/fs.h, path.h, dcache.h */
struct qstr {
	const unsigned char *name;
};

struct dentry {
	struct qstr d_name;
};

struct path {
	struct dentry *dentry;
};

struct file {
	struct path f_path;
};

/* include/linux/cgroup-defs.h */
enum cgroup_subsys_id {
	memory_cgrp_id =
		4, /* depends on the configuration: read it by bpf_core_enum_value() only */
};

struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys_state *parent;
};

struct css_set {
	struct cgroup_subsys_state *subsys[5];
};

struct cgroup {
	struct kernfs_node *kn;
};

/* include/linux/kernfs.h */
struct kernfs_node {
	struct kernfs_node *__parent;
	const char *name;
	__u64 id;
};

/* include/linux/page_counter.h */
struct page_counter {
	atomic_long_t usage;
	unsigned long max;
};

/* include/linux/memcontrol.h */
struct mem_cgroup {
	struct cgroup_subsys_state css;
	struct page_counter memory;
	bool oom_group;
};

/* kernel/bpf/task_iter.c, include/linux/bpf.h */
struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

#ifndef BPF_NO_PRESERVE_ACCESS_INDEX
#pragma clang attribute pop
#endif

#endif /* __VMLINUX_H__ */
