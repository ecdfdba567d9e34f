// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The books; see ledger.h. */
#include <stdio.h>

#include "record/ledger.h"

uint64_t ledger__in_ring(const struct ledger *l)
{
	const struct rec_ledger *b = &l->books;
	uint64_t accounted = b->written + b->ring_full + b->lost_decode + b->lost_output;

	return b->seq > accounted ? b->seq - accounted : 0;
}

uint64_t ledger__lost_shutdown(const struct ledger *l)
{
	return l->resumable ? 0 : ledger__in_ring(l);
}

uint64_t ledger__waiting(const struct ledger *l)
{
	return l->resumable ? ledger__in_ring(l) : 0;
}

uint64_t ledger__lost(const struct ledger *l)
{
	const struct rec_ledger *b = &l->books;

	return b->ring_full + b->lost_decode + b->lost_output + ledger__lost_shutdown(l);
}

/*
 * mm/oom_kill.c counts in __oom_kill_process(), once more for a process that is killed again with
 * its memory.oom.group, and neither those that share memory nor those already exiting.
 */
uint64_t ledger__kills(const struct ledger *l)
{
	const struct rec_ledger *b = &l->books;

	return b->by_kind[VICTIM_KILLED] + b->by_kind[VICTIM_GROUP_MEMBER] + b->killed_again;
}

int64_t ledger__unexplained(const struct ledger *l)
{
	return (int64_t)(l->vmstat_now - l->books.vmstat_before) - (int64_t)ledger__kills(l);
}

void ledger__keep(struct ledger *l, const struct victim_event *e)
{
	struct last_victim *last = &l->last;

	last->seq = e->seq;
	last->time_ns = e->time_ns;
	last->pid = e->process.pid;
	last->identity = e->identity;
	snprintf(last->title, sizeof(last->title), "%s", e->process.title);
	snprintf(last->path, sizeof(last->path), "%.*s", LEDGER_PATH_BYTES - 1, e->cgroup.path);
}

static struct ledger_cgroup *find_cgroup(struct ledger *l, uint64_t id)
{
	for (int i = 0; i < LEDGER_CGROUPS; i++)
		if (l->cgroups[i].id == id)
			return &l->cgroups[i];
	return NULL;
}

void ledger__involve(struct ledger *l, uint64_t cgroup_id, const char *path)
{
	struct ledger_cgroup *c = find_cgroup(l, cgroup_id);

	if (!c) {
		c = &l->cgroups[l->next_cgroup++ % LEDGER_CGROUPS];
		*c = (struct ledger_cgroup){.id = cgroup_id};
		snprintf(c->path, sizeof(c->path), "%s", path);
	}
	c->seen++;
}
