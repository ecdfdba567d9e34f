// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* From the ring buffer to a report; see intake.h. */
#include <errno.h>
#include <string.h>

#include "kernel/execs.h"
#include "node/clock.h"
#include "node/gfp.h"
#include "node/procfs.h"
#include "record/decode.h"
#include "record/intake.h"

#define PROC "/proc"

/* Of an earlier ring nobody wants to hear: what it told of is over. */
static const struct listener *listener(const struct intake *in)
{
	return in->until_ns ? NULL : in->listener;
}

/* ---- what is missing ---- */

void intake__tell_gap(struct intake *in)
{
	if (in->gap.from && report__gap(in->report, &in->gap))
		in->gap.from = 0;
}

void intake__miss(struct intake *in, uint64_t from, uint64_t to, const char *stage)
{
	if (in->gap.from && in->gap.to + 1 == from && !strcmp(in->gap.stage, stage)) {
		in->gap.to = to;
		return;
	}
	intake__tell_gap(in);
	in->gap = (struct gap){.from = from, .to = to, .stage = stage};
}

/* The numbers between the last victim and this one: they found no room, or made no sense. */
static void notice_hole(struct intake *in, uint64_t seq)
{
	uint64_t hole = seq - in->books->last_seq - 1;
	bool full = in->books->holes + hole <= in->books->ring_full;

	if (hole)
		intake__miss(in, in->books->last_seq + 1, seq - 1, full ? "ring_full" : "decode");
}

void intake__pass_over(struct intake *in)
{
	const struct ledger now = {.books = *in->books};
	struct rec_ledger *b = in->books;
	uint64_t lost = ledger__in_ring(&now);

	b->lost_decode += lost;
	if (b->seq > b->last_seq)
		intake__miss(in, b->last_seq + 1, b->seq, "decode");
	b->holes += b->seq - b->last_seq;
	b->last_seq = b->seq;
	intake__tell_gap(in);
}

/* ---- victims ---- */

static void join_decision(const struct intake *in, struct victim_event *e)
{
	if (e->oom_id && e->oom_id == in->decision.oom_id)
		e->decision = &in->decision;
	else if (e->oom_id)
		e->decision_err = kernel__has(in->kernel, HOOK_DECISION) ? -ENOENT : -EOPNOTSUPP;
}

/* What the BPF side may not read under lockdown, user space can while the process is there. */
static void join_lookups(const struct intake *in, struct victim_event *e)
{
	int err;

	if (e->unread[PART_PIDNS] && !e->unread[PART_PROCESS])
		e->unread[PART_PIDNS] = procfs__pids(PROC, &e->process);
	if (!e->cgroup.id || (e->cgroup.path[0] && e->cgroup.limits_known))
		return;
	err = cgroup_root__look_up(&in->node->cgroups, &e->cgroup);
	e->unread[PART_CGROUP_PATH] = e->cgroup.path[0] ? 0 : err;
	e->unread[PART_CGROUP_LIMITS] = e->cgroup.limits_known ? 0 : err;
}

/* The processes that one decision ends are forks of one program, as a rule: it is asked for once. */
static void join_exec(struct intake *in, struct victim_event *e)
{
	const struct exec_key *key = &e->process.exec;

	if (in->exec.entry && key->exe_file && e->oom_id && e->oom_id == in->exec.oom_id &&
	    !memcmp(key, &in->exec.key, sizeof(*key))) {
		e->exec = in->exec.entry;
		return;
	}
	e->exec = execs__find(in->kernel, PROC, &e->process, &e->exec_err);
	in->exec.entry = e->exec;
	in->exec.key = *key;
	in->exec.oom_id = e->oom_id;
}

static void count_cgroup(struct intake *in, const struct victim_event *e)
{
	if (e->cgroup.id && (e->kind == VICTIM_KILLED || e->kind == VICTIM_GROUP_MEMBER))
		ledger__involve(in->ledger, e->cgroup.id, e->cgroup.path);
}

void intake__count_written(struct intake *in)
{
	struct rec_ledger *b = in->books;
	uint64_t gone = b->holes + b->lost_output + sinks__waiting(in->report->sinks);

	b->written = b->last_seq > gone ? b->last_seq - gone : 0;
}

/* From here on the record does not come again. */
static void enter_books(struct intake *in, uint64_t seq)
{
	struct rec_ledger *b = in->books;

	b->holes += seq - b->last_seq - 1;
	b->last_seq = seq;
	intake__count_written(in);
}

static void on_victim(struct intake *in, const void *data)
{
	static struct victim_event e;

	decode__victim(data, in->node->page_bytes, &e);
	if (e.seq <= in->books->last_seq) {
		in->books->duplicates++;
		return;
	}
	notice_hole(in, e.seq);
	intake__tell_gap(in);
	if (!in->until_ns || e.time_ns < in->until_ns) {
		join_decision(in, &e);
		join_lookups(in, &e);
		container__identify(&e.identity.container, e.cgroup.path);
		pods__name(in->pods, &e.identity);
		scope__name(&in->node->scope, &e.identity);
		join_exec(in, &e);
		if (!report__victim(in->report, &e)) {
			in->books->lost_output++;
			intake__miss(in, e.seq, e.seq, "output");
		}
		count_cgroup(in, &e);
		metrics__victim(in->metrics, &e);
		ledger__keep(in->ledger, &e);
	}
	enter_books(in, e.seq);
	if (listener(in))
		in->listener->victim(in->listener->context, &e);
}

/* ---- the others ---- */

static void on_decision(struct intake *in, const void *data)
{
	struct cgroup_facts *hit = &in->decision.hit;

	decode__decision(data, in->node->page_bytes, &in->decision);
	gfp__format(in->decision.gfp, in->decision.gfp_mask);
	if (hit->id && !hit->path[0])
		cgroup_root__look_up(&in->node->cgroups, hit);
}

static void on_exit_record(struct intake *in, const void *data)
{
	struct exit_event e;

	decode__exit(data, in->node->page_bytes, &e);
	if (!in->until_ns || e.killed_ns < in->until_ns) {
		report__exit(in->report, &e);
		metrics__exit(in->metrics, &e);
	}
	if (listener(in))
		in->listener->exit(in->listener->context, &e);
}

static void on_decision_end(const struct intake *in, const void *data)
{
	struct decision_end_event e;

	decode__decision_end(data, &e);
	if (listener(in))
		in->listener->decision_end(in->listener->context, &e);
}

static void on_signal(const struct intake *in, const void *data)
{
	struct signal_event e;

	decode__signal(data, &e);
	if (listener(in))
		in->listener->signal(in->listener->context, &e);
}

static void on_gone(const struct intake *in, const void *data)
{
	struct gone_event e;

	decode__gone(data, &e);
	if (listener(in))
		in->listener->gone(in->listener->context, &e);
}

int intake__record(void *context, void *data, size_t size)
{
	struct intake *in = context;

	if (in->waits && !sinks__have_room(in->report->sinks))
		return -EAGAIN;
	in->node->boot_to_real_ns = clock__boot_to_real_ns(in->node->boot_to_real_ns);
	switch (decode__kind(data, size)) {
	case REC_DECISION:
		on_decision(in, data);
		break;
	case REC_VICTIM:
		on_victim(in, data);
		break;
	case REC_EXIT:
		on_exit_record(in, data);
		break;
	case REC_DECISION_END:
		on_decision_end(in, data);
		break;
	case REC_SIGNAL:
		on_signal(in, data);
		break;
	case REC_GONE:
		on_gone(in, data);
		break;
	default:
		in->books->lost_decode++;
	}
	return 0;
}
