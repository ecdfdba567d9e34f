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
#include "kill.bpf.h"
#include "memcg.bpf.h"
#include "record.h"
#include "snapshot.bpf.h"
#include "state.bpf.h"
#include "task.bpf.h"
#include "victim.bpf.h"
#include "watch.bpf.h"

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
	if (!requests.watching && !answers_until_ns)
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
	bool killed = kill__is_of(kill, tid);

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
	struct known *before;
	bool killed;

	if (mark_victim__has_task()) {
		task = (void *)ctx[0];
		tid = LOAD(task, pid);
	} else {
		tid = ctx[0];
		if (config.may_read_kernel)
			task = victim__task(tid, kill);
	}
	killed = kill__is_of(kill, tid);
	mark__read(r, kill, tid, task);
	before = victim__find(&r->process);
	if (before && (!killed || before->kind != VICTIM_ALREADY_EXITING)) {
		counters.repeated++;
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
	struct known *known = bpf_map_lookup_elem(&known_victims, &tid);

	return known ? bpf_map_lookup_elem(&victims, &known->tgid) : NULL;
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
	return exec__remember(task, true);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(process_exec_unrolled, struct task_struct *task)
{
	return exec__remember(task, false);
}

SEC("raw_tp/sched_process_exec")
int BPF_PROG(process_exec_raw, struct task_struct *task)
{
	return exec__remember(task, false);
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
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct rec_task r = {};
	struct task_view view;

	if (!task)
		return 0;
	view = task__view(task);
	if (!task__speaks(&view) || !task__is_in_scope(task, requests.snapshot_scope))
		return 0;
	rec_task__read(&r, &view);
	bpf_seq_write(seq, &r, sizeof(r));
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
