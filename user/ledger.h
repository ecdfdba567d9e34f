/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The books: what the kernel side saw, what became of it, and what the kernel counted meanwhile. Pure
 * arithmetic over values that the tracer puts in.
 */
#ifndef OOMTRACE_LEDGER_H
#define OOMTRACE_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "record.h"

struct ledger {
	struct rec_counters kernel; /* as they were last read */
	uint64_t written;	    /* victims whose line is out */
	uint64_t lost_decode;	    /* records that made no sense */
	uint64_t lost_output;	    /* lines that could not be written */
	bool vmstat_known;
	uint64_t vmstat_before; /* /proc/vmstat oom_kill just before the hooks went live */
	uint64_t vmstat_now;
};

/* Victims that were numbered and neither written nor counted as lost at a stage: left in the ring. */
uint64_t ledger__lost_shutdown(const struct ledger *l);
uint64_t ledger__lost(const struct ledger *l);

/* Calls of the kernel's __oom_kill_process() that were seen: what /proc/vmstat oom_kill counts. */
uint64_t ledger__kills(const struct ledger *l);

/* By how much the kernel's count grew beyond the kills that were seen; below 0 if we saw more. */
int64_t ledger__unexplained(const struct ledger *l);

#endif /* OOMTRACE_LEDGER_H */
