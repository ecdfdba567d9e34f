// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The machine that the records come from. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/clock.h"
#include "node/node.h"

/* In a pod the kernel has its name for that of the node; the downward API knows better. */
static void take_name(struct node *node)
{
	const char *name = getenv("NODE_NAME");

	if (name && *name && strlen(name) < sizeof(node->uts.nodename))
		strcpy(node->uts.nodename, name);
}

int node__init(struct node *node)
{
	int err;

	*node = (struct node){.cgroups.fd = -1};
	if (uname(&node->uts))
		return -errno;
	take_name(node);
	err = procfs__boot_id("/proc", node->boot_id);
	if (err)
		return err;
	node->page_bytes = sysconf(_SC_PAGESIZE);
	node->boot_to_real_ns = clock__boot_to_real_ns(0);
	cgroup_root__open(&node->cgroups, "/proc/self/mountinfo");
	return 0;
}

void node__done(struct node *node)
{
	cgroup_root__close(&node->cgroups);
}

void node__uid(const struct node *node, uint64_t seq, char uid[NODE_UID_BYTES])
{
	snprintf(uid, NODE_UID_BYTES, "%s-%" PRIx64 "-%" PRIu64,
		 node->boot_id[0] ? node->boot_id : "klog", node->ledger_ns, seq);
}
