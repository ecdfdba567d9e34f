// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What becomes of each message, and when a dump is over; see dumps.h. */
#include <stdlib.h>
#include <string.h>

#include "klog/owner.h"

#define NS_PER_S 1000000000ULL

/* Longer than the kernel takes to print a dump, even on a serial console. */
#define OVER_NS (2 * NS_PER_S)
/* DEFAULT_RATELIMIT_INTERVAL of mm/oom_kill.c's oom_rs: 10 dumps in that time. */
#define SUPPRESSED_NS (5 * NS_PER_S)
/* dump_stack() comes right before the rest of a dump. */
#define CPU_LINE_NS NS_PER_S

struct dumps {
	struct dumps_listener listener;
	struct dump dumps[DUMPS_OPEN]; /* in the order of their beginning; the open ones first */
	uint64_t seq;
	uint64_t oom_ids;
	uint64_t killed_again;
	bool began;	   /* a dump was seen to begin */
	bool lost;	   /* records are missing since */
	uint64_t began_ns; /* of the latest that did */
	uint32_t cpu_tid;  /* of the latest CPU line */
	uint64_t cpu_ns;
	char cpu_comm[REC_COMM_BYTES + 1];
};

struct dumps *dumps__new(const struct dumps_listener *listener)
{
	struct dumps *d = calloc(1, sizeof(*d));

	if (d)
		d->listener = *listener;
	return d;
}

void dumps__free(struct dumps *d)
{
	if (!d)
		return;
	for (int i = 0; i < DUMPS_OPEN; i++)
		table__free(&d->dumps[i].table);
	free(d);
}

/* ---- telling ---- */

static void tell(struct dumps *d, struct dump *u, struct victim_event *e, uint64_t time_ns)
{
	e->seq = ++d->seq;
	e->time_ns = time_ns;
	if (!u->n_victims++)
		u->first_tid = e->process.tid;
	u->last_seq = e->seq;
	d->listener.victim(d->listener.context, e);
}

/* The kill line is missing: the summary had announced it. */
static void tell_announced(struct dumps *d, struct dump *u)
{
	static struct victim_event e;

	dump__announced(u, &e);
	tell(d, u, &e, u->last_ns);
}

/* ---- beginning and end ---- */

static void tell_end(struct dumps *d, const struct dump *u)
{
	const struct decision_end_event e = {
		.oom_id = u->decision.oom_id,
		.time_ns = u->last_ns,
		.last_seq = u->last_seq,
		.doubts = u->doubts,
	};
	struct snapshot s;

	dump__snapshot(u, &s);
	d->listener.end(d->listener.context, &e, &s);
	free(s.processes);
}

static void end_dump(struct dumps *d, struct dump *u)
{
	bool nobody = dump__had(u, BIT(NOBODY) | BIT(PANIC));
	bool announced = dump__had(u, BIT(SUMMARY)) && !dump__had(u, BIT(EXITING));

	if (!u->n_victims && announced && !nobody)
		tell_announced(d, u);
	if (u->n_victims)
		tell_end(d, u);
	else if (nobody)
		d->listener.nobody(d->listener.context, u->decision.hit.path,
				   dump__had(u, BIT(PANIC)));
	table__free(&u->table);
	memmove(u, u + 1, (d->dumps + DUMPS_OPEN - (u + 1)) * sizeof(*u));
	memset(&d->dumps[DUMPS_OPEN - 1], 0, sizeof(*u));
}

static void end_those_with_victims(struct dumps *d)
{
	for (int i = 0; i < DUMPS_OPEN && d->dumps[i].open;)
		if (d->dumps[i].n_victims || dump__had(&d->dumps[i], BIT(NOBODY) | BIT(EXITING)))
			end_dump(d, &d->dumps[i]);
		else
			i++;
}

void dumps__settle(struct dumps *d, uint64_t now_ns)
{
	for (int i = 0; i < DUMPS_OPEN && d->dumps[i].open;)
		if (now_ns > d->dumps[i].last_ns + OVER_NS)
			end_dump(d, &d->dumps[i]);
		else
			i++;
}

void dumps__end(struct dumps *d)
{
	while (d->dumps[0].open)
		end_dump(d, &d->dumps[0]);
}

uint64_t dumps__killed_again(const struct dumps *d)
{
	return d->killed_again;
}

bool dumps__idle(const struct dumps *d)
{
	return !d->dumps[0].open;
}

void dumps__lost(struct dumps *d)
{
	d->lost = true;
	for (int i = 0; i < DUMPS_OPEN && d->dumps[i].open; i++)
		dump__doubt(&d->dumps[i], DOUBT_OVERWRITTEN);
}

static struct dump *begin_dump(struct dumps *d, const struct moment *at)
{
	struct dump *u = d->dumps;

	end_those_with_victims(d);
	if (d->dumps[DUMPS_OPEN - 1].open)
		end_dump(d, d->dumps);
	while (u->open)
		u++;
	dump__begin(u, ++d->oom_ids, at);
	return u;
}

/* Begins a dump whose first lines are missing. */
static struct dump *begin_headless(struct dumps *d, const struct moment *at, enum doubt why)
{
	struct dump *u = begin_dump(d, at);

	dump__doubt(u, why);
	if (why == DOUBT_OVERWRITTEN && d->cpu_tid && at->ns - d->cpu_ns < CPU_LINE_NS) {
		u->trigger_tid = d->cpu_tid;
		memcpy(u->trigger_comm, d->cpu_comm, sizeof(u->trigger_comm));
	}
	return u;
}

/* ---- a kill without a dump ---- */

/* Whether an open dump announced a kill, of another process, that has not come yet. */
static bool another_is_due(const struct dumps *d)
{
	for (int i = 0; i < DUMPS_OPEN && d->dumps[i].open; i++)
		if (d->dumps[i].decision.chosen_pid && !d->dumps[i].n_victims)
			return true;
	return false;
}

/* Why a kill has no dump. */
static enum doubt why_alone(const struct dumps *d, const struct moment *at)
{
	if (another_is_due(d))
		return DOUBT_CONTRADICTED;
	if (d->lost)
		return DOUBT_OVERWRITTEN;
	if (d->began && at->known && at->ns - d->began_ns < SUPPRESSED_NS)
		return DOUBT_SUPPRESSED;
	return DOUBT_ALONE;
}

/* ---- message by message ---- */

static void on_invoked(struct dumps *d, const struct printk *m, const struct moment *at)
{
	struct dump *u = begin_dump(d, at);

	d->began = true;
	d->lost = false;
	d->began_ns = at->ns;
	dump__take(u, m);
}

/* "python3 Not tainted 6.1.0", "python3 Tainted: P": the name is the trigger's of an open dump. */
static void on_cpu(struct dumps *d, const struct printk_cpu *c, const struct moment *at)
{
	long end = slice__find(c->rest, " Not tainted ", 0);

	for (int i = DUMPS_OPEN - 1; i >= 0; i--) {
		struct dump *u = &d->dumps[i];
		struct slice rest = c->rest;

		if (!u->open || u->trigger_tid || !dump__had(u, BIT(INVOKED)) ||
		    !dump__is_of(u, at->caller) || !cut__prefix(&rest, u->trigger_comm) ||
		    !slice__begins(rest, " "))
			continue;
		u->trigger_tid = c->tid;
		u->last_ns = at->ns;
		return;
	}
	if (end < 0)
		end = slice__find(c->rest, " Tainted: ", 0);
	if (end < 0 || end >= REC_COMM_BYTES)
		return;
	d->cpu_tid = c->tid;
	d->cpu_ns = at->ns;
	slice__copy((struct slice){c->rest.s, end}, d->cpu_comm, sizeof(d->cpu_comm));
}

static void on_killed(struct dumps *d, const struct printk_killed *k, const struct moment *at)
{
	struct dump *u = owner__of_kill(d->dumps, k, at);
	static struct victim_event e;

	if (!u)
		u = begin_headless(d, at, why_alone(d, at));
	u->last_ns = at->ns;
	if (dump__killed(u, k, &e))
		tell(d, u, &e, at->ns);
	else
		d->killed_again++;
}

/* It comes after the first victim. */
static void on_group(struct dumps *d, const struct printk *m, const struct moment *at)
{
	for (int i = DUMPS_OPEN - 1; i >= 0; i--) {
		struct dump *u = &d->dumps[i];

		if (!u->open || !u->n_victims || !dump__is_of(u, at->caller))
			continue;
		u->last_ns = at->ns;
		dump__take(u, m);
		return;
	}
}

/* A message that ends a dump without a victim. */
static void on_nobody(struct dumps *d, const struct printk *m, const struct moment *at)
{
	struct dump *u = NULL;

	for (int i = 0; i < DUMPS_OPEN && d->dumps[i].open; i++)
		if (!d->dumps[i].n_victims && dump__is_of(&d->dumps[i], at->caller))
			u = &d->dumps[i];
	if (!u)
		u = begin_headless(d, at, DOUBT_OVERWRITTEN);
	u->last_ns = at->ns;
	dump__take(u, m);
}

/* The kernel prints it before its next dump: it is about the kills before. */
static void on_suppressed(struct dumps *d)
{
	for (int i = 0; i < DUMPS_OPEN && d->dumps[i].open; i++) {
		uint32_t *doubts = &d->dumps[i].doubts;

		if (*doubts & 1u << DOUBT_ALONE)
			*doubts ^= 1u << DOUBT_ALONE | 1u << DOUBT_SUPPRESSED;
	}
}

static void on_part(struct dumps *d, const struct printk *m, const struct moment *at)
{
	struct dump *u = owner__of_part(d->dumps, m->kind, at);

	if (!u)
		u = begin_headless(d, at, DOUBT_OVERWRITTEN);
	u->last_ns = at->ns;
	dump__take(u, m);
}

static void on_choice(struct dumps *d, const struct printk *m, uint64_t pid,
		      const struct moment *at)
{
	struct dump *u = owner__of_choice(d->dumps, pid, at);

	if (!u)
		u = begin_headless(d, at, DOUBT_OVERWRITTEN);
	u->last_ns = at->ns;
	dump__take(u, m);
}

void dumps__take(struct dumps *d, const struct printk *m, const struct moment *at)
{
	switch (m->kind) {
	case PRINTK_OTHER:
		return;
	case PRINTK_INVOKED:
		return on_invoked(d, m, at);
	case PRINTK_CPU:
		return on_cpu(d, &m->cpu, at);
	case PRINTK_LIMIT_OF:
	case PRINTK_USAGE:
	case PRINTK_STATS:
	case PRINTK_TABLE:
	case PRINTK_TASK:
		return on_part(d, m, at);
	case PRINTK_SUMMARY:
		return on_choice(d, m, m->summary.pid, at);
	case PRINTK_CHOSEN:
		return on_choice(d, m, m->chosen.pid, at);
	case PRINTK_KILLED:
		return on_killed(d, &m->killed, at);
	case PRINTK_GROUP:
		return on_group(d, m, at);
	case PRINTK_REAPED:
		return d->listener.reaped(d->listener.context, m->reaped_tid, at->ns);
	case PRINTK_SUPPRESSED:
		return on_suppressed(d);
	case PRINTK_NOBODY:
	case PRINTK_EXITING:
	case PRINTK_PANIC:
		return on_nobody(d, m, at);
	}
}
