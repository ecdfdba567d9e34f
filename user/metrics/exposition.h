/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* All metrics as Prometheus' text format, into a file. Never allocates. */
#ifndef OOMTRACE_EXPOSITION_H
#define OOMTRACE_EXPOSITION_H

#include "kernel/kernel.h"
#include "metrics/metrics.h"

/* What is told beside the counters. */
struct exposition {
	const struct metrics *metrics;
	const struct kernel_facts *facts;
	const struct rec_ledger *books; /* as they are now */
	const struct ledger *ledger;	/* as of the latest audit */
	uint64_t incidents_lost;	/* of this process */
	uint32_t start_s;		/* since the epoch, as is now_s */
	uint32_t now_s;
	bool running; /* false: it is about to end, and hooks that are not pinned with it */
};

/* 0, or a negative errno: then what is in the file is not whole. */
int exposition__write(const struct exposition *x, int fd);

#endif /* OOMTRACE_EXPOSITION_H */
