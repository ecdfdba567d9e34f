// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What records say of the runs that wrote them, and what those can have missed; see holes.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "journal/holes.h"
#include "journal/value.h"

static int add_mark(struct holes *h, const struct mark *mark)
{
	if (h->n_marks == h->room_marks) {
		size_t room = h->room_marks ? 2 * h->room_marks : 64;
		void *grown = realloc(h->marks, room * sizeof(*h->marks));

		if (!grown)
			return -ENOMEM;
		h->marks = grown;
		h->room_marks = room;
	}
	h->marks[h->n_marks++] = *mark;
	return 0;
}

/* The first and the last of records that say nothing are enough. Another file begins earlier. */
static bool moves_last(const struct holes *h, int64_t ns)
{
	const struct mark *last = h->n_marks ? &h->marks[h->n_marks - 1] : NULL;

	return h->n_marks > 1 && last->kind == MARK_RECORD && last[-1].kind == MARK_RECORD &&
	       last->ns <= ns;
}

static void take_start(struct mark *mark, const json_t *record)
{
	int64_t kills = 0;

	mark->kind = MARK_START;
	mark->taken_over = value__is_true(record, "pinned.taken_over");
	mark->counted = value__number(record, "missed.kills", &kills);
	mark->kills = kills;
}

int holes__take(struct holes *h, const json_t *record, int64_t ns)
{
	struct mark mark = {.ns = ns, .kind = MARK_RECORD, .unexplained = -1};
	int64_t count = 0;

	if (value__is(record, "type", "start")) {
		take_start(&mark, record);
	} else if (value__is(record, "type", "gap")) {
		mark.kind = MARK_GAP;
		value__number(record, "count", &count);
		mark.kills = count;
	} else if (value__is(record, "type", "stop")) {
		mark.kind = MARK_STOP;
	}
	value__number(record, "kernel.unexplained", &mark.unexplained);
	if (mark.kind == MARK_RECORD && mark.unexplained < 0 && moves_last(h, ns)) {
		h->marks[h->n_marks - 1].ns = ns;
		return 0;
	}
	return add_mark(h, &mark);
}

void holes__free(struct holes *h)
{
	free(h->marks);
	free(h->holes);
}

/* ---- what they leave open ---- */

static void add(struct holes *h, enum hole_kind kind, int64_t from_ns, int64_t to_ns,
		uint64_t kills)
{
	h->holes[h->n_holes++] =
		(struct hole){.from_ns = from_ns, .to_ns = to_ns, .kills = kills, .kind = kind};
}

/* The kernel's count as it was last explained. */
struct audited {
	int64_t ns;
	int64_t unexplained;
};

static void find_unexplained(struct holes *h, const struct mark *m, struct audited *last)
{
	if (m->kind == MARK_START && !m->taken_over)
		*last = (struct audited){m->ns, 0};
	if (m->unexplained < 0)
		return;
	if (m->unexplained > last->unexplained)
		add(h, HOLE_UNEXPLAINED, last->ns, m->ns, m->unexplained - last->unexplained);
	*last = (struct audited){m->ns, m->unexplained};
}

static void find_after(struct holes *h, const struct mark *before, const struct mark *m)
{
	if (m->kind == MARK_GAP)
		add(h, HOLE_LOST, before->ns, m->ns, m->kills);
	else if (m->kind == MARK_START && !m->taken_over && (!m->counted || m->kills))
		add(h, HOLE_DOWN, before->ns, m->ns, m->kills);
}

static int by_time(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	return x->ns != y->ns ? (x->ns > y->ns) - (x->ns < y->ns) : (int)x->kind - (int)y->kind;
}

int holes__find(struct holes *h)
{
	struct audited audited;

	free(h->holes);
	h->n_holes = 0;
	h->holes = calloc(2 * h->n_marks + 2, sizeof(*h->holes)); /* at most two for each mark */
	if (!h->holes)
		return -ENOMEM;
	if (!h->n_marks) {
		add(h, HOLE_BEFORE, INT64_MIN, INT64_MAX, 0);
		return 0;
	}
	qsort(h->marks, h->n_marks, sizeof(*h->marks), by_time);
	audited = (struct audited){h->marks[0].ns, 0};
	add(h, HOLE_BEFORE, INT64_MIN, h->marks[0].ns, 0);
	for (size_t i = 0; i < h->n_marks; i++) {
		if (i)
			find_after(h, &h->marks[i - 1], &h->marks[i]);
		find_unexplained(h, &h->marks[i], &audited);
	}
	if (h->marks[h->n_marks - 1].kind == MARK_STOP)
		add(h, HOLE_AFTER, h->marks[h->n_marks - 1].ns, INT64_MAX, 0);
	return 0;
}

const struct hole *holes__between(const struct holes *h, int64_t from_ns, int64_t to_ns)
{
	for (size_t i = 0; i < h->n_holes; i++)
		if (h->holes[i].from_ns < to_ns && h->holes[i].to_ns > from_ns)
			return &h->holes[i];
	return NULL;
}
