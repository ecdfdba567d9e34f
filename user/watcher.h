/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Incidents on a live machine: takes the snapshots that they ask for when they ask for them, has the
 * kernel side tell what happens to the groups of those that are open, and reports what is news.
 */
#ifndef OOMTRACE_WATCHER_H
#define OOMTRACE_WATCHER_H

#include "group/finish.h"
#include "kernel/kernel.h"
#include "metrics/metrics.h"
#include "record/intake.h"
#include "replay/recording.h"

struct watcher;

struct watcher_config {
	const struct kernel *kernel;
	struct node *node;
	const struct report *report;
	const struct profiles *profiles;
	struct recording *recording; /* of all that it hears and sees; NULL: none */
	struct metrics *metrics;     /* of incidents; NULL: none */
	unsigned int watch_seconds;
	const struct finish_rules *finish;
};

/* 0 or a negative errno with *out NULL. What it is given must outlive it. */
int watcher__open(struct watcher **out, const struct watcher_config *config);
void watcher__close(struct watcher *w); /* NULL is allowed */

/* Hears what the intake reads. */
const struct listener *watcher__listener(const struct watcher *w);

/* Readable when watcher__work() has something to do. */
int watcher__fd(const struct watcher *w);

/* To be called when nothing more urgent is left to do: after the ring has been read. */
void watcher__work(struct watcher *w);

/* Reports those that are still open, as they stand, and ends nobody any more. */
void watcher__end(struct watcher *w);

/* Incidents of which a record found no room. */
uint64_t watcher__lost(const struct watcher *w);

#endif /* OOMTRACE_WATCHER_H */
