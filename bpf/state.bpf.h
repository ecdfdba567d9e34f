/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the programs keep between one hook and the next. All of an OOM kill, from the decision to
 * the last signal, runs under the kernel's oom_lock, one at a time on the whole machine: what is
 * only touched there (decision, scratch, seq) needs no lock of its own.
 */
#ifndef OOMTRACE_STATE_BPF_H
#define OOMTRACE_STATE_BPF_H

#include "compat.bpf.h"
#include "memcg.bpf.h"
#include "record.h"

/* In a map of its own, so that it can be pinned and mapped. */
struct rec_ledger counters SEC(".data.ledger") = {};

struct rec_requests requests SEC(".data.requests") = {};

/* The OOM decision that is being carried out; trigger_tid 0: none. */
struct {
	__u64 oom_id;
	__u64 chosen; /* address of the task_struct */
	__u32 chosen_tgid;
	__u32 trigger_tid;
} decision = {};

/* Records are put together here: with their tail they are too large for the stack. */
struct {
	struct rec_decision rec;
	char path[REC_PATH_BYTES + NAME_BYTES];
} decision_scratch = {};

struct {
	struct rec_victim rec;
	char path[REC_PATH_BYTES + NAME_BYTES];
} victim_scratch = {};

/* While victims are marked; at other times the stack has room for it. */
struct rec_exit exit_scratch = {};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096); /* set before load */
} ring SEC(".maps");

static __always_inline void ring__put(void *rec, __u64 bytes, __u64 *lost)
{
	if (bpf_ringbuf_output(&ring, rec, bytes, 0))
		__sync_fetch_and_add(lost, 1);
}

/* Calls of __oom_kill_process() so far. */
__u64 kill_calls = 0;

/* What one task did last as the killer of others, by its tid. */
struct kill {
	__u64 time_ns;		    /* of the last mark */
	__u64 oom_id;		    /* of that one */
	__u64 call;		    /* number of its last call of __oom_kill_process() */
	__u64 mm;		    /* memory of the process that it was called for */
	__u64 task;		    /* address of the task_struct that it signalled last */
	__u64 cgroup_id;	    /* of that one */
	__u32 tgid;		    /* of the process that it was called for */
	__u32 signalled_tid;	    /* of the last signalled and not yet marked; 0: none */
	struct rec_process process; /* of the last signalled */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct kill);
} kills SEC(".maps");

/* Processes that have their record and have not exited yet, by tgid. */
struct victim {
	__u64 seq;
	__u64 oom_id;
	__u64 start_ns;
	__u64 killed_ns;
	__u64 killed_pages;
	__u64 reaper_woken_ns;
	__u64 reaper_started_ns;
	__u64 reaper_finished_ns;
	__u8 reaper_skipped;
	__u8 reserved[7];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, __u32);
	__type(value, struct victim);
} victims SEC(".maps");

/*
 * What had its record, by tgid and by the tid of the thread that was marked, which is what the
 * reaper's tracepoints name. It outlives the process: where the exit hook precedes exit_mm(), the
 * OOM killer may come once more to one that is past it.
 */
struct known {
	__u64 start_ns;
	__u64 call; /* of kill_calls, in which it was signalled last */
	__u32 tgid;
	__u32 kind; /* enum victim_kind */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, __u32);
	__type(value, struct known);
} known_victims SEC(".maps");

/* The exec cache. The task iterator touches the entries of live processes, so that under pressure
 * those of dead ones are evicted first. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024); /* set before load */
	__type(key, struct exec_key);
	__type(value, struct exec_entry);
} execs SEC(".maps");

/* Processes of open incidents, by tgid, and when they started. Filled by user space. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, __u64);
} watched SEC(".maps");

/* How long after a kill signals to its cgroup are told of, and how many. */
#define ANSWERS_NS	(5000ULL * 1000000)
#define ANSWERS_MAX	32
#define ANSWERS_CGROUPS 16

/* What one cgroup of a late victim may still tell. */
struct answers {
	__u64 cgroup_id;
	__u64 until_ns;
	__u32 left;
	__u32 reserved;
};

/* By the cgroup's id; of two that share a place, the later. Static: not for the skeleton. */
static struct answers answers[ANSWERS_CGROUPS];

/* Of the latest; 0: there never was one. */
__u64 answers_until_ns = 0;

#endif /* OOMTRACE_STATE_BPF_H */
