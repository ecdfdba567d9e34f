// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Which message is of which decision, and what becomes of it; see dumps.h. */
#include <stdlib.h>
#include <string.h>

#include "klog/dump.h"

#define NS_PER_S 1000000000ULL

/* The kernel prints one dump after another, under oom_lock: two at once are of a merged log. */
#define OPEN 4
/* Longer than printing one takes, even on a serial console. */
#define OVER_NS (2 * NS_PER_S)
/* DEFAULT_RATELIMIT_INTERVAL of mm/oom_kill.c's oom_rs: 10 dumps in that time. */
#define SUPPRESSED_NS (5 * NS_PER_S)
/* dump_stack() comes right before the rest of a dump. */
#define CPU_LINE_NS NS_PER_S

struct dumps {
	struct dumps_listener listener;
	struct dump dumps[OPEN]; /* in the order of their beginning; the open ones first */
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
	for (int i = 0; i < OPEN; i++)
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

/* The last lines are missing: that it was killed is what the summary announces. */
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
	memmove(u, u + 1, (d->dumps + OPEN - (u + 1)) * sizeof(*u));
	memset(&d->dumps[OPEN - 1], 0, sizeof(*u));
}

static void end_those_with_victims(struct dumps *d)
{
	for (int i = 0; i < OPEN && d->dumps[i].open;)
		if (d->dumps[i].n_victims || dump__had(&d->dumps[i], BIT(NOBODY) | BIT(EXITING)))
			end_dump(d, &d->dumps[i]);
		else
			i++;
}

void dumps__settle(struct dumps *d, uint64_t now_ns)
{
	for (int i = 0; i < OPEN && d->dumps[i].open;)
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
	for (int i = 0; i < OPEN && d->dumps[i].open; i++)
		dump__doubt(&d->dumps[i], DOUBT_OVERWRITTEN);
}

static struct dump *begin_dump(struct dumps *d, const struct moment *at)
{
	struct dump *u = d->dumps;

	end_those_with_victims(d);
	if (d->dumps[OPEN - 1].open)
		end_dump(d, d->dumps);
	while (u->open)
		u++;
	dump__begin(u, ++d->oom_ids, at);
	return u;
}

/* One whose beginning is not there. */
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

/* ---- whose a message is ---- */

static bool same_caller(const struct dump *u, const struct moment *at)
{
	return slice__equal(slice__of(u->caller), at->caller);
}

static bool awaits(const struct dump *u, enum printk_kind kind)
{
	if (u->n_victims || dump__had(u, BIT(SUMMARY) | BIT(CHOSEN)))
		return false;
	switch (kind) {
	case PRINTK_TABLE: /* two lines */
		return !u->table.n;
	case PRINTK_TASK:
		return dump__had(u, BIT(TABLE)) || u->table.n || !dump__had(u, BIT(INVOKED));
	case PRINTK_SUMMARY:
		return true;
	case PRINTK_STATS: /* several lines, up to 5.2 */
		return !dump__had(u, BIT(TABLE));
	default:
		return !dump__had(u, 1u << kind | BIT(TABLE));
	}
}

/* Without callers it is a guess whose a line is, where several await it: the oldest's that has none. */
static struct dump *find(struct dumps *d, enum printk_kind kind, const struct moment *at)
{
	struct dump *found = NULL;

	for (int i = 0; i < OPEN && d->dumps[i].open; i++) {
		struct dump *u = &d->dumps[i];

		if (!awaits(u, kind) || !same_caller(u, at))
			continue;
		if (found && !at->caller.n) {
			dump__doubt(found, DOUBT_INTERLEAVED);
			dump__doubt(u, DOUBT_INTERLEAVED);
		}
		if (!found || at->caller.n ||
		    (kind == PRINTK_STATS && dump__had(found, BIT(STATS)) &&
		     !dump__had(u, BIT(STATS))))
			found = u;
	}
	return found;
}

static struct dump *find_or_begin(struct dumps *d, enum printk_kind kind, const struct moment *at)
{
	struct dump *u = find(d, kind, at);

	return u ? u : begin_headless(d, at, DOUBT_OVERWRITTEN);
}

/* Of who is chosen: the one whose table has the process. */
static struct dump *find_by_process(struct dumps *d, uint64_t pid, const struct moment *at)
{
	for (int i = OPEN - 1; i >= 0; i--) {
		struct dump *u = &d->dumps[i];

		if (u->open && !u->n_victims && !dump__had(u, BIT(SUMMARY) | BIT(CHOSEN)) &&
		    same_caller(u, at) && table__find_process(&u->table, pid))
			return u;
	}
	return find_or_begin(d, PRINTK_SUMMARY, at);
}

static bool may_have_killed(struct dump *u, const struct printk_killed *k, const struct moment *at)
{
	struct row *row = table__find(&u->table, k->tid);

	if (!dump__agrees(u, k->scope) || !same_caller(u, at))
		return false;
	if (u->n_victims)
		return dump__had(u, BIT(GROUP));
	if (dump__had(u, BIT(CHOSEN)))
		return true; /* it or a child of it */
	if (u->decision.chosen_pid)
		return u->decision.chosen_pid == k->tid ||
		       (row && row->pid == u->decision.chosen_pid) || !u->table.n;
	return row || !u->table.n;
}

static struct dump *find_killer(struct dumps *d, const struct printk_killed *k,
				const struct moment *at)
{
	struct dump *found = NULL;

	for (int i = OPEN - 1; i >= 0; i--) {
		struct dump *u = &d->dumps[i];
		bool named = u->open &&
			     (u->decision.chosen_pid == k->tid || table__find(&u->table, k->tid));

		if (!u->open || !may_have_killed(u, k, at))
			continue;
		if (named)
			return u;
		found = u;
	}
	return found;
}

/* Whether one is open that announced another's kill. */
static bool another_is_due(const struct dumps *d)
{
	for (int i = 0; i < OPEN && d->dumps[i].open; i++)
		if (d->dumps[i].decision.chosen_pid && !d->dumps[i].n_victims)
			return true;
	return false;
}

/* Why there is a kill and no dump. */
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

/* "python3 Not tainted 6.1.0", "python3 Tainted: P": the name is what a dump before it has. */
static void on_cpu(struct dumps *d, const struct printk_cpu *c, const struct moment *at)
{
	long end = slice__find(c->rest, " Not tainted ", 0);

	for (int i = OPEN - 1; i >= 0; i--) {
		struct dump *u = &d->dumps[i];
		struct slice rest = c->rest;

		if (!u->open || u->trigger_tid || !dump__had(u, BIT(INVOKED)) ||
		    !same_caller(u, at) || !cut__prefix(&rest, u->trigger_comm) ||
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
	struct dump *u = find_killer(d, k, at);
	static struct victim_event e;

	if (!u)
		u = begin_headless(d, at, why_alone(d, at));
	u->last_ns = at->ns;
	if (dump__killed(u, k, &e))
		tell(d, u, &e, at->ns);
	else
		d->killed_again++;
}

/* It follows its first victim. */
static void on_group(struct dumps *d, const struct printk *m, const struct moment *at)
{
	for (int i = OPEN - 1; i >= 0; i--) {
		struct dump *u = &d->dumps[i];

		if (!u->open || !u->n_victims || !same_caller(u, at))
			continue;
		u->last_ns = at->ns;
		dump__take(u, m);
		return;
	}
}

/* What ends a dump without a victim. */
static void on_nobody(struct dumps *d, const struct printk *m, const struct moment *at)
{
	struct dump *u = NULL;

	for (int i = 0; i < OPEN && d->dumps[i].open; i++)
		if (!d->dumps[i].n_victims && same_caller(&d->dumps[i], at))
			u = &d->dumps[i];
	if (!u)
		u = begin_headless(d, at, DOUBT_OVERWRITTEN);
	u->last_ns = at->ns;
	dump__take(u, m);
}

/* It is said when the next dump is printed, of the kills before it. */
static void on_suppressed(struct dumps *d)
{
	for (int i = 0; i < OPEN && d->dumps[i].open; i++) {
		uint32_t *doubts = &d->dumps[i].doubts;

		if (*doubts & 1u << DOUBT_ALONE)
			*doubts ^= 1u << DOUBT_ALONE | 1u << DOUBT_SUPPRESSED;
	}
}

static void on_part(struct dumps *d, const struct printk *m, const struct moment *at)
{
	struct dump *u = find_or_begin(d, m->kind, at);

	u->last_ns = at->ns;
	dump__take(u, m);
}

static void on_choice(struct dumps *d, const struct printk *m, uint64_t pid,
		      const struct moment *at)
{
	struct dump *u = find_by_process(d, pid, at);

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
