/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What happened, in the units of the output: records after decode, before they are rendered. Times
 * are CLOCK_BOOTTIME in ns, memory is in bytes. What is not known says so: a value is meaningful
 * only if the flag beside it, or its entry in unread[], says that it was read.
 */
#ifndef OOMTRACE_EVENT_H
#define OOMTRACE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "node/gfp.h"
#include "pod/identity.h"
#include "record.h"

#define EVENT_PATH_BYTES (REC_PATH_BYTES + 2)

/* Why what a kernel log says of a decision may not be all, or not be true. */
enum doubt {
	DOUBT_SUPPRESSED,   /* the kernel left lines out: 10 reports in 5 s are its limit */
	DOUBT_OVERWRITTEN,  /* its first lines are no longer there */
	DOUBT_CUT_OFF,	    /* its last lines are not there */
	DOUBT_INTERLEAVED,  /* with another's, and a line does not say whose it is */
	DOUBT_MALFORMED,    /* a line is broken in the middle, as by a name with a newline */
	DOUBT_ALONE,	    /* a kill without anything around it that the kernel prints with one */
	DOUBT_CONTRADICTED, /* its lines do not agree */
	DOUBTS,
};

struct cgroup_facts {
	uint64_t id; /* 0: not known, or none */
	bool limits_known;
	bool oom_group;
	bool path_truncated; /* the root end of path is missing */
	bool unlimited;	     /* then limit_bytes is 0 */
	bool usage_unknown;
	bool oom_group_unknown; /* unless oom_group */
	uint64_t limit_bytes;
	uint64_t usage_bytes;
	char path[EVENT_PATH_BYTES]; /* "/a/b" from the hierarchy's root; "": not known */
};

struct process_facts {
	uint32_t pid; /* tgid, in the initial pid namespace; 0: not known */
	uint32_t tid;
	uint32_t parent_pid;
	uint32_t user_id;
	int score_adj;
	bool user_unknown;
	bool score_adj_unknown;
	uint64_t start_ns;		 /* 0: neither it nor parent_pid 0 is known */
	uint32_t n_pids;		 /* of pids[]; 0: not known */
	uint32_t pids[REC_PIDNS_LEVELS]; /* outermost namespace first, the process's own last */
	char title[REC_COMM_BYTES + 1];
	char executable[REC_NAME_BYTES + 1]; /* "": not known */
	struct exec_key exec;
	uint32_t session_id;
	bool forked_only; /* no exec since it was forked */
};

struct memory_facts {
	uint64_t anon_rss_bytes;
	uint64_t file_rss_bytes;
	uint64_t shmem_rss_bytes;
	uint64_t swap_bytes;
	uint64_t pgtables_bytes;
	uint64_t total_vm_bytes;
	bool swap_unknown;
	bool pgtables_unknown;
};

/* oom_kill_process() was entered. */
struct decision_event {
	uint64_t oom_id;
	uint64_t time_ns;
	uint32_t constraint; /* enum oom_constraint of include/linux/oom.h; none of it: not known */
	uint32_t gfp_mask;
	int order;
	int64_t points;
	bool request_unknown; /* gfp_mask and order */
	bool points_unknown;
	uint32_t chosen_pid; /* 0: not known */
	bool global;	     /* no cgroup's limit was hit: hit is empty */
	struct cgroup_facts hit;
	char gfp[GFP_TEXT_BYTES]; /* gfp_mask by name, as the kernel's log has it; "": as gfp.h does */
};

struct victim_event {
	uint64_t seq;
	uint64_t time_ns;
	uint64_t oom_id; /* 0: none */
	bool oom_id_inferred;
	enum victim_kind kind;
	int chosen; /* 1, 0; -1: not known */
	struct process_facts process;
	struct memory_facts memory;
	struct cgroup_facts cgroup;
	uint32_t trigger_pid; /* 0: not known, as the next */
	uint32_t trigger_tid;
	char trigger_title[REC_COMM_BYTES + 1];
	int unread[PART_MAX]; /* 0 or a negative errno */
	int hostname_err;     /* the same for identity.hostname */

	/* joined to it by the tracer */
	struct identity identity;
	const struct decision_event *decision; /* NULL: not known */
	int decision_err;		       /* why it is not */
	const struct exec_entry *exec;	       /* NULL: not known */
	int exec_err;
};

struct exit_event {
	uint64_t seq; /* of the victim */
	uint64_t time_ns;
	uint64_t oom_id;
	uint64_t start_ns;
	uint64_t killed_ns;
	uint64_t reaper_woken_ns; /* 0: did not happen, as the next two */
	uint64_t reaper_started_ns;
	uint64_t reaper_finished_ns;
	bool reaper_skipped;
	bool held_known; /* not where the hook comes after the memory was given back: before 6.16 */
	bool freed_known;
	uint64_t held_bytes; /* RSS and swap that the last thread still had when it began to exit */
	uint64_t freed_bytes; /* of what it had when it was killed */
	uint32_t pid;
};

/* oom_kill_process() returned. */
struct decision_end_event {
	uint64_t oom_id;
	uint64_t time_ns;
	uint64_t last_seq; /* of the latest victim so far: later ones are not of this decision */
	uint32_t doubts;   /* bits by enum doubt */
};

/* A watched process, or one of the cgroup of a late victim, was sent a signal that ends processes, and
 * did not ignore it. */
struct signal_event {
	uint64_t time_ns;
	uint64_t start_ns; /* of the process that was sent it, as is pid */
	uint32_t pid;
	uint32_t signal;
	uint32_t sender_pid;
	bool from_kernel;   /* no process sent it: sender_* is whoever was running */
	int sender_exiting; /* 1: it may be the parent-death signal; 0; -1: not known */
	char sender_title[REC_COMM_BYTES + 1];
};

/* The last thread of a watched process exits. */
struct gone_event {
	uint64_t time_ns;
	uint64_t start_ns;
	uint32_t pid;
	uint32_t exit_code; /* as wait() gives it */
};

#endif /* OOMTRACE_EVENT_H */
