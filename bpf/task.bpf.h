/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Readers of a process: task_struct, signal_struct, mm_struct and pid into the parts of a record.
 * They look and fill, and decide nothing.
 */
#ifndef OOMTRACE_TASK_BPF_H
#define OOMTRACE_TASK_BPF_H

#include "compat.bpf.h"
#include "record.h"

/* include/linux/sched.h */
#define PF_EXITING    0x00000004
#define PF_FORKNOEXEC 0x00000040
#define PF_KTHREAD    0x00200000
/* include/linux/sched/signal.h */
#define SIGNAL_GROUP_EXIT 0x00000004

static __always_inline void task__comm(char comm[REC_COMM_BYTES], struct task_struct *task)
{
	if (config.may_read_kernel)
		BPF_CORE_READ_INTO((char(*)[REC_COMM_BYTES])comm, task, comm);
	else
		__builtin_memcpy(comm, task->comm, REC_COMM_BYTES);
}

static __always_inline __u64 mm__held_pages(struct mm_struct *mm)
{
	return MM_PAGES(mm, MM_FILEPAGES) + MM_PAGES(mm, MM_ANONPAGES) + MM_PAGES(mm, MM_SWAPENTS) +
	       MM_PAGES(mm, MM_SHMEMPAGES);
}

static __always_inline struct exec_key mm__exec_key(struct mm_struct *mm)
{
	struct exec_key key = {
		.exe_file = (__u64)LOAD(mm, exe_file),
		.arg_start = LOAD(mm, arg_start),
	};

	return key;
}

static __always_inline void process__read_mm(struct rec_process *p, struct mm_struct *mm)
{
	p->mm = (__u64)mm;
	p->exec = mm__exec_key(mm);
	p->total_vm_pages = LOAD(mm, total_vm);
	p->pgtables_bytes = LOAD(mm, pgtables_bytes.counter);
	p->file_pages = MM_PAGES(mm, MM_FILEPAGES);
	p->anon_pages = MM_PAGES(mm, MM_ANONPAGES);
	p->swap_pages = MM_PAGES(mm, MM_SWAPENTS);
	p->shmem_pages = MM_PAGES(mm, MM_SHMEMPAGES);
	p->unread[PART_RSS] = mm__rss_unread();
}

/*
 * task is a thread of the process that still has its mm: its group leader may have exited and lost
 * it. In mark_victim the mm is stable, since mm/oom_kill.c holds task_lock(), or the task is
 * current.
 */
static __always_inline void process__read(struct rec_process *p, struct task_struct *task)
{
	struct task_struct *leader = LOAD(task, group_leader);
	struct mm_struct *mm = LOAD(task, mm);

	p->tgid = LOAD(task, tgid);
	p->tid = LOAD(task, pid);
	p->start_ns = LOAD(leader, start_boottime);
	p->ppid = LOAD(task, real_parent, tgid);
	p->uid = LOAD(task, real_cred, uid.val);
	p->session_id = LOAD(task, signal, pids[PIDTYPE_SID], numbers[0].nr);
	p->score_adj = LOAD(task, signal, oom_score_adj);
	/* Of a thread it says nothing: kernel/fork.c, copy_process() sets it for each. */
	p->forked_only = !!(LOAD(leader, flags) & PF_FORKNOEXEC);
	task__comm(p->comm, leader);
	if (mm)
		process__read_mm(p, mm);
	else
		p->unread[PART_MM] = -ESRCH;
}

/* The pids of task's process in each namespace that it is visible in, outermost first. */
static __always_inline void process__read_pids(struct rec_process *p, __u32 pids[REC_PIDNS_LEVELS],
					       struct task_struct *task)
{
	struct pid *pid = LOAD(task, signal, pids[PIDTYPE_TGID]);
	__u32 level = LOAD(pid, level);

	if (!config.may_read_kernel && level) {
		p->unread[PART_PIDNS] = -EPERM;
		return;
	}
	if (!config.may_read_kernel) {
		pids[0] = LOAD(pid, numbers[0].nr);
		p->pidns_levels = 1;
		return;
	}
	for (__u32 i = 0; i < REC_PIDNS_LEVELS; i++) {
		if (i > level)
			break;
		pids[i] = pid__number(pid, i);
		p->pidns_levels = i + 1;
	}
}

/* The process's pid in its own namespace; 0: unread. */
static __always_inline __u32 task__own_pid(struct task_struct *task)
{
	struct pid *pid = LOAD(task, signal, pids[PIDTYPE_TGID]);
	__u32 level = LOAD(pid, level);

	if (config.may_read_kernel)
		return pid__number(pid, level);
	return level ? 0 : LOAD(pid, numbers[0].nr);
}

/* As wait() gives it: kernel/exit.c, wait_task_zombie(). */
static __always_inline __u32 task__exit_code(struct task_struct *task)
{
	if (LOAD(task, signal, flags) & SIGNAL_GROUP_EXIT)
		return LOAD(task, signal, group_exit_code);
	return LOAD(task, group_leader, exit_code);
}

static __always_inline int task__exe_name(char name[REC_NAME_BYTES], struct task_struct *task)
{
	const unsigned char *from;

	if (!config.may_read_kernel)
		return -EPERM;
	from = BPF_CORE_READ(task, mm, exe_file, f_path.dentry, d_name.name);
	return from ? bpf_probe_read_kernel_str(name, REC_NAME_BYTES, from) : -ENOENT;
}

/* include/linux/proc_ns.h: PROC_UTS_INIT_INO */
#define UTS_OF_MACHINE 0xEFFFFFFEu

/* The name of a pod, as a rule. Empty where task is in the machine's own UTS namespace. */
static __always_inline int task__hostname(char name[REC_HOSTNAME_BYTES], struct task_struct *task)
{
	struct uts_namespace *uts;

	if (!config.may_read_kernel)
		return -EPERM;
	uts = BPF_CORE_READ(task, nsproxy, uts_ns);
	if (!uts)
		return -ESRCH;
	if (BPF_CORE_READ(uts, ns.inum) == UTS_OF_MACHINE)
		return 0;
	return bpf_probe_read_kernel_str(name, REC_HOSTNAME_BYTES, &uts->name.nodename);
}

#endif /* OOMTRACE_TASK_BPF_H */
