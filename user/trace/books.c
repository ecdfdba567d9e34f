// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The books beside the kernel's own counts; see tracer.h. */
#include <poll.h>
#include <string.h>

#include "node/clock.h"
#include "node/procfs.h"
#include "trace/tracer.h"

#define COUNT_READS    8
#define COUNT_PAUSE_MS 1

/*
 * Our count and the kernel's can't be read at one instant, and __oom_kill_process() counts before
 * it marks: what is unexplained may be a kill that came between, and is asked for again, when the
 * one that kills had time to go on. The kernel counts for the whole machine.
 */
void tracer__read_counts(struct ledger *l, const struct rec_ledger *books, bool everywhere)
{
	for (int i = 0; i < COUNT_READS; i++) {
		memcpy(&l->books, books, sizeof(l->books));
		l->vmstat_known = everywhere && !procfs__oom_kills(PROC, &l->vmstat_now);
		l->books.vmstat_known &= everywhere;
		if (!l->vmstat_known || !l->books.vmstat_known || !ledger__unexplained(l))
			return;
		poll(NULL, 0, COUNT_PAUSE_MS);
	}
}

void tracer__read_books(struct tracer *t)
{
	struct ledger *l = &t->ledger;

	intake__count_written(&t->intake);
	tracer__read_counts(l, t->intake.books, !t->node.scope.cgroup_id);
	for (int i = 0; i < LEDGER_CGROUPS; i++) {
		struct ledger_cgroup *c = &l->cgroups[i];

		c->counter_known =
			c->id && !cgroup_root__oom_kills(&t->node.cgroups, c->id, &c->counter);
	}
}

void tracer__look_after_hooks(struct tracer *t)
{
	if (!kernel__look(t->kernel))
		return;
	t->ledger.resumable = kernel__facts(t->kernel)->pinned;
	exporter__count(t->exporter);
}

void tracer__audit(struct tracer *t)
{
	uint64_t vmstat = t->ledger.vmstat_now, seq = t->ledger.books.seq;

	tracer__read_books(t);
	t->audited_ns = clock__boot_ns();
	if (t->ledger.vmstat_now != vmstat || t->ledger.books.seq != seq) {
		report__audit(&t->report, &t->ledger);
		exporter__count(t->exporter);
	}
}
