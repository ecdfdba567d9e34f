/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The programs, in the order in which an OOM kill meets them. mm/oom_kill.c, 5.8 to 7.3:
 *
 *   out_of_memory()
 *     task_will_free_mem(current)? mark_oom_victim(current), no kill
 *     oom_kill_process()                            -> decide
 *       task_will_free_mem(victim)? mark_oom_victim(victim), no kill
 *       __oom_kill_process(victim)
 *         do_send_sig_info(SIGKILL, SEND_SIG_PRIV)  -> signal_generate
 *         mark_oom_victim()                         -> mark_victim, unless marked already
 *         each process that shares its memory: SIGKILL -> signal_generate
 *       memory.oom.group: __oom_kill_process() of each member, the first victim once more
 *                                                   -> decided
 *   oom_reaper, two seconds later, if the memory is still there -> reaper_*
 *   do_exit()                                       -> process_exit
 *
 * All of it but the last two in the context of the task that ran out of memory, under oom_lock.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <linux/errno.h>

#include "compat.bpf.h"
#include "exec.bpf.h"
#include "memcg.bpf.h"
#include "record.h"
#include "snapshot.bpf.h"
#include "state.bpf.h"
#include "task.bpf.h"
#include "watch.bpf.h"

#define NS_PER_MS 1000000ULL
/* Without the hook on the decision: kills of one oom_kill_process() call follow each other
 * closely. */
#define ONE_DECISION_NS (100 * NS_PER_MS)
#define SAME_KILL_NS	(1000 * NS_PER_MS)

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* ---- the decision ---- */

static __always_inline void decision__read(struct rec_decision *r, struct oom_control *oc)
{
	struct mem_cgroup *memcg = LOAD(oc, memcg);
	struct task_struct *chosen = LOAD(oc, chosen);

	r->gfp_mask = LOAD(oc, gfp_mask);
	r->order = LOAD(oc, order);
	r->total_pages = LOAD(oc, totalpages);
	r->points = LOAD(oc, chosen_points);
	r->constraint = LOAD(oc, constraint);
	r->chosen_tgid = LOAD(chosen, tgid);
	decision.chosen = (__u64)chosen;
	if (!memcg)
		return;
	r->hit.id = LOAD(memcg, css.cgroup, kn, id);
	memcg__read_limits(&r->hit, memcg);
	cgroup__read_path(&r->hit, decision_scratch.path, r->unread,
			  (struct cgroup_subsys_state *)memcg);
}

static __always_inline int decide(struct oom_control *oc)
{
	struct rec_decision *r = &decision_scratch.rec;
	__u32 tail;

	__builtin_memset(r, 0, sizeof(*r));
	decision__read(r, oc);
	r->oom_id = ++counters.oom_ids;
	decision.oom_id = r->oom_id;
	decision.chosen_tgid = r->chosen_tgid;
	decision.trigger_tid = (__u32)bpf_get_current_pid_tgid();

	tail = r->hit.path_bytes;
	if (tail > REC_PATH_BYTES)
		tail = REC_PATH_BYTES;
	r->header.kind = REC_DECISION;
	r->header.time_ns = bpf_ktime_get_boot_ns();
	r->header.size = sizeof(*r) + tail;
	ring__put(&decision_scratch, sizeof(*r) + tail, &counters.ring_full_other);
	return 0;
}

SEC("kprobe/oom_kill_process")
int BPF_KPROBE(decide_kprobe, struct oom_control *oc)
{
	return decide(oc);
}

SEC("fentry/oom_kill_process")
int BPF_PROG(decide_fentry, struct oom_control *oc)
{
	return decide(oc);
}

static __always_inline bool decision__is_mine(void)
{
	return decision.trigger_tid == (__u32)bpf_get_current_pid_tgid();
}

static __always_inline int decided(void)
{
	struct rec_decision_end r = {
		.header.kind = REC_DECISION_END,
		.header.size = sizeof(r),
		.header.time_ns = bpf_ktime_get_boot_ns(),
		.oom_id = decision.oom_id,
		.last_seq = counters.seq,
	};

	if (decision__is_mine())
		ring__put(&r, sizeof(r), &counters.ring_full_other);
	decision.trigger_tid = 0;
	return 0;
}

SEC("kretprobe/oom_kill_process")
int BPF_KRETPROBE(decided_kretprobe)
{
	return decided();
}

SEC("fexit/oom_kill_process")
int BPF_PROG(decided_fexit)
{
	return decided();
}

/* ---- the victims ---- */

/* Whether a record of this very process, not of an earlier one with the same tgid, was made. */
static __always_inline struct victim *victim__find(const struct rec_process *p)
{
	struct victim *v = bpf_map_lookup_elem(&victims, &p->tgid);

	return v && v->start_ns == p->start_ns ? v : NULL;
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
		.kind = r->kind,
	};

	if (!p->tgid || bpf_map_update_elem(&victims, &p->tgid, &v, BPF_ANY)) {
		counters.untracked++;
		return;
	}
	if (!known)
		__sync_fetch_and_add(&counters.pending, 1);
	bpf_map_update_elem(&victim_threads, &p->tid, &p->tgid, BPF_ANY);
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

/* Of victims outside of the scope that user space asked for there is no record, and no number. */
static __always_inline bool victim__is_elsewhere(struct task_struct *task)
{
	__u64 scope = requests.victims_scope;

	if (!scope)
		return false;
	return !task || !css__is_within(task__memory_css(task), scope, config.may_read_kernel);
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

static __always_inline void kill__done(struct kill *kill, const struct rec_victim *r)
{
	kill->time_ns = bpf_ktime_get_boot_ns();
	kill->mm = r->process.mm;
	kill->marked_tgid = r->process.tgid;
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

/* The kernel kills task's process: what is known of it, for the mark that follows. */
static __always_inline void kill__begin(struct task_struct *task)
{
	struct kill fresh = {}, *kill;
	struct rec_process p = {};
	bool shares;
	__u32 tid;

	tid = (__u32)bpf_get_current_pid_tgid();
	process__read(&p, task);
	kill = bpf_map_lookup_elem(&kills, &tid);
	shares = kill && kill->mm && kill->mm == p.mm && kill->marked_tgid != p.tgid &&
		 bpf_ktime_get_boot_ns() - kill->time_ns < SAME_KILL_NS;
	if (shares && !victim__find(&p))
		victim__share(kill, &p, task);
	else if (!shares && victim__find(&p))
		counters.killed_again++;
	if (!kill) {
		bpf_map_update_elem(&kills, &tid, &fresh, BPF_ANY);
		kill = bpf_map_lookup_elem(&kills, &tid);
		if (!kill)
			return;
	}
	kill->process = p;
	kill->cgroup_id = task__memory_cgroup_id(task);
	kill->task = (__u64)task;
	kill->signalled_tid = p.tid;
}

/*
 * Besides the OOM killer, the first process of a pid namespace kills that way: as it exits, all that
 * are left in there, other victims among them (kernel/pid_namespace.c, zap_pid_ns_processes()).
 */
static __always_inline bool signal__is_oom_kill(int sig, struct kernel_siginfo *info)
{
	return sig == SIGKILL && (unsigned long)info == SEND_SIG_PRIV &&
	       (!current__has_flag(PF_EXITING) || decision__is_mine());
}

/* Hot: runs for each signal on the machine. */
static __always_inline int signal(int sig, struct kernel_siginfo *info, struct task_struct *task,
				  int result)
{
	if (signal__is_oom_kill(sig, info))
		kill__begin(task);
	if (!requests.watching)
		return 0;
	if (result == TRACE_SIGNAL_DELIVERED && signal__ends_processes(sig))
		watched__signal(sig, info, task);
	return 0;
}

SEC("tp_btf/signal_generate")
int BPF_PROG(signal_generate, int sig, struct kernel_siginfo *info, struct task_struct *task,
	     int group, int result)
{
	return signal(sig, info, task, result);
}

SEC("raw_tp/signal_generate")
int BPF_PROG(signal_generate_raw, int sig, struct kernel_siginfo *info, struct task_struct *task,
	     int group, int result)
{
	return signal(sig, info, task, result);
}

/*
 * The task_struct of a victim of which the tracepoint gives only the tid: the last that current
 * signalled, current itself, or the one that the decision chose. Needs may_read_kernel.
 */
static __always_inline struct task_struct *victim__task(__u32 tid, const struct kill *kill)
{
	struct task_struct *chosen = (void *)decision.chosen;

	if (kill && kill->signalled_tid == tid)
		return (void *)kill->task;
	if ((__u32)bpf_get_current_pid_tgid() == tid)
		return (void *)bpf_get_current_task();
	if (decision__is_mine() && (__u32)BPF_CORE_READ(chosen, pid) == tid)
		return chosen;
	return NULL;
}

/* What is known of the victim: from task if there is one, else what signal_generate saw of it. */
static __always_inline void mark__read(struct rec_victim *r, const struct kill *kill, __u32 tid,
				       struct task_struct *task)
{
	bool killed = kill && kill->signalled_tid == tid;

	__builtin_memset(r, 0, sizeof(*r));
	r->process.tid = tid;
	if (killed)
		r->process = kill->process;
	else if (task)
		process__read(&r->process, task);
	else
		r->process.unread[PART_PROCESS] = -EPERM;
	if (task) {
		victim__read_task(r, task);
		return;
	}
	r->cgroup.id = killed ? kill->cgroup_id : 0;
	r->process.unread[PART_CGROUP] = r->cgroup.id ? 0 : -EPERM;
	r->process.unread[PART_CGROUP_LIMITS] = -EPERM;
	r->process.unread[PART_CGROUP_PATH] = -EPERM;
	r->process.unread[PART_PIDNS] = -EPERM;
	r->process.unread[PART_EXE] = -EPERM;
	r->unread_hostname = -EPERM;
}

static __always_inline int mark(__u64 *ctx)
{
	struct rec_victim *r = &victim_scratch.rec;
	__u32 me = (__u32)bpf_get_current_pid_tgid(), tid;
	struct kill *kill = bpf_map_lookup_elem(&kills, &me);
	struct task_struct *task = NULL;
	struct victim *before;
	bool killed;

	if (mark_victim__has_task()) {
		task = (void *)ctx[0];
		tid = LOAD(task, pid);
	} else {
		tid = ctx[0];
		if (config.may_read_kernel)
			task = victim__task(tid, kill);
	}
	killed = kill && kill->signalled_tid == tid;
	mark__read(r, kill, tid, task);
	before = victim__find(&r->process);
	if (before && (!killed || before->kind != VICTIM_ALREADY_EXITING)) {
		counters.repeated++;
		counters.killed_again += killed;
	} else if (!victim__is_elsewhere(task)) {
		victim__classify(r, kill, killed);
		victim__submit(r);
		/* Where no lock stops it, a victim on another CPU can be past its hook already. */
		if (killed && task && exit_hook__precedes_mm())
			victim__exit(&exit_scratch, task);
	}
	if (killed)
		kill__done(kill, r);
	return 0;
}

SEC("tp_btf/mark_victim")
int mark_victim(__u64 *ctx)
{
	return mark(ctx);
}

SEC("raw_tp/mark_victim")
int mark_victim_raw(__u64 *ctx)
{
	return mark(ctx);
}

/* ---- afterwards ---- */

static __always_inline struct victim *victim__by_thread(__u32 tid)
{
	__u32 *tgid = bpf_map_lookup_elem(&victim_threads, &tid);

	return tgid ? bpf_map_lookup_elem(&victims, tgid) : NULL;
}

SEC("tp_btf/wake_reaper")
int BPF_PROG(reaper_woken, int tid)
{
	struct victim *v = victim__by_thread(tid);

	if (v)
		v->reaper_woken_ns = bpf_ktime_get_boot_ns();
	return 0;
}

SEC("tp_btf/start_task_reaping")
int BPF_PROG(reaper_started, int tid)
{
	struct victim *v = victim__by_thread(tid);

	if (v && !v->reaper_started_ns)
		v->reaper_started_ns = bpf_ktime_get_boot_ns();
	return 0;
}

SEC("tp_btf/finish_task_reaping")
int BPF_PROG(reaper_finished, int tid)
{
	struct victim *v = victim__by_thread(tid);

	if (v)
		v->reaper_finished_ns = bpf_ktime_get_boot_ns();
	return 0;
}

SEC("tp_btf/skip_task_reaping")
int BPF_PROG(reaper_skipped, int tid)
{
	struct victim *v = victim__by_thread(tid);

	if (v)
		v->reaper_skipped = 1;
	return 0;
}

/* Hot: runs at the exit of each thread on the machine. */
static __always_inline int process_exits(struct task_struct *task)
{
	struct rec_exit r;

	if (counters.pending)
		victim__exit(&r, task);
	if (requests.watching)
		watched__exit(task);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(process_exit, struct task_struct *task)
{
	return process_exits(task);
}

SEC("raw_tp/sched_process_exit")
int BPF_PROG(process_exit_raw, struct task_struct *task)
{
	return process_exits(task);
}

/* ---- before all of it: what was executed ---- */

SEC("tp_btf/sched_process_exec")
int BPF_PROG(process_exec, struct task_struct *task)
{
	return exec__remember(task);
}

SEC("raw_tp/sched_process_exec")
int BPF_PROG(process_exec_raw, struct task_struct *task)
{
	return exec__remember(task);
}

/* Touches the cache entry of each live process, and lists those that have none. */
SEC("iter/task")
int exec_missing(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct exec_missing missing = {};
	struct mm_struct *mm;

	if (!task || task->pid != task->tgid)
		return 0;
	mm = task->mm;
	if (!mm)
		return 0;
	missing.key.exe_file = (__u64)mm->exe_file;
	missing.key.arg_start = mm->arg_start;
	if (bpf_map_lookup_elem(&execs, &missing.key))
		return 0;
	missing.start_ns = task->start_boottime;
	missing.tgid = task->tgid;
	missing.vpid = task__own_pid(task);
	bpf_seq_write(ctx->meta->seq, &missing, sizeof(missing));
	return 0;
}

/* ---- at the kill: who else is there ---- */

/* The processes of requests.snapshot_scope, each as a struct rec_task. */
SEC("iter/task")
int snapshot(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct rec_task r = {};

	if (!task || !task__speaks(task) || !task__is_in_scope(task, requests.snapshot_scope))
		return 0;
	rec_task__read(&r, task);
	bpf_seq_write(ctx->meta->seq, &r, sizeof(r));
	return 0;
}

/* ---- who reads this ---- */

/* The path of the reader's own memory cgroup, which a cgroup namespace hides from it. */
SEC("iter/task")
int own_cgroup(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct cgroup_subsys_state *css;

	if (!task || (__u64)task != bpf_get_current_task())
		return 0;
	css = task__memory_css(task);
	for (int depth = 0; depth < REC_PATH_DEPTH && css; depth++) {
		struct rec_cgroup_name r = {};

		cgroup_name__read(&r, css);
		bpf_seq_write(ctx->meta->seq, &r, sizeof(r));
		css = BPF_CORE_READ(css, parent);
	}
	return 0;
}
