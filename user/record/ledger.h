/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The books: what the kernel side saw, what became of it, and what the kernel counted meanwhile.
 * Pure arithmetic over values that the tracer puts in.
 */
#ifndef OOMTRACE_LEDGER_H
#define OOMTRACE_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "record/event.h"

#define LEDGER_CGROUPS	  16
#define LEDGER_PATH_BYTES 256

/* A cgroup whose processes were killed; counts are of kills as the kernel counts them. */
struct ledger_cgroup {
	uint64_t id; /* 0: this place is free */
	uint64_t seen;
	bool counter_known;
	uint64_t
		counter; /* its own oom_kill count: memory.events.local, on v1 memory.oom_control */
	char path[LEDGER_PATH_BYTES]; /* cut where longer */
};

/* The victim that was told last. */
struct last_victim {
	uint64_t seq; /* 0: none */
	uint64_t time_ns;
	uint32_t pid;
	char title[REC_COMM_BYTES + 1];
	char path[LEDGER_PATH_BYTES]; /* of its cgroup, cut where longer; "": not known */
	struct identity identity;
};

struct ledger {
	struct rec_ledger books; /* as they were last read */
	bool resumable; /* what is in the ring waits: for this run, or for the next start */
	bool vmstat_known;
	uint64_t vmstat_now;			      /* /proc/vmstat oom_kill */
	struct ledger_cgroup cgroups[LEDGER_CGROUPS]; /* the latest that were involved */
	unsigned int next_cgroup;
	struct last_victim last;
};

/* Victims that were numbered and are neither written nor lost yet: they are in the ring. */
uint64_t ledger__in_ring(const struct ledger *l);

/* Those of them that nobody will read any more, and those that somebody will. */
uint64_t ledger__lost_shutdown(const struct ledger *l);
uint64_t ledger__waiting(const struct ledger *l);

uint64_t ledger__lost(const struct ledger *l);

/* Calls of the kernel's __oom_kill_process() that were seen: what /proc/vmstat oom_kill counts. */
uint64_t ledger__kills(const struct ledger *l);

/* By how much the kernel's count grew beyond the kills that were seen; below 0 if we saw more. */
int64_t ledger__unexplained(const struct ledger *l);

/* It is the last one now. */
void ledger__keep(struct ledger *l, const struct victim_event *e);

/* One more kill in the cgroup. */
void ledger__involve(struct ledger *l, uint64_t cgroup_id, const char *path);

#endif /* OOMTRACE_LEDGER_H */
