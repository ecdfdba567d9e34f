// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The books; see ledger.h. */
#include "ledger.h"

uint64_t ledger__lost_shutdown(const struct ledger *l)
{
	uint64_t accounted = l->written + l->kernel.ring_full + l->lost_decode + l->lost_output;

	return l->kernel.seq > accounted ? l->kernel.seq - accounted : 0;
}

uint64_t ledger__lost(const struct ledger *l)
{
	return l->kernel.ring_full + l->lost_decode + l->lost_output + ledger__lost_shutdown(l);
}

/* mm/oom_kill.c counts in __oom_kill_process(), once more for a process that is killed again with its
 * memory.oom.group, and neither those that share memory nor those already exiting. */
uint64_t ledger__kills(const struct ledger *l)
{
	return l->kernel.by_kind[VICTIM_KILLED] + l->kernel.by_kind[VICTIM_GROUP_MEMBER] +
	       l->kernel.killed_again;
}

int64_t ledger__unexplained(const struct ledger *l)
{
	return (int64_t)(l->vmstat_now - l->vmstat_before) - (int64_t)ledger__kills(l);
}
