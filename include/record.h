/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The records that the BPF programs hand to user space, through the ring buffer and through shared
 * maps. No code. Both sides are built from this file; the layout is the same on every architecture
 * (fixed-width types, widest first, padding spelt out).
 *
 * A ring record is one of the rec_ structs, zeroed before it is filled; REC_DECISION and REC_VICTIM
 * are followed by path_bytes bytes: the names of their cgroup's path, leaf first, each ended by a
 * NUL.
 */
#ifndef OOMTRACE_RECORD_H
#define OOMTRACE_RECORD_H

#include <linux/types.h>

#define REC_COMM_BYTES 16
/* kernel/pid_namespace.c: MAX_PID_NS_LEVEL is 32, and level 0 is the initial one. */
#define REC_PIDNS_LEVELS 33
#define REC_NAME_BYTES	 64
/* include/uapi/linux/utsname.h: __NEW_UTS_LEN and a NUL; padded. */
#define REC_HOSTNAME_BYTES 72
/* Deep Kubernetes paths (kind inside docker) are below 500 bytes; a longer path loses its root
 * end. */
#define REC_PATH_BYTES 2048
#define REC_PATH_DEPTH 40
/* NAME_MAX and a NUL */
#define REC_CGROUP_NAME_BYTES 256

enum rec_kind {
	REC_DECISION = 1, /* oom_kill_process() was entered: who is to die, which limit was hit */
	REC_VICTIM = 2,	  /* a process was marked, or killed because it shares a victim's memory */
	REC_EXIT = 3,	  /* the last thread of a victim exits */
	REC_DECISION_END = 4, /* oom_kill_process() returns: all its victims are known */
	REC_SIGNAL = 5,	      /* a watched process, or one of a late victim's cgroup, is sent a
				 signal that ends processes */
	REC_GONE = 6,	      /* the last thread of a watched process exits */
};

enum victim_kind {
	VICTIM_UNKNOWN = 0, /* no signal_generate hook: a mark, which need not be a kill */
	VICTIM_KILLED = 1,
	VICTIM_GROUP_MEMBER = 2,
	VICTIM_MM_SHARED = 3,
	VICTIM_ALREADY_EXITING = 4,
};

/* Parts of a record that can fail to be read, each alone. */
enum rec_part {
	PART_PROCESS, /* everything that needs the victim's task_struct */
	PART_MM,      /* the task has no mm */
	PART_RSS,
	PART_PIDNS,
	PART_EXE,
	PART_CGROUP,	    /* the victim's memory cgroup: its id */
	PART_CGROUP_LIMITS, /* its limit, usage and oom_group */
	PART_CGROUP_PATH,
	PART_MAX,
};

/* What user space found out of the kernel before load. */
struct rec_config {
	__u8 may_read_kernel; /* bpf_probe_read_kernel() is allowed: not under confidentiality */
	__u8 sees_signals;    /* signal_generate is attached: a mark without it is not a kill */
	__u8 scoped;	      /* rec_requests.victims_scope may be set */
};

struct rec_header {
	__u64 time_ns; /* CLOCK_BOOTTIME */
	__u64 seq;     /* of the victim, from 1, without holes; 0 where there is none */
	__u32 size;    /* bytes of the record, this header and the tail included */
	__u16 kind;    /* enum rec_kind */
	__u16 reserved;
};

struct rec_cgroup {
	__u64 id; /* inode number of the cgroup's directory; 0: none */
	__u64 limit_pages;
	__u64 usage_pages;
	__u32 path_bytes;
	__u8 path_truncated;
	__u8 oom_group;
	__u8 reserved[2];
};

struct rec_decision {
	struct rec_header header;
	__u64 oom_id;
	__s64 points; /* oc->chosen_points: pages, oom_score_adj included */
	__u64 total_pages;
	struct rec_cgroup hit; /* oc->memcg; id 0 when the whole machine is out of memory */
	__u32 gfp_mask;
	__s32 order;
	__u32 constraint; /* enum oom_constraint */
	__u32 chosen_tgid;
	__s8 unread[PART_MAX]; /* 0 or a negative errno, for PART_CGROUP* of hit */
};

/* Names one exec in the life of a process and of all its forks: they share the struct file of the
 * executable and the address of the arguments. */
struct exec_key {
	__u64 exe_file;
	__u64 arg_start;
};

struct rec_process {
	__u64 start_ns; /* CLOCK_BOOTTIME, of the group leader */
	struct exec_key exec;
	__u64 mm; /* an address, to tell whether two processes share their memory; never printed */
	__u64 total_vm_pages;
	__u64 pgtables_bytes;
	__u64 file_pages;
	__u64 anon_pages;
	__u64 swap_pages;
	__u64 shmem_pages;
	__u32 tgid;
	__u32 tid;
	__u32 ppid; /* tgid of the real parent */
	__u32 uid;  /* in the initial user namespace */
	__u32 session_id;
	__s16 score_adj;
	__u8 pidns_levels; /* how many of pids[] are filled; 0: unread */
	__s8 unread[PART_MAX];
	__u8 forked_only;	   /* PF_FORKNOEXEC: no exec since it was forked */
	char comm[REC_COMM_BYTES]; /* of the group leader */
};

struct rec_victim {
	struct rec_header header;
	__u64 oom_id; /* 0: none */
	struct rec_process process;
	struct rec_cgroup cgroup;
	__u32 trigger_tgid;
	__u32 trigger_tid;
	__u32 pids[REC_PIDNS_LEVELS]; /* of the process, outermost namespace first */
	char trigger_comm[REC_COMM_BYTES];
	char exe[REC_NAME_BYTES]; /* file name of the executable, no directory */
	/* Of its UTS namespace; "": that is the machine's. */
	char hostname[REC_HOSTNAME_BYTES];
	__u8 kind; /* enum victim_kind */
	__u8 oom_id_inferred;
	__s8 chosen;	      /* 1, 0; -1: unknown */
	__s8 unread_hostname; /* 0 or a negative errno */
};

struct rec_exit {
	struct rec_header header; /* seq: the victim's */
	__u64 oom_id;
	__u64 start_ns;
	__u64 killed_ns; /* CLOCK_BOOTTIME, as all below; 0: did not happen */
	__u64 reaper_woken_ns;
	__u64 reaper_started_ns;
	__u64 reaper_finished_ns;
	__u64 killed_pages; /* RSS and swap when it was killed */
	__u64 held_pages;   /* RSS and swap still there */
	__u32 tgid;
	__u32 mm_users;	  /* others that hold the memory keep it */
	__u8 mm_released; /* the process had already given its memory back */
	__u8 reaper_skipped;
	__s8 unread_rss; /* 0 or a negative errno */
	__u8 reserved[5];
};

struct rec_decision_end {
	struct rec_header header;
	__u64 oom_id;
	__u64 last_seq; /* of the latest victim so far: later ones are not of this decision */
};

struct rec_signal {
	struct rec_header header;
	__u64 start_ns; /* CLOCK_BOOTTIME, of the process that is sent it */
	__u32 tgid;	/* of that one */
	__u32 signal;
	__u32 sender_tgid;
	__u8 from_kernel;
	__s8 sender_exiting; /* 1: it may be the parent-death signal; 0; -1: unread */
	__u8 reserved[2];
	char sender_comm[REC_COMM_BYTES];
};

struct rec_gone {
	struct rec_header header;
	__u64 start_ns; /* CLOCK_BOOTTIME */
	__u32 tgid;
	__u32 exit_code; /* as wait() gives it */
};

/* One live process, or a zombie, of a snapshot. No ring record: it is read from the iterator. */
struct rec_task {
	__u64 start_ns; /* CLOCK_BOOTTIME, of the group leader, as all that is not memory */
	struct exec_key exec;
	__u64 cgroup_id; /* of its memory cgroup; 0: none */
	__u64 rss_pages;
	__u64 swap_pages;
	__u32 tgid;
	__u32 ppid; /* tgid of the real parent */
	__u32 session_id;
	__u32 vpid; /* in its own pid namespace; 0: unread */
	__u8 forked_only;
	__u8 zombie;	 /* no thread is left that has not begun to exit */
	__u8 leaderless; /* told by a thread of a leader that has exited: may come several times */
	__s8 unread_rss; /* 0 or a negative errno */
	__u8 reserved[4];
	char comm[REC_COMM_BYTES];
	char exe[REC_NAME_BYTES]; /* file name of the executable, no directory; "": unread */
};

/* One name on the path of the reader's own memory cgroup, the leaf first. As struct rec_task. */
struct rec_cgroup_name {
	__u64 id;
	char name[REC_CGROUP_NAME_BYTES]; /* "": the root */
};

/* What user space asks of the programs: memory that both share, pinned as the books are. */
struct rec_requests {
	__u64 snapshot_scope; /* cgroup id: a snapshot is of what is in it or below; 0: of all */
	__u64 victims_scope;  /* the same for victims: of others there is no record */
	__u64 watching;	      /* the map of watched processes is not empty */
};

/*
 * The books, in memory that the programs and user space share and that a restart finds again when
 * it is pinned. The kernel's part only ever grows, but for pending.
 */
struct rec_ledger {
	/* the programs' */
	__u64 seq;	       /* victims that got a number: = by_kind[] summed */
	__u64 by_kind[5];      /* enum victim_kind */
	__u64 oom_ids;	       /* OOM decisions */
	__u64 repeated;	       /* marks of a process that already has its record */
	__u64 killed_again;    /* kills of a process that already has its record */
	__u64 ring_full;       /* victims whose record found no room */
	__u64 ring_full_other; /* other records that found no room */
	__u64 untracked;       /* victims whose exit can't be followed: the map was full */
	__u64 execs;	       /* commands that entered the exec cache */
	__u64 pending;	       /* victims that have not exited yet */

	/* user space's */
	__u64 began_ns; /* CLOCK_BOOTTIME; part of every log.record.uid */
	__u64 vmstat_known;
	__u64 vmstat_before; /* /proc/vmstat oom_kill just before the hooks went live */
	__u64 last_seq;	     /* of the victim that last came out of the ring */
	__u64 holes;	     /* numbers up to it that never came */
	__u64 written;	     /* victims whose line is out */
	__u64 duplicates;    /* victims that came out of the ring once more after a crash */
	__u64 lost_decode;   /* records that made no sense */
	__u64 lost_output;   /* victims whose line could not be written */
	__u64 owner_pid;     /* of the last process that had it pinned, as it numbers itself */
};

/* To be changed with any change of meaning in this file that changes no size. */
#define REC_ABI 3

/* Environment variables that say which member of a group a process is. */
#define EXEC_RANK_NAMES(X)                                                                         \
	X("RANK=")                                                                                 \
	X("LOCAL_RANK=")                                                                           \
	X("WORLD_SIZE=")                                                                           \
	X("LOCAL_WORLD_SIZE=")                                                                     \
	X("GROUP_RANK=")                                                                           \
	X("ROLE_RANK=")                                                                            \
	X("CROSS_RANK=")                                                                           \
	X("TORCHELASTIC_RUN_ID=")                                                                  \
	X("OMPI_COMM_WORLD_RANK=")                                                                 \
	X("PMI_RANK=")                                                                             \
	X("SLURM_PROCID=")                                                                         \
	X("CIRCUS_WID=")

#define EXEC_ARGS_BYTES	 4096
#define EXEC_RANKS_BYTES 240

/* What a process was started with, as the kernel had it when exec succeeded. */
struct exec_entry {
	__u32 args_bytes;	/* NUL-separated */
	__u32 args_total_bytes; /* as the process had them: more than args_bytes when cut */
	__u32 ranks_bytes;	/* NUL-separated NAME=VALUE of the environment's rank variables */
	__u32 reserved;
	char ranks[EXEC_RANKS_BYTES];
	char args[EXEC_ARGS_BYTES];
};

/* What the task iterator says of a process that is not in the exec cache. */
struct exec_missing {
	struct exec_key key;
	__u64 start_ns;
	__u32 tgid;
	__u32 vpid; /* in its own pid namespace; 0: unread */
};

_Static_assert(sizeof(struct rec_header) == 24, "ABI");
_Static_assert(sizeof(struct rec_cgroup) == 32, "ABI");
_Static_assert(sizeof(struct rec_decision) == 104, "ABI");
_Static_assert(sizeof(struct rec_process) == 128, "ABI");
_Static_assert(sizeof(struct rec_victim) == 488, "ABI");
_Static_assert(sizeof(struct rec_exit) == 104, "ABI");
_Static_assert(sizeof(struct rec_decision_end) == 40, "ABI");
_Static_assert(sizeof(struct rec_signal) == 64, "ABI");
_Static_assert(sizeof(struct rec_gone) == 40, "ABI");
_Static_assert(sizeof(struct rec_task) == 152, "ABI");
_Static_assert(sizeof(struct rec_cgroup_name) == 264, "ABI");
_Static_assert(sizeof(struct rec_requests) == 24, "ABI");
_Static_assert(sizeof(struct exec_entry) == 16 + EXEC_RANKS_BYTES + EXEC_ARGS_BYTES, "ABI");

#endif /* OOMTRACE_RECORD_H */
