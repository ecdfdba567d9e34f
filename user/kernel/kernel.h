/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The BPF side as the rest of the program sees it: live hooks, and what they share with user space.
 * Made anew, or taken over from an earlier process that pinned it.
 */
#ifndef OOMTRACE_KERNEL_H
#define OOMTRACE_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/hooks.h"
#include "record.h"

struct kernel;
union bpf_iter_link_info;

struct kernel_config {
	const char *btf_path;  /* NULL: the kernel's own */
	const char *pin_path;  /* NULL: nothing outlives the process */
	uint32_t ring_bytes;   /* a power of two, and a multiple of the page size */
	uint32_t exec_entries; /* of the exec cache; 0: no cache */
	bool scoped;  /* no victim has a record before kernel__requests()->victims_scope is set */
	bool verbose; /* libbpf's messages on stderr */
};

struct kernel_facts {
	const struct hook_state *hooks; /* the same hooks in the same order on every kernel */
	size_t n_hooks;
	const char *btf_path; /* of the BTF that the programs were fitted to */
	const char *lockdown; /* "none", "integrity", "confidentiality"; NULL: not known */
	const char *pinned; /* the directory in which it outlives the process; NULL: it does not */
	const char *why_unpinned; /* NULL where pinned, or where it was not asked for */
	bool taken_over;	  /* from an earlier process, with all that happened meanwhile */
	bool leftovers;		  /* kernel__take_leftover() will find some that can be read */
};

/*
 * Finds out what this kernel can do, and has the hooks live on return. Says on stderr what is
 * wrong, with the remedy. 0, or a negative errno with *out NULL.
 */
int kernel__open(struct kernel **out, const struct kernel_config *config);

/* Ends the hooks, unless they are pinned. NULL is allowed. */
void kernel__close(struct kernel *k);

/* Asks, loads nothing: the facts but for the pinning. */
int kernel__ask(struct kernel **out, const struct kernel_config *config);

/*
 * Asks anew what others can take away: pins, and hooks by a switch of the kernel. What has changed is
 * said on stderr, with the remedy, and the facts have it. False: nothing has.
 */
bool kernel__look(struct kernel *k);

/* Valid as long as k. */
const struct kernel_facts *kernel__facts(const struct kernel *k);
bool kernel__has(const struct kernel *k, enum hook_id id);

/* Descriptors and memory belong to k. */
int kernel__ring_fd(const struct kernel *k);
uint32_t kernel__ring_bytes(const struct kernel *k); /* as the kernel has made it; 0: not known */
int kernel__execs_fd(const struct kernel *k);	     /* -1: no exec cache */
int kernel__watched_fd(const struct kernel *k);
struct rec_ledger *kernel__ledger(const struct kernel *k);
struct rec_requests *kernel__requests(const struct kernel *k);

/*
 * A descriptor from which what an iterator tells can be read. HOOK_TASK_ITER: a struct exec_missing
 * for each live process that the exec cache does not have; reading it marks the others as in use.
 * HOOK_SNAPSHOT: a struct rec_task for each process in kernel__requests()->snapshot_scope.
 * HOOK_OWN_CGROUP: a struct rec_cgroup_name for each name on the caller's own path. The caller closes
 * it.
 *
 * only: the tasks to look at, NULL all. Negative errno on failure; -E2BIG: this kernel always looks at
 * all, as those do that are without f0d74c4da1f0 ("bpf: Parameterize task iterators.", 6.1).
 */
int kernel__iterate(const struct kernel *k, enum hook_id iterator, union bpf_iter_link_info *only);

/* What another version of the program, or other options, left pinned: its hooks are gone, its
 * records not. */
struct leftover {
	int ring_fd;
	uint32_t ring_bytes;
	struct rec_ledger *ledger;
	uint64_t until_ns; /* CLOCK_BOOTTIME: what happened later is in the new ring as well */
};

/* Unpins one such set after another. 0, or -ENOENT when there is none left. */
int kernel__take_leftover(struct kernel *k, struct leftover *left);
void leftover__free(struct leftover *left);

/*
 * Kills that nobody has read yet of the hooks that are pinned under path, which stay as they are. 0,
 * or a negative errno: -ENOENT nothing is pinned there, -EPERM it is not this user's to read.
 */
int kernel__kept(const char *path, uint64_t *unread);

/* Removes all that is pinned under path; says on stderr what it did, or what is wrong. 0, or a
 * negative errno. */
int kernel__unload(const char *path);

#endif /* OOMTRACE_KERNEL_H */
