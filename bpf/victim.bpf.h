/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A victim's record: read, numbered, kept apart from a second one of the same process; its exit. */
#ifndef OOMTRACE_VICTIM_BPF_H
#define OOMTRACE_VICTIM_BPF_H

#include "memcg.bpf.h"
#include "state.bpf.h"
#include "task.bpf.h"

/* What is known of a victim of which a record was made: of this very process, not of an earlier one
 * with the same tgid. */
static __always_inline struct known *victim__find(const struct rec_process *p)
{
	struct known *known = bpf_map_lookup_elem(&known_victims, &p->tgid);

	return known && known->tgid == p->tgid && known->start_ns == p->start_ns ? known : NULL;
}

static __always_inline void victim__know(const struct rec_process *p, __u32 kind)
{
	struct known known = {
		.start_ns = p->start_ns,
		.call = kill_calls,
		.tgid = p->tgid,
		.kind = kind,
	};

	bpf_map_update_elem(&known_victims, &p->tgid, &known, BPF_ANY);
	if (p->tid != p->tgid)
		bpf_map_update_elem(&known_victims, &p->tid, &known, BPF_ANY);
}

static __always_inline void victim__track(const struct rec_victim *r)
{
	const struct rec_process *p = &r->process;
	bool known = bpf_map_lookup_elem(&victims, &p->tgid);
	struct victim v = {
		.seq = r->header.seq,
		.oom_id = r->oom_id,
		.start_ns = p->start_ns,
		.killed_ns = r->header.time_ns,
		.killed_pages = p->file_pages + p->anon_pages + p->swap_pages + p->shmem_pages,
	};

	if (p->tgid)
		victim__know(p, r->kind);
	if (!p->tgid || bpf_map_update_elem(&victims, &p->tgid, &v, BPF_ANY)) {
		counters.untracked++;
		return;
	}
	if (!known)
		__sync_fetch_and_add(&counters.pending, 1);
}

static __always_inline void victim__read_exe(struct rec_victim *r, struct task_struct *task)
{
	int err = task__exe_name(r->exe, task);

	r->process.unread[PART_EXE] = err < 0 ? err : 0;
}

static __always_inline void victim__read_hostname(struct rec_victim *r, struct task_struct *task)
{
	int err = task__hostname(r->hostname, task);

	r->unread_hostname = err < 0 ? err : 0;
}

/* What only a task_struct gives, beyond r->process. */
static __always_inline void victim__read_task(struct rec_victim *r, struct task_struct *task)
{
	process__read_pids(&r->process, r->pids, task);
	victim__read_exe(r, task);
	victim__read_hostname(r, task);
	cgroup__read(&r->cgroup, victim_scratch.path, r->process.unread, task);
}

/*
 * Of victims outside of the scope that user space asked for there is no record, and no number. To
 * follow the way up from the victim's cgroup is half of what the verifier has to do.
 */
static __always_inline bool victim__is_elsewhere(struct task_struct *task)
{
	__u64 scope = requests.victims_scope;

	if (!config.scoped || !scope)
		return false;
	return !task || !css__is_within(task__memory_css(task), scope, config.may_read_kernel);
}

static __always_inline void answers__expect(__u64 cgroup_id)
{
	struct answers *a = &answers[cgroup_id % ANSWERS_CGROUPS];

	if (!cgroup_id)
		return;
	a->cgroup_id = cgroup_id;
	a->until_ns = bpf_ktime_get_boot_ns() + ANSWERS_NS;
	a->left = ANSWERS_MAX;
	answers_until_ns = a->until_ns;
}

/* Numbers the victim before there is room for it in the ring: a record that is lost leaves a
 * hole. */
static __always_inline void victim__submit(struct rec_victim *r)
{
	__u64 trigger = bpf_get_current_pid_tgid();
	__u32 tail = r->cgroup.path_bytes;

	if (tail > REC_PATH_BYTES)
		tail = REC_PATH_BYTES;
	r->trigger_tgid = trigger >> 32;
	r->trigger_tid = (__u32)trigger;
	bpf_get_current_comm(r->trigger_comm, sizeof(r->trigger_comm));
	r->header.kind = REC_VICTIM;
	r->header.time_ns = bpf_ktime_get_boot_ns();
	r->header.seq = ++counters.seq;
	r->header.size = sizeof(*r) + tail;
	if (r->kind <= VICTIM_ALREADY_EXITING)
		counters.by_kind[r->kind]++;
	victim__track(r);
	ring__put(&victim_scratch, sizeof(*r) + tail, &counters.ring_full);
	answers__expect(r->cgroup.id);
}

/*
 * sched_process_exit fires after exit_mm() or before it (compat.bpf.h). In both cases signal->live
 * has been counted down before, and signal->oom_mm keeps the victim's mm_struct readable.
 */
static __always_inline void exit__read(struct rec_exit *r, struct task_struct *task)
{
	struct mm_struct *mm = LOAD(task, signal, oom_mm);

	r->mm_released = !LOAD(task, mm);
	if (!mm)
		mm = LOAD(task, mm);
	if (!mm) {
		r->unread_rss = -ESRCH;
		return;
	}
	r->held_pages = mm__held_pages(mm);
	r->mm_users = LOAD(mm, mm_users.counter);
	r->unread_rss = mm__rss_unread();
}

static __always_inline void exit__fill(struct rec_exit *r, struct task_struct *task, __u32 tgid,
				       const struct victim *v)
{
	__builtin_memset(r, 0, sizeof(*r));
	r->header.kind = REC_EXIT;
	r->header.size = sizeof(*r);
	r->header.seq = v->seq;
	r->header.time_ns = bpf_ktime_get_boot_ns();
	r->oom_id = v->oom_id;
	r->start_ns = v->start_ns;
	r->killed_ns = v->killed_ns;
	r->reaper_woken_ns = v->reaper_woken_ns;
	r->reaper_started_ns = v->reaper_started_ns;
	r->reaper_finished_ns = v->reaper_finished_ns;
	r->killed_pages = v->killed_pages;
	r->reaper_skipped = v->reaper_skipped;
	r->tgid = tgid;
	exit__read(r, task);
}

/*
 * Of a victim whose last thread has begun to exit; r has room for the record. Several can find out
 * at once: the one that deletes reports.
 */
static __always_inline void victim__exit(struct rec_exit *r, struct task_struct *task)
{
	__u32 tgid = LOAD(task, tgid);
	struct victim *v;

	v = bpf_map_lookup_elem(&victims, &tgid);
	if (!v || LOAD(task, signal, live.counter))
		return;
	exit__fill(r, task, tgid, v);
	if (bpf_map_delete_elem(&victims, &tgid))
		return;
	__sync_fetch_and_add(&counters.pending, -1);
	ring__put(r, sizeof(*r), &counters.ring_full_other);
}

#endif /* OOMTRACE_VICTIM_BPF_H */
