// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Counters into text, family by family; see exposition.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "metrics/exposition.h"
#include "metrics/families.h"
#include "metrics/sample.h"

/* A text on its way, sent in pieces. */
struct page {
	int fd;
	int err;	    /* the first error; nothing is sent after it */
	enum family family; /* that was begun last */
	size_t bytes;
	char piece[2 * SAMPLE_LINE_BYTES];
};

/* ---- pieces ---- */

static void send_piece(struct page *p)
{
	size_t sent = 0;

	while (!p->err && sent < p->bytes) {
		ssize_t n = write(p->fd, p->piece + sent, p->bytes - sent);

		if (n > 0)
			sent += n;
		else if (!n || errno != EINTR)
			p->err = n ? -errno : -EIO;
	}
	p->bytes = 0;
}

static void make_room(struct page *p)
{
	if (p->bytes > sizeof(p->piece) - SAMPLE_LINE_BYTES)
		send_piece(p);
}

/* A family has its help and type before its first sample, and none where there is no sample. */
static void begin_family(struct page *p, enum family family)
{
	const struct family_row *row = &family_rows[family];

	if (p->family == family)
		return;
	p->family = family;
	make_room(p);
	p->bytes += snprintf(p->piece + p->bytes, SAMPLE_LINE_BYTES, "# HELP %s %s\n# TYPE %s %s\n",
			     row->name, row->help, row->name, row->type);
}

static void put(struct page *p, enum family family, const struct label labels[SAMPLE_LABELS],
		int64_t value)
{
	begin_family(p, family);
	make_room(p);
	p->bytes += sample__write(p->piece + p->bytes, family_rows[family].name, labels, value);
}

/* ---- this process ---- */

static void put_process(struct page *p, const struct exposition *x)
{
	const struct label build[SAMPLE_LABELS] = {
		{"version", OOMTRACE_VERSION},
		{"kernel", x->metrics->node->uts.release},
	};
	const struct label source[SAMPLE_LABELS] = {
		{"source", x->metrics->node->from_log ? "klog" : "kernel"},
	};

	put(p, FAMILY_BUILD_INFO, build, 1);
	put(p, FAMILY_SOURCE_INFO, source, 1);
	put(p, FAMILY_RUNNING, NULL, x->running);
	put(p, FAMILY_START_TIME, NULL, x->start_s);
	put(p, FAMILY_HEARTBEAT, NULL, x->now_s);
}

static void put_hooks(struct page *p, const struct exposition *x)
{
	for (size_t i = 0; i < x->facts->n_hooks; i++) {
		const struct hook_state *hook = &x->facts->hooks[i];
		const struct label labels[SAMPLE_LABELS] = {{"hook", hook->name}};

		put(p, FAMILY_HOOK_LIVE, labels,
		    hook__is_live(hook) && (x->running || x->facts->pinned));
	}
	put(p, FAMILY_PINNED, NULL, !!x->facts->pinned);
}

/* ---- what was counted, place by place ---- */

static void put_kills(struct page *p, const struct tally *t)
{
	for (int k = 0; k < TALLY_KINDS; k++) {
		for (int c = 0; c < TALLY_CONSTRAINTS; c++) {
			const struct label labels[SAMPLE_LABELS] = {
				{kill_labels[0], label__kind(k)},
				{kill_labels[1], label__constraint(c)},
				{kill_labels[2], t->origin.namespace},
				{kill_labels[3], t->origin.pod},
				{kill_labels[4], t->origin.container},
			};

			if (t->kills[k][c])
				put(p, FAMILY_KILLS, labels, t->kills[k][c]);
		}
	}
}

static void put_last_kill(struct page *p, const struct tally *t)
{
	const struct label labels[SAMPLE_LABELS] = {
		{origin_labels[0], t->origin.namespace},
		{origin_labels[1], t->origin.pod},
		{origin_labels[2], t->origin.container},
	};

	if (t->killed_s)
		put(p, FAMILY_LAST_KILL, labels, t->killed_s);
}

static void put_by_verdict(struct page *p, enum family family, const struct tally *t,
			   const uint32_t of[VERDICTS])
{
	for (int v = 0; v < VERDICTS; v++) {
		const struct label labels[SAMPLE_LABELS] = {
			{incident_labels[0], label__verdict(v)},
			{incident_labels[1], label__consistent(v)},
			{incident_labels[2], t->origin.namespace},
			{incident_labels[3], t->origin.pod},
			{incident_labels[4], t->origin.container},
		};

		if (of[v])
			put(p, family, labels, of[v]);
	}
}

static void put_incidents(struct page *p, const struct tally *t)
{
	put_by_verdict(p, FAMILY_INCIDENTS, t, t->incidents);
}

static void put_last_incidents(struct page *p, const struct tally *t)
{
	put_by_verdict(p, FAMILY_LAST_INCIDENT, t, t->closed_s);
}

/* Samples of a family have to stand together. */
static void put_tallies(struct page *p, const struct tallies *tallies)
{
	static void (*const families[])(struct page *, const struct tally *) = {
		put_kills, put_last_kill, put_incidents, put_last_incidents};
	const struct tally *t;

	for (size_t f = 0; f < sizeof(families) / sizeof(families[0]); f++)
		for (size_t i = 0; (t = tallies__get(tallies, i)); i++)
			families[f](p, t);
}

/* ---- totals ---- */

static uint64_t total_of(const struct exposition *x, enum total total)
{
	uint64_t here = total == TOTAL_INCIDENTS_LOST ? x->incidents_lost : 0;

	if (total == TOTAL_SHUTDOWN && !x->running)
		here = ledger__lost_shutdown(x->ledger);
	return here + metrics__total(x->metrics, x->books, total);
}

static void put_totals(struct page *p, const struct exposition *x)
{
	for (int i = 0; i < TOTALS; i++) {
		const struct total_row *row = &total_rows[i];
		const struct label labels[SAMPLE_LABELS] = {{row->key, row->value}};

		if (row->family < FAMILIES)
			put(p, row->family, labels, total_of(x, i));
	}
}

static void put_kernel_counts(struct page *p, const struct ledger *l)
{
	if (l->vmstat_known && l->books.vmstat_known)
		put(p, FAMILY_UNEXPLAINED, NULL, ledger__unexplained(l));
	if (l->vmstat_known)
		put(p, FAMILY_KERNEL_KILLS, NULL, l->vmstat_now);
}

/* "# oomtrace books 9e0f...-5c1-0 3 3 0 0 0 0 3" */
static void put_books(struct page *p, const struct exposition *x)
{
	make_room(p);
	p->bytes += snprintf(p->piece + p->bytes, SAMPLE_LINE_BYTES, BOOKS_COMMENT "%s",
			     x->metrics->ledger);
	for (int i = 0; i < BOOK_TOTALS; i++)
		p->bytes +=
			snprintf(p->piece + p->bytes, 24, " %" PRIu64, metrics__book(x->books, i));
	p->piece[p->bytes++] = '\n';
}

int exposition__write(const struct exposition *x, int fd)
{
	struct page p = {.fd = fd, .family = FAMILIES};

	put_process(&p, x);
	put_hooks(&p, x);
	put_tallies(&p, &x->metrics->tallies);
	put_totals(&p, x);
	put_kernel_counts(&p, x->ledger);
	put_books(&p, x);
	send_piece(&p);
	return p.err;
}
