/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The table of tasks that a dump prints: who had memory when the kernel chose. */
#ifndef OOMTRACE_TABLE_H
#define OOMTRACE_TABLE_H

#include "klog/printk.h"
#include "record/process.h"

struct row {
	uint32_t tid;
	uint32_t pid;
	uint32_t user_id;
	int score_adj;
	uint64_t total_vm_pages;
	uint64_t rss_pages;
	uint64_t pgtables_bytes;
	uint64_t swap_pages;
	bool killed;
	char comm[REC_COMM_BYTES + 1];
};

struct table {
	struct row *rows;
	size_t n;
	size_t room;
	bool sorted; /* by tid: since the first look-up, after which none is added */
	bool cut;    /* a row found no memory */
};

void table__add(struct table *t, const struct printk_task *task);
struct row *table__find(struct table *t, uint64_t tid);
/* The row of a process whose leader may have exited. */
struct row *table__find_process(struct table *t, uint64_t pid);
void table__free(struct table *t);

/* The rows as processes; what a log does not have is 0. The caller frees s->processes. */
void table__snapshot(const struct table *t, uint64_t page_bytes, struct snapshot *s);

/* The machine's page size, from total_vm in pages and the same in kB; 0: they do not fit. */
uint64_t row__page_bytes(const struct row *row, uint64_t total_vm_kb);

#endif /* OOMTRACE_TABLE_H */
