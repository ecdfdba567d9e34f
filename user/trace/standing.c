// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* How a run stands, for --state FILE; see tracer.h. */
#include "node/clock.h"
#include "trace/tracer.h"

static struct state_output output_of(const struct tracer *t)
{
	const struct file *file = &t->sinks.file;

	if (!t->sinks.path)
		return (struct state_output){.waiting = t->sinks.out.spool.lines,
					     .err = t->sinks.out.trouble};
	return (struct state_output){t->sinks.path, file->spool.lines, file->trouble[FILE_WRITE]};
}

static struct state_mark mark_of(const struct tracer *t)
{
	const struct rec_ledger *b = t->intake.books ? t->intake.books : &t->ledger.books;
	struct state_output output = output_of(t);

	return (struct state_mark){
		.seq = b->seq,
		.written = b->written,
		.duplicates = b->duplicates,
		.lost = b->ring_full + b->lost_decode + b->lost_output,
		.waiting = output.waiting,
		.output_err = output.err,
	};
}

/* Of one that has ended, the books are those of end(). */
static void count_now(struct tracer *t, struct ledger *now, bool ended)
{
	*now = t->ledger;
	if (ended || !t->intake.books)
		return;
	intake__count_written(&t->intake);
	tracer__read_counts(now, t->intake.books, !t->node.scope.cgroup_id);
}

void tracer__write_state(struct tracer *t, bool ended, int exit_status)
{
	struct ledger now;
	struct run_state run = {
		.node = &t->node,
		.kernel = t->kernel ? kernel__facts(t->kernel) : NULL,
		.ledger = &now,
		.output = output_of(t),
		.earlier_last = t->state.earlier.last,
		.now_ns = clock__boot_ns(),
		.began_ns = t->began_ns,
		.audited_ns = t->audited_ns,
		.audit_seconds = t->node.from_log ? 0 : t->options->audit_seconds,
		.lost_incidents = t->watcher ? watcher__lost(t->watcher) : 0,
		.ended = ended,
		.exit_status = exit_status,
	};
	struct state_mark mark;
	size_t bytes;
	char *room = report__room(&bytes);

	if (!t->state.path)
		return;
	count_now(t, &now, ended);
	mark = mark_of(t);
	t->node.boot_to_real_ns = clock__boot_to_real_ns(t->node.boot_to_real_ns);
	state__put(&t->state, &mark, room, state__json(room, bytes, &run));
}

void tracer__keep_state(struct tracer *t)
{
	const struct state_mark now = mark_of(t);

	if (state__is_due(&t->state, &now))
		tracer__write_state(t, false, 0);
}
