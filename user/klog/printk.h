/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * One line of the kernel, its time taken away, as one of the messages that an OOM decision prints:
 * mm/oom_kill.c and mm/memcontrol.c, 4.18 to 7.3. Pure. Everything is anchored at an end of the
 * line; what is in the middle is a stranger's name.
 */
#ifndef OOMTRACE_PRINTK_H
#define OOMTRACE_PRINTK_H

#include "klog/slice.h"

enum printk_kind {
	PRINTK_OTHER,
	PRINTK_INVOKED,	 /* python3 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, .. */
	PRINTK_CPU,	 /* CPU: 1 PID: 132 Comm: python3 Not tainted 6.1.0 */
	PRINTK_LIMIT_OF, /* Task in /a/b killed as a result of limit of /a (4.18) */
	PRINTK_USAGE,	 /* memory: usage 102400kB, limit 102400kB, failcnt 129 */
	PRINTK_STATS,	 /* Memory cgroup stats for /a: */
	PRINTK_TABLE,	 /* Tasks state (memory values in pages): */
	PRINTK_TASK, /* [    132]     0   132    32617    21751   221184        0     0 python3 */
	PRINTK_SUMMARY,	   /* oom-kill:constraint=CONSTRAINT_MEMCG,..,task=python3,pid=132,uid=0 */
	PRINTK_CHOSEN,	   /* .. Kill process 132 (python3) score 1038 or sacrifice child (4.18) */
	PRINTK_KILLED,	   /* .. Killed process 132 (python3) total-vm:130468kB, .. */
	PRINTK_GROUP,	   /* Tasks in /a are going to be killed due to memory.oom.group set */
	PRINTK_REAPED,	   /* oom_reaper: reaped process 132 (python3), now anon-rss:0kB, .. */
	PRINTK_SUPPRESSED, /* oom_kill_process: 30 callbacks suppressed */
	PRINTK_NOBODY,	   /* Out of memory and no killable processes... */
	PRINTK_EXITING, /* .. OOM victim 132 (python3) is already exiting. Skip killing the task */
	PRINTK_PANIC,	/* Kernel panic - not syncing: Out of memory: .. */
};

/* Whose memory had run out, by how a message begins. */
enum printk_scope { SCOPE_UNSAID, SCOPE_MACHINE, SCOPE_MEMCG };

struct printk_invoked {
	struct slice comm;
	struct slice gfp; /* names, as this kernel has them */
	uint64_t gfp_mask;
	int64_t order;
};

struct printk_cpu {
	uint64_t tid;
	struct slice rest; /* the comm, and what follows it */
};

struct printk_usage {
	uint64_t usage_kb;
	uint64_t limit_kb;
	bool unlimited;
};

struct printk_task {
	uint64_t tid; /* of the thread that still has the memory */
	uint64_t pid;
	uint64_t uid;
	uint64_t total_vm_pages;
	uint64_t rss_pages;
	uint64_t pgtables_bytes;
	uint64_t swap_pages;
	int64_t score_adj;
	struct slice comm;
};

struct printk_summary {
	struct slice constraint; /* "MEMCG" */
	struct slice middle;	 /* from nodemask to the end of the comm; see names.h */
	uint64_t pid;
	uint64_t uid;
};

/* Whom the kernel chose, up to 5.0 with a line of its own; and who is left to its own end. */
struct printk_chosen {
	enum printk_scope scope;
	uint64_t pid;
	struct slice comm;
};

struct printk_killed {
	enum printk_scope scope;
	uint64_t tid;
	struct slice comm;
	bool cut_off; /* nothing but scope and tid can be read */
	bool has_uid;
	bool has_pgtables;
	bool has_score_adj;
	uint64_t total_vm_kb;
	uint64_t anon_kb;
	uint64_t file_kb;
	uint64_t shmem_kb;
	uint64_t uid;
	uint64_t pgtables_kb;
	int64_t score_adj;
};

struct printk {
	enum printk_kind kind;
	union {
		struct printk_invoked invoked;
		struct printk_cpu cpu;
		struct printk_usage usage;
		struct printk_task task;
		struct printk_summary summary;
		struct printk_killed killed;
		struct printk_chosen chosen;
		struct slice path; /* LIMIT_OF: both paths, and what is between them: names.h */
		uint64_t reaped_tid;
		uint64_t suppressed;
	};
};

struct printk printk__read(struct slice line);

#endif /* OOMTRACE_PRINTK_H */
