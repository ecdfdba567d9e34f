/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A snapshot: each process in a cgroup or below, as a struct rec_task. Asks most tasks of the
 * machine one question, by direct loads, which cost a fraction of what a helper does.
 */
#ifndef OOMTRACE_SNAPSHOT_BPF_H
#define OOMTRACE_SNAPSHOT_BPF_H

#include "state.bpf.h"
#include "task.bpf.h"

/*
 * A task and what leads on from it, each loaded once, whether it is needed or not: of each load of a
 * pointer from one that it trusts, on each path, the verifier asks four times whether the kernel's BTF
 * has a rule for it, by name, from end to end (kernel/bpf/verifier.c, btf_nested_type_is_trusted(),
 * since 6.3). That takes 1 ms, longer than to load most programs.
 */
struct task_view {
	struct task_struct *task;
	struct task_struct *leader;
	struct task_struct *parent;
	struct signal_struct *signal;
	struct mm_struct *mm;
};

static __always_inline struct task_view task__view(struct task_struct *task)
{
	return (struct task_view){
		.task = task,
		.leader = task->group_leader,
		.parent = task->real_parent,
		.signal = task->signal,
		.mm = task->mm,
	};
}

static __always_inline bool task__is_in_scope(struct task_struct *task, __u64 scope)
{
	return !scope || css__is_within(css_set__memory(task->cgroups, false), scope, false);
}

/*
 * The leader speaks for its process. One that has exited before other threads has lost its memory:
 * then each of them that still has it does, and user space keeps one.
 */
static __always_inline bool task__speaks(const struct task_view *v)
{
	if (v->task->flags & PF_KTHREAD)
		return false;
	if (v->task->pid != v->task->tgid)
		return v->mm && !v->leader->mm;
	return v->mm || !v->signal->live.counter;
}

static __always_inline void rec_task__read_mm(struct rec_task *r, struct mm_struct *mm)
{
	r->exec = mm__exec_key(mm);
	r->rss_pages = MM_PAGES(mm, MM_FILEPAGES) + MM_PAGES(mm, MM_ANONPAGES) +
		       MM_PAGES(mm, MM_SHMEMPAGES);
	r->swap_pages = MM_PAGES(mm, MM_SWAPENTS);
	r->unread_rss = mm__rss_unread();
}

static __always_inline void rec_task__read(struct rec_task *r, const struct task_view *v)
{
	r->start_ns = v->leader->start_boottime;
	r->tgid = v->task->tgid;
	r->ppid = v->parent->tgid;
	r->session_id = v->signal->pids[PIDTYPE_SID]->numbers[0].nr;
	r->vpid = task__own_pid(v->task);
	r->cgroup_id = task__memory_cgroup_id(v->task);
	r->forked_only = !!(v->leader->flags & PF_FORKNOEXEC);
	r->zombie = !v->signal->live.counter;
	r->leaderless = v->task->pid != v->task->tgid;
	task__comm(r->comm, v->leader);
	if (!v->mm)
		return;
	rec_task__read_mm(r, v->mm);
	task__exe_name(r->exe, v->task);
}

#endif /* OOMTRACE_SNAPSHOT_BPF_H */
