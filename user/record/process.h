/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A process as group and incident know it: values alone, whether they came from a snapshot, from a
 * victim's record or from a recording. What is not known is 0 or "".
 */
#ifndef OOMTRACE_PROCESS_H
#define OOMTRACE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"

#define PROCESS_ARGS_BYTES  256
#define PROCESS_TITLE_BYTES 128

struct process {
	uint64_t start_ns; /* CLOCK_BOOTTIME; with pid it says which process */
	/* Equal, and not 0: they were forked, at some time, from one and the same exec. */
	struct exec_key exec;
	uint64_t cgroup_id; /* of its memory cgroup */
	uint64_t rss_bytes;
	uint64_t swap_bytes;
	uint32_t pid;
	uint32_t
		parent_pid; /* its real parent now, which is not the one that forked it if that died */
	uint32_t vpid;	    /* in its own pid namespace */
	uint32_t session_id;
	uint32_t args_bytes;
	uint32_t ranks_bytes;
	bool forked_only; /* PF_FORKNOEXEC: no exec since it was forked */
	bool zombie;	  /* or on its way there: it has no memory left */
	char comm[REC_COMM_BYTES + 1];
	char executable[REC_NAME_BYTES + 1];
	char title
		[PROCESS_TITLE_BYTES]; /* how it calls itself: its arguments now, spaces between */
	char args[PROCESS_ARGS_BYTES]; /* of its exec, NUL-separated, cut */
	char ranks[EXEC_RANKS_BYTES];  /* NAME=VALUE of its exec, NUL-separated */
};

/* Kernel threads are not in it. */
struct snapshot {
	uint64_t time_ns;  /* CLOCK_BOOTTIME when it began */
	uint64_t scope_id; /* of the cgroup whose processes these are; 0: of any */
	struct process *processes;
	size_t n;
	size_t room;	      /* for so many; kept for the next one */
	int err;	      /* 0, or why some are missing */
	bool parents_unknown; /* a kernel log's: who belongs to whom can't be told */
};

struct victim_event;

void process__of_victim(struct process *p, const struct victim_event *e);

/* Its args, cut, and ranks. */
void process__set_exec(struct process *p, const struct exec_entry *entry);

#endif /* OOMTRACE_PROCESS_H */
