/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * When metrics are written and where: a second after a change, once a minute anyway, at the end. All
 * memory is taken at the start. Where a struct exporter is asked for, NULL is allowed: nobody wants
 * metrics.
 */
#ifndef OOMTRACE_EXPORTER_H
#define OOMTRACE_EXPORTER_H

#include "metrics/exposition.h"
#include "options/options.h"

struct exporter;

/*
 * Goes on from the counters of the file, if there is one. What can't go on is said on stderr: where
 * it is not to be written at all a negative errno, with *out NULL. 0 with *out NULL: the options ask
 * for no metrics. node must outlive it.
 */
int exporter__open(struct exporter **out, const struct options *options, const struct node *node);
void exporter__close(struct exporter *e);

/* What is to be told what happens; NULL of NULL. */
struct metrics *exporter__metrics(struct exporter *e);

/* Where the times and numbers are from now on; as that of exporter__open(). */
void exporter__set_node(struct exporter *e, const struct node *node);

/* Once the hooks are live. What is given must outlive it. */
void exporter__begin(struct exporter *e, const struct kernel_facts *facts,
		     const struct rec_ledger *books, const struct ledger *ledger);

/* Readable when exporter__work() has something to do; -1: never. */
int exporter__fd(const struct exporter *e);

/* To be called when nothing more urgent is left to do. */
void exporter__work(struct exporter *e, uint64_t incidents_lost);

/* The books or the kernel's counts are not what they were. */
void exporter__count(struct exporter *e);

/* For the last time. */
void exporter__end(struct exporter *e, uint64_t incidents_lost);

#endif /* OOMTRACE_EXPORTER_H */
