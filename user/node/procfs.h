/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What /proc says. Its root is a parameter, so that tests can lay out one of their own. */
#ifndef OOMTRACE_PROCFS_H
#define OOMTRACE_PROCFS_H

#include <stddef.h>
#include <stdint.h>

#include "record/event.h"
#include "record/process.h"

#define PROCFS_BOOT_ID_BYTES sizeof("9e0f2c5a-3f1d-4c55-9a0e-0f7f4a1b2c3d")

/* The kernel's count of OOM kills since boot (PROC/vmstat, oom_kill). 0, or a negative errno. */
int procfs__oom_kills(const char *proc, uint64_t *count);

/* How many tasks there are, threads each counted (PROC/loadavg). 0, or a negative errno. */
int procfs__tasks(const char *proc, uint64_t *count);

/* PROC/sys/kernel/random/boot_id, without its newline. 0, or a negative errno. */
int procfs__boot_id(const char *proc, char id[PROCFS_BOOT_ID_BYTES]);

/*
 * p->pids[] from the NSpid line of PROC/PID/status, which is there even of a zombie. 0, or a
 * negative errno; -ESRCH also when the pid now belongs to a process that started at another time.
 */
int procfs__pids(const char *proc, struct process_facts *p);

/*
 * Arguments and rank variables of a process as they are now: after setproctitle they are neither. May
 * not return but on an errand (errand.h), as procfs__complete().
 * 0, or a negative errno; -ESRCH when the process has no memory left or is another one. start_ns is
 * CLOCK_BOOTTIME.
 */
int procfs__exec(const char *proc, uint32_t pid, uint64_t start_ns, struct exec_entry *entry);

/*
 * A process as it is now, but for args, ranks, title and exec key; its start_ns is rounded down to a
 * clock tick, 10 ms. 0, or a negative errno; -ESRCH also for a kernel thread.
 */
int procfs__process(const char *proc, uint32_t pid, struct process *p);

/*
 * Adds to p what a snapshot does not tell of every process: title, vpid, and executable if it is not
 * known. 0, or a negative errno with p as it was; -ESRCH when the process is gone or another one.
 * In PROC it has its pid or, for a reader in its pid namespace, its vpid.
 */
int procfs__complete(const char *proc, struct process *p);

/*
 * The cgroup that it is in, of the hierarchy with the memory controller: "/a/b", from the root that
 * the reader's cgroup namespace has. 0, or a negative errno; -ESRCH when the process is gone,
 * -ENODATA when it is in no such hierarchy.
 */
int procfs__cgroup(const char *proc, uint32_t pid, int cgroup_version, char path[EVENT_PATH_BYTES]);

/*
 * 0 if pid is that of the process that started at start_ns, and that one has not ended; -ESRCH: it
 * has, or the pid is another's by now. Or another negative errno.
 */
int procfs__lives(const char *proc, uint32_t pid, uint64_t start_ns);

/* Its oom_score_adj. 0, or a negative errno. */
int procfs__score_adj(const char *proc, uint32_t pid, int *score_adj);

#endif /* OOMTRACE_PROCFS_H */
