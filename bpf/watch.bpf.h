/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What becomes of the processes of open incidents: who ends them, and when they are gone. */
#ifndef OOMTRACE_WATCH_BPF_H
#define OOMTRACE_WATCH_BPF_H

#include "state.bpf.h"
#include "task.bpf.h"

#define SIGQUIT 3
#define SIGABRT 6
#define SIGKILL 9
#define SIGTERM 15
/* include/linux/sched/signal.h: no siginfo; the kernel itself sent it */
#define SEND_SIG_PRIV 1
/* include/trace/events/signal.h: neither ignored nor pending already */
#define TRACE_SIGNAL_DELIVERED 0

static __always_inline bool signal__ends_processes(int sig)
{
	return sig == SIGKILL || sig == SIGTERM || sig == SIGQUIT || sig == SIGABRT;
}

/* Whether task's very process is watched, not an earlier one with the same tgid. */
static __always_inline bool task__is_watched(struct task_struct *task, __u32 tgid)
{
	__u64 *start_ns = bpf_map_lookup_elem(&watched, &tgid);

	return start_ns && *start_ns == LOAD(task, group_leader, start_boottime);
}

/*
 * include/uapi/asm-generic/siginfo.h: si_code is above 0 where the kernel sent it. Since it may be
 * SEND_SIG_*, the verifier takes info for a number: it can be read by helper only, and without one
 * such a signal (force_sig(), as by seccomp) counts as sent by the process that it was made for.
 */
static __always_inline bool siginfo__is_from_kernel(struct kernel_siginfo *info)
{
	if ((unsigned long)info <= SEND_SIG_PRIV)
		return (unsigned long)info == SEND_SIG_PRIV;
	return config.may_read_kernel && BPF_CORE_READ(info, si_code) > 0;
}

/*
 * A manager answers a kill sooner than user space can have its processes watched: for a while all
 * signals to the victim's memory cgroup are told of, as far as they are few. Not those of the kernel:
 * they are the OOM killer's.
 */
static __always_inline bool answers__include(struct kernel_siginfo *info, struct task_struct *task)
{
	__u64 now_ns = bpf_ktime_get_boot_ns(), cgroup_id;
	struct answers *a;
	__u32 left;

	if (now_ns >= answers_until_ns || (unsigned long)info == SEND_SIG_PRIV)
		return false;
	cgroup_id = task__memory_cgroup_id(task);
	a = &answers[cgroup_id % ANSWERS_CGROUPS];
	left = a->left;
	if (a->cgroup_id != cgroup_id || now_ns >= a->until_ns || !left)
		return false;
	a->left = left - 1;
	return true;
}

/*
 * A parent-death signal is sent by the dying parent: kernel/exit.c, exit_notify() calls
 * reparent_leader().
 */
static __always_inline void watched__signal(int sig, struct kernel_siginfo *info,
					    struct task_struct *task)
{
	struct rec_signal r = {
		.header.kind = REC_SIGNAL,
		.header.size = sizeof(r),
		.header.time_ns = bpf_ktime_get_boot_ns(),
		.tgid = LOAD(task, tgid),
		.signal = sig,
		.sender_tgid = bpf_get_current_pid_tgid() >> 32,
	};

	if (!task__is_watched(task, r.tgid) && !answers__include(info, task))
		return;
	r.start_ns = LOAD(task, group_leader, start_boottime);
	r.from_kernel = siginfo__is_from_kernel(info);
	r.sender_exiting = current__has_flag(PF_EXITING);
	bpf_get_current_comm(r.sender_comm, sizeof(r.sender_comm));
	ring__put(&r, sizeof(r), &counters.ring_full_other);
}

static __always_inline void watched__exit(struct task_struct *task)
{
	struct rec_gone r = {
		.header.kind = REC_GONE,
		.header.size = sizeof(r),
		.header.time_ns = bpf_ktime_get_boot_ns(),
		.tgid = LOAD(task, tgid),
	};

	if (!task__is_watched(task, r.tgid) || LOAD(task, signal, live.counter))
		return;
	/* Two last threads can both see live at 0; the one that deletes reports. */
	if (bpf_map_delete_elem(&watched, &r.tgid))
		return;
	r.start_ns = LOAD(task, group_leader, start_boottime);
	r.exit_code = task__exit_code(task);
	ring__put(&r, sizeof(r), &counters.ring_full_other);
}

#endif /* OOMTRACE_WATCH_BPF_H */
