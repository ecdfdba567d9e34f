/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The machine that the records come from: what every record repeats, and what makes its uid
 * unique. */
#ifndef OOMTRACE_NODE_H
#define OOMTRACE_NODE_H

#include <limits.h>
#include <stdint.h>
#include <sys/utsname.h>

#include "node/cgroup.h"
#include "node/procfs.h"
#include "node/scope.h"

struct node {
	bool from_log;	   /* a kernel log: what it does not have of the machine is empty */
	bool boot_unknown; /* its times are of the day, and boot_to_real_ns is 0 */
	bool real_unknown; /* its times are since boot, of a boot that has no date */
	struct utsname uts;
	char boot_id[PROCFS_BOOT_ID_BYTES];
	uint64_t ledger_ns; /* CLOCK_BOOTTIME when the numbering of victims began; the tracer's */
	uint64_t page_bytes;
	int64_t boot_to_real_ns; /* as of the latest record */
	struct cgroup_root cgroups;
	struct scope scope;
};

/* 0, or a negative errno; a machine without a memory controller is no error. */
int node__init(struct node *node);
void node__done(struct node *node);

/* "<boot id>-<ledger>-<seq>", "klog-<ledger>-<seq>" of an unknown boot: names the victim among all of all machines. */
#define NODE_UID_BYTES (PROCFS_BOOT_ID_BYTES + 40)
void node__uid(const struct node *node, uint64_t seq, char uid[NODE_UID_BYTES]);

#endif /* OOMTRACE_NODE_H */
