/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What a struct kernel is made of, for kernel.c, which makes it anew, and pinned.c, which finds it. */
#ifndef OOMTRACE_HANDLE_H
#define OOMTRACE_HANDLE_H

#include "kernel/kernel.h"
#include "kernel/object.h"
#include "kernel/pins.h"

struct kernel {
	struct kernel_config config;
	struct hooks hooks;
	struct pins pins;
	char set[PINS_SET_BYTES]; /* the name of what is pinned, or would be */
	char why_unpinned[128];
	struct kernel_facts facts;
	struct bpf_link *links[HOOKS]; /* NULL: none, an iterator's, or taken over */
	int hook_fds[HOOKS];	       /* of the link, of an iterator the program; -1: none. What is
					  open here nobody ends */
	int maps[MAPS];		       /* negative: not there */
	struct rec_ledger *ledger;
	struct rec_requests *requests;
	uint64_t live_since_ns; /* CLOCK_BOOTTIME */
};

/* Loads and attaches. 0, or a negative errno, which is said. */
int handle__open_fresh(struct kernel *k);

/* What is shared with the programs, into memory. 0, or a negative errno. */
int handle__map_shared(struct kernel *k);

/* Descriptors: of maps, and of links that were taken over. */
void handle__close_taken(struct kernel *k);

/* Takes over what is pinned where the configuration says, or makes and pins it; as above. */
int handle__open_pinned(struct kernel *k);

/*
 * Whether somebody has removed what was pinned since the last time, which is said. Of links like
 * these the kernel detaches none, and each is held by a descriptor: the hooks live on.
 */
bool handle__has_lost_pins(struct kernel *k);

#endif /* OOMTRACE_HANDLE_H */
