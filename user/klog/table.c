// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The table of tasks; see table.h. */
#include <errno.h>
#include <stdlib.h>

#include "klog/table.h"

#define MOST_ROWS (1u << 16)

static struct row *new_row(struct table *t)
{
	size_t room = t->room ? 2 * t->room : 64;
	struct row *grown;

	if (t->n < t->room)
		return &t->rows[t->n++];
	grown = t->n < MOST_ROWS ? realloc(t->rows, room * sizeof(*grown)) : NULL;
	if (!grown) {
		t->cut = true;
		return NULL;
	}
	t->rows = grown;
	t->room = room;
	return &t->rows[t->n++];
}

void table__add(struct table *t, const struct printk_task *task)
{
	struct row *row = t->sorted ? NULL : new_row(t);

	if (!row)
		return;
	*row = (struct row){
		.tid = task->tid,
		.pid = task->pid,
		.user_id = task->uid,
		.score_adj = task->score_adj,
		.total_vm_pages = task->total_vm_pages,
		.rss_pages = task->rss_pages,
		.pgtables_bytes = task->pgtables_bytes,
		.swap_pages = task->swap_pages,
	};
	slice__copy(task->comm, row->comm, sizeof(row->comm));
}

static int compare_tids(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return (x->tid > y->tid) - (x->tid < y->tid);
}

struct row *table__find(struct table *t, uint64_t tid)
{
	struct row key = {.tid = tid};

	if (!t->n)
		return NULL;
	if (!t->sorted)
		qsort(t->rows, t->n, sizeof(*t->rows), compare_tids);
	t->sorted = true;
	return bsearch(&key, t->rows, t->n, sizeof(*t->rows), compare_tids);
}

struct row *table__find_process(struct table *t, uint64_t pid)
{
	struct row *row = table__find(t, pid);

	if (row && row->pid == pid)
		return row;
	for (size_t i = 0; i < t->n; i++)
		if (t->rows[i].pid == pid)
			return &t->rows[i];
	return NULL;
}

void table__free(struct table *t)
{
	free(t->rows);
	*t = (struct table){0};
}

void table__snapshot(const struct table *t, uint64_t page_bytes, struct snapshot *s)
{
	s->processes = t->n ? calloc(t->n, sizeof(*s->processes)) : NULL;
	s->n = 0;
	s->err = !t->n ? -ENODATA : t->cut || !s->processes ? -ENOMEM : 0;
	for (size_t i = 0; s->processes && i < t->n; i++) {
		struct process *p = &s->processes[s->n++];

		p->pid = t->rows[i].pid;
		p->rss_bytes = t->rows[i].rss_pages * page_bytes;
		p->swap_bytes = t->rows[i].swap_pages * page_bytes;
		__builtin_memcpy(p->comm, t->rows[i].comm, sizeof(p->comm));
	}
}

uint64_t row__page_bytes(const struct row *row, uint64_t total_vm_kb)
{
	uint64_t page_kb = row->total_vm_pages ? total_vm_kb / row->total_vm_pages : 0;
	bool fits = page_kb && page_kb * row->total_vm_pages == total_vm_kb;

	return fits && page_kb >= 4 && page_kb <= 64 && !(page_kb & (page_kb - 1)) ? page_kb << 10
										   : 0;
}
