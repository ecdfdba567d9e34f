/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What one task kills in a row, from the signals with which __oom_kill_process() does it and the marks
 * between them: which of them are of one decision, and who dies because it shares a victim's memory.
 */
#ifndef OOMTRACE_KILL_BPF_H
#define OOMTRACE_KILL_BPF_H

#include "state.bpf.h"
#include "task.bpf.h"
#include "victim.bpf.h"

#define NS_PER_MS 1000000ULL
/* Without the hook on the decision: kills of one oom_kill_process() call follow each other
 * closely. */
#define ONE_DECISION_NS (100 * NS_PER_MS)
#define SAME_KILL_NS	(1000 * NS_PER_MS)

static __always_inline bool decision__is_mine(void)
{
	return decision.trigger_tid == (__u32)bpf_get_current_pid_tgid();
}

/*
 * The oom id and the kind of a mark. With the decision known both are certain. Without it, one
 * task's kills in a row are one decision if they follow closely and memory.oom.group is set, which
 * is the only way for one decision to have several victims.
 */
static __always_inline void victim__classify(struct rec_victim *r, const struct kill *kill,
					     bool killed)
{
	bool group = r->cgroup.oom_group || r->process.unread[PART_CGROUP_LIMITS];

	r->chosen = -1;
	if (decision__is_mine()) {
		r->oom_id = decision.oom_id;
		r->chosen = r->process.tgid == decision.chosen_tgid;
		r->kind = r->chosen ? VICTIM_KILLED : VICTIM_GROUP_MEMBER;
	} else if (killed && kill->oom_id && group &&
		   bpf_ktime_get_boot_ns() - kill->time_ns < ONE_DECISION_NS) {
		r->oom_id = kill->oom_id;
		r->oom_id_inferred = 1;
		r->chosen = 0;
		r->kind = VICTIM_GROUP_MEMBER;
	} else if (killed) {
		r->oom_id = ++counters.oom_ids;
		r->oom_id_inferred = 1;
		r->chosen = 1;
		r->kind = VICTIM_KILLED;
	}
	if (!killed)
		r->kind = config.sees_signals ? VICTIM_ALREADY_EXITING : VICTIM_UNKNOWN;
}

/* A mark that is no news has no oom id of its own. */
static __always_inline void kill__done(struct kill *kill, const struct rec_victim *r)
{
	kill->time_ns = bpf_ktime_get_boot_ns();
	if (r->oom_id)
		kill->oom_id = r->oom_id;
	kill->signalled_tid = 0;
}

/* A process that shares the memory of the victim just marked: killed, without a mark of its own. */
static __always_inline void victim__share(const struct kill *kill, const struct rec_process *p,
					  struct task_struct *task)
{
	struct rec_victim *r = &victim_scratch.rec;

	if (victim__is_elsewhere(task))
		return;
	__builtin_memset(r, 0, sizeof(*r));
	r->process = *p;
	victim__read_task(r, task);
	r->kind = VICTIM_MM_SHARED;
	r->oom_id = kill->oom_id;
	r->oom_id_inferred = !decision__is_mine();
	victim__submit(r);
	if (exit_hook__precedes_mm())
		victim__exit(&exit_scratch, task);
}

/*
 * Whether __oom_kill_process() goes on to those that share the memory of the process it was called
 * for: it signals each once. It is called for those with memory only; and with memory.oom.group for
 * the sharers as well.
 */
static __always_inline bool kill__goes_on(const struct kill *kill, const struct rec_process *p,
					  const struct known *known)
{
	bool same = decision__is_mine() && kill->oom_id == decision.oom_id;

	if (!same && bpf_ktime_get_boot_ns() - kill->time_ns >= SAME_KILL_NS)
		return false;
	if (!p->mm)
		return true;
	return kill->mm == p->mm && kill->tgid != p->tgid && (!known || known->call != kill->call);
}

static __always_inline struct kill *kill__of(__u32 tid)
{
	struct kill *kill = bpf_map_lookup_elem(&kills, &tid);
	struct kill fresh = {};

	if (kill)
		return kill;
	bpf_map_update_elem(&kills, &tid, &fresh, BPF_ANY);
	return bpf_map_lookup_elem(&kills, &tid);
}

/*
 * Whether it was for this mark that tid was signalled. A process that has used up its time is sent the
 * same signal, by itself (kernel/time/posix-cpu-timers.c, check_process_timers()): where its end then
 * needs memory and there is none, it is marked as one that is exiting.
 */
static __always_inline bool kill__is_of(const struct kill *kill, __u32 tid)
{
	if (!kill || kill->signalled_tid != tid)
		return false;
	return tid != (__u32)bpf_get_current_pid_tgid() || decision__is_mine() ||
	       current__has_flag(PF_EXITING) <= 0;
}

static __always_inline void kill__call(struct kill *kill, const struct rec_process *p,
				       const struct known *known)
{
	kill->call = ++kill_calls;
	kill->mm = p->mm;
	kill->tgid = p->tgid;
	if (known && known->kind != VICTIM_ALREADY_EXITING)
		counters.killed_again++;
}

/* The kernel kills task's process: what is known of it, for the mark that follows. */
static __always_inline void kill__begin(struct task_struct *task)
{
	struct rec_process p = {};
	struct known *known;
	struct kill *kill;

	process__read(&p, task);
	kill = kill__of((__u32)bpf_get_current_pid_tgid());
	if (!kill)
		return;
	known = victim__find(&p);
	if (!kill__goes_on(kill, &p, known))
		kill__call(kill, &p, known);
	else if (known)
		known->call = kill->call;
	else
		victim__share(kill, &p, task);
	kill->process = p;
	kill->cgroup_id = task__memory_cgroup_id(task);
	kill->task = (__u64)task;
	kill->signalled_tid = p.tid;
}

#endif /* OOMTRACE_KILL_BPF_H */
