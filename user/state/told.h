/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What a run told of itself, read back from its state file; see schema/state.schema.json. Pure. */
#ifndef OOMTRACE_TOLD_H
#define OOMTRACE_TOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TOLD_HOOKS	32
#define TOLD_TEXT_BYTES 256
#define TOLD_NEVER	INT64_MIN /* a time that is not known, or has not come */

struct told_hook {
	bool live;
	char name[64];
	char why[TOLD_TEXT_BYTES]; /* it is not live */
};

enum told_loss { LOSS_RING_FULL, LOSS_DECODE, LOSS_OUTPUT, LOSS_SHUTDOWN, LOSSES };

/* Times are in ns since 1970, uptimes on CLOCK_BOOTTIME. Texts are as strangers gave them, cut. */
struct told {
	bool from_log; /* the kernel's log is followed: no hook is live */
	bool pod;      /* its own pod's kills alone */
	char boot_id[64];
	char version[64];
	int64_t pid;
	int64_t time_ns;
	int64_t uptime_ns;
	int64_t every_seconds; /* 0: not regularly */
	int64_t since_ns;      /* TOLD_NEVER: its hooks are not live yet, or never were */
	bool ended;
	int64_t exit_status;
	struct told_hook hooks[TOLD_HOOKS];
	int n_hooks;
	char pinned[TOLD_TEXT_BYTES]; /* "": its hooks end with it */
	char why_unpinned[TOLD_TEXT_BYTES];
	int64_t books_since_ns;
	int64_t seen;
	int64_t written;
	int64_t duplicates;
	int64_t lost[LOSSES];
	int64_t lost_incidents;
	bool compared; /* with the kernel's count: the next two are known */
	int64_t vmstat_before;
	int64_t vmstat;
	int64_t kills; /* seen, as the kernel counts them */
	int64_t audited_ns;
	int64_t last_seq;  /* 0: none, and what follows is empty */
	bool last_earlier; /* by a process before it */
	int64_t last_ns;
	int64_t last_pid;
	char last_title[64];
	char last_where[TOLD_TEXT_BYTES]; /* pod, container or cgroup; "": not known */
	char output[TOLD_TEXT_BYTES];	  /* the file; "": stdout */
	int64_t waiting;		  /* lines */
	char output_error[64];		  /* why they wait; "": nothing is wrong */
};

#define TOLD_WHY_BYTES 192

/* False: it is no state, and why says how so. */
bool told__parse(struct told *t, const char *text, size_t bytes, char why[TOLD_WHY_BYTES]);

int64_t told__lost(const struct told *t);

#endif /* OOMTRACE_TOLD_H */
