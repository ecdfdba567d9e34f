// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Files to one row of records; see merge.h. */
#include <errno.h>
#include <stdlib.h>

#include "journal/merge.h"

static bool is_before(const struct source *a, const struct source *b)
{
	return a->ns != b->ns ? a->ns < b->ns : a->order < b->order;
}

static void swap(struct source **a, struct source **b)
{
	struct source *was = *a;

	*a = *b;
	*b = was;
}

static void rise(struct merge *m, size_t at)
{
	for (size_t up; at > 0 && is_before(m->heap[at], m->heap[up = (at - 1) / 2]); at = up)
		swap(&m->heap[at], &m->heap[up]);
}

static void sink(struct merge *m, size_t at)
{
	for (size_t down; (down = 2 * at + 1) < m->n; at = down) {
		if (down + 1 < m->n && is_before(m->heap[down + 1], m->heap[down]))
			down++;
		if (!is_before(m->heap[down], m->heap[at]))
			return;
		swap(&m->heap[at], &m->heap[down]);
	}
}

int merge__add(struct merge *m, struct source *s)
{
	size_t room = m->room ? 2 * m->room : 16;
	struct source **heap;

	if (m->n == m->room) {
		heap = reallocarray(m->heap, room, sizeof(*heap));
		if (!heap)
			return -ENOMEM;
		m->heap = heap;
		m->room = room;
	}
	s->order = m->added++;
	m->heap[m->n] = s;
	rise(m, m->n++);
	return 0;
}

/* One that grows stays open: whoever added it adds it anew when there is more. */
static void drop_first(struct merge *m)
{
	if (!m->heap[0]->grows)
		source__close(m->heap[0]);
	m->heap[0] = m->heap[--m->n];
	sink(m, 0);
}

struct source *merge__next(struct merge *m)
{
	if (m->n)
		m->heap[0]->pending = false;
	while (m->n && !m->heap[0]->pending) {
		m->err = source__read(m->heap[0]);
		if (m->err)
			return NULL;
		if (m->heap[0]->pending)
			sink(m, 0);
		else
			drop_first(m);
	}
	return m->n ? m->heap[0] : NULL;
}

void merge__free(struct merge *m)
{
	free(m->heap);
}
