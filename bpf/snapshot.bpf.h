/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A snapshot: each process in a cgroup or below, as a struct rec_task. Asks most tasks of the
 * machine one question, by direct loads, which cost a fraction of what a helper does.
 */
#ifndef OOMTRACE_SNAPSHOT_BPF_H
#define OOMTRACE_SNAPSHOT_BPF_H

#include "state.bpf.h"
#include "task.bpf.h"

static __always_inline bool task__is_in_scope(struct task_struct *task, __u64 scope)
{
	return !scope || css__is_within(css_set__memory(task->cgroups, false), scope, false);
}

/*
 * The leader speaks for its process. One that has exited before other threads has lost its memory:
 * then each of them that still has it does, and user space keeps one.
 */
static __always_inline bool task__speaks(struct task_struct *task)
{
	if (task->flags & PF_KTHREAD)
		return false;
	if (task->pid != task->tgid)
		return task->mm && !task->group_leader->mm;
	return task->mm || !task->signal->live.counter;
}

static __always_inline void rec_task__read_mm(struct rec_task *r, struct mm_struct *mm)
{
	r->exec = mm__exec_key(mm);
	r->rss_pages = MM_PAGES(mm, MM_FILEPAGES) + MM_PAGES(mm, MM_ANONPAGES) +
		       MM_PAGES(mm, MM_SHMEMPAGES);
	r->swap_pages = MM_PAGES(mm, MM_SWAPENTS);
	r->unread_rss = mm__rss_unread();
}

static __always_inline void rec_task__read(struct rec_task *r, struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;
	struct mm_struct *mm = task->mm;

	r->start_ns = leader->start_boottime;
	r->tgid = task->tgid;
	r->ppid = task->real_parent->tgid;
	r->session_id = task->signal->pids[PIDTYPE_SID]->numbers[0].nr;
	r->vpid = task__own_pid(task);
	r->cgroup_id = task__memory_cgroup_id(task);
	r->forked_only = !!(leader->flags & PF_FORKNOEXEC);
	r->zombie = !task->signal->live.counter;
	r->leaderless = task->pid != task->tgid;
	task__comm(r->comm, leader);
	if (!mm)
		return;
	rec_task__read_mm(r, mm);
	task__exe_name(r->exe, task);
}

#endif /* OOMTRACE_SNAPSHOT_BPF_H */
