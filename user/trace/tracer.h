/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The main job: from the ring buffer to the outputs, until a signal ends it. Outside of this room
 * tracer__run() alone is of use.
 */
#ifndef OOMTRACE_TRACER_H
#define OOMTRACE_TRACER_H

#include "kernel/kernel.h"
#include "metrics/exporter.h"
#include "options/options.h"
#include "output/history.h"
#include "pod/pods.h"
#include "record/intake.h"
#include "record/ring.h"
#include "service.h"
#include "state/state.h"
#include "watcher.h"

#define PROC "/proc"

struct tracer {
	const struct options *options;
	struct kernel *kernel;
	struct ring ring;
	struct node node;
	struct ledger ledger;
	struct sinks sinks;
	struct report report;
	struct intake intake;
	struct history history;
	struct profiles *profiles;
	struct pods *pods;
	struct recording *recording;
	struct watcher *watcher;
	struct service service;
	struct exporter *exporter;
	struct state state;
	uint64_t began_ns; /* CLOCK_BOOTTIME: hooks live, outputs open; 0: not yet */
	uint64_t audited_ns;
	uint64_t execs_refreshed; /* execs counted when the cache was last looked after */
	int epoll;
	int signals;
	int audit_timer;
	int sink_timer; /* runs only while the sinks, or the ring, need it */
	bool sink_timer_on;
	int ring_err; /* why something is left in it, and tried again; -EAGAIN: the sinks are full */
	int out;      /* stdout; -1: nobody there who could leave */
	uint32_t out_events;
	bool stop;
	bool unattached;  /* nothing can be */
	bool lost_before; /* found in the books of hooks that were there before */
};

/* Returns the exit status: 0 ran and stopped, 1 failed (it has said why), 3 lost something. */
int tracer__run(const struct options *options);

/* ---- books.c ---- */

/* Both counts as of now into *ledger; the kernel's only where it is of everywhere that we look. */
void tracer__read_counts(struct ledger *ledger, const struct rec_ledger *books, bool everywhere);
void tracer__read_books(struct tracer *t);

/* Whether hooks are live and pinned as before. */
void tracer__look_after_hooks(struct tracer *t);

/* An audit is told when either count has changed since the last. */
void tracer__audit(struct tracer *t);

/* ---- standing.c ---- */

void tracer__write_state(struct tracer *t, bool ended, int exit_status);

/* The same, if it is due. After all else: no kill waits for it. */
void tracer__keep_state(struct tracer *t);

/* ---- inflow.c ---- */

/* 0, or a negative errno, which is said. */
int tracer__open_ring(struct tracer *t, struct ring *ring, int fd, size_t bytes);

/* Takes what is there, as far as the sinks have room for it. */
void tracer__consume(struct tracer *t);

/* At the end: takes the rest, for which whoever reads is given time. */
void tracer__consume_rest(struct tracer *t);

/*
 * What a process that was killed left undecided: its last line may be out although the books don't
 * have it, which the file's last line tells; or lines were still waiting for the file, and are
 * lost.
 */
void tracer__settle_crash(struct tracer *t);

/* The records of an earlier set of hooks that nobody read, in its own numbers. */
void tracer__drain_leftovers(struct tracer *t);

/* ---- loop.c ---- */

/* Both: 0, or a negative errno. */
int tracer__open_loop(struct tracer *t);
int tracer__loop(struct tracer *t);

#endif /* OOMTRACE_TRACER_H */
