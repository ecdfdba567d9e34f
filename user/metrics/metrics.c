// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Counts what happens; see metrics.h. */
#include <string.h>

#include "metrics/metrics.h"

#define NS_PER_S 1000000000

void metrics__init(struct metrics *m, const struct node *node)
{
	*m = (struct metrics){.node = node};
	tallies__init(&m->tallies);
}

/* ---- kill by kill ---- */

static uint32_t real_s(const struct metrics *m, uint64_t boot_ns)
{
	return ((int64_t)boot_ns + m->node->boot_to_real_ns) / NS_PER_S;
}

static struct tally *tally_at(struct metrics *m, const struct origin *origin, uint32_t now_s)
{
	struct tally *t = tallies__find(&m->tallies, origin, now_s);

	m->changed = true;
	m->totals[TOTAL_FOLDED] += !t;
	if (!t)
		t = &m->tallies.other;
	t->used_s = now_s;
	return t;
}

static uint32_t constraint_of(const struct victim_event *e)
{
	uint32_t known = e->decision ? e->decision->constraint : TALLY_UNKNOWN;

	return known < TALLY_UNKNOWN ? known : TALLY_UNKNOWN;
}

void metrics__victim(struct metrics *m, const struct victim_event *e)
{
	struct origin origin;
	struct tally *t;

	if (!m)
		return;
	origin__of(&origin, &e->identity, e->cgroup.path);
	t = tally_at(m, &origin, real_s(m, e->time_ns));
	t->kills[e->kind][constraint_of(e)]++;
	t->killed_s = t->used_s;
}

void metrics__exit(struct metrics *m, const struct exit_event *e)
{
	if (!m || !e->freed_known)
		return;
	m->totals[TOTAL_FREED_BYTES] += e->freed_bytes;
	m->changed = true;
}

void metrics__closed(struct metrics *m, const struct incident *in)
{
	struct origin origin;
	struct tally *t;

	if (!m)
		return;
	origin__of(&origin, &in->identity, in->scope);
	t = tally_at(m, &origin, real_s(m, in->closed_ns));
	t->incidents[in->verdict]++;
	t->closed_s[in->verdict] = t->used_s;
}

/* ---- by the books ---- */

uint64_t metrics__book(const struct rec_ledger *b, enum total total)
{
	switch (total) {
	case TOTAL_SEEN:
		return b->seq;
	case TOTAL_WRITTEN:
		return b->written;
	case TOTAL_DUPLICATE:
		return b->duplicates;
	case TOTAL_RING_FULL:
		return b->ring_full;
	case TOTAL_DECODE:
		return b->lost_decode;
	case TOTAL_OUTPUT:
		return b->lost_output;
	case TOTAL_TOLD:
		return b->last_seq > b->holes ? b->last_seq - b->holes : 0;
	default:
		return 0;
	}
}

/* What has been added to the books since they were entered. */
static uint64_t growth(const struct metrics *m, const struct rec_ledger *books, enum total total)
{
	uint64_t now = total < BOOK_TOTALS ? metrics__book(books, total) : 0;

	return total < BOOK_TOTALS && now > m->entered[total] ? now - m->entered[total] : 0;
}

uint64_t metrics__total(const struct metrics *m, const struct rec_ledger *books, enum total total)
{
	return m->totals[total] + growth(m, books, total);
}

static bool is_known(const struct metrics *m, char uid[NODE_UID_BYTES])
{
	node__uid(m->node, 0, uid);
	return !strcmp(uid, m->ledger);
}

static void count_untallied(struct metrics *m, uint64_t kills, uint64_t now_ns)
{
	struct tally *t = &m->tallies.other;

	if (!kills)
		return;
	t->kills[VICTIM_UNKNOWN][TALLY_UNKNOWN] += kills;
	t->killed_s = real_s(m, now_ns);
	m->entered[TOTAL_TOLD] += kills;
}

void metrics__open_books(struct metrics *m, const struct rec_ledger *books, bool live,
			 uint64_t now_ns)
{
	char uid[NODE_UID_BYTES];

	if (!m)
		return;
	if (is_known(m, uid)) {
		count_untallied(m, growth(m, books, TOTAL_TOLD), now_ns);
	} else if (live) {
		memcpy(m->ledger, uid, sizeof(uid));
		memset(m->entered, 0, sizeof(m->entered));
	}
}

void metrics__close_books(struct metrics *m, const struct rec_ledger *books)
{
	char uid[NODE_UID_BYTES];

	if (!m || !is_known(m, uid))
		return;
	for (int i = 0; i < BOOK_TOTALS; i++)
		m->totals[i] += growth(m, books, i);
	m->ledger[0] = '\0';
}
