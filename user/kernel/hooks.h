/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Which hooks the running kernel can have, and in which way. */
#ifndef OOMTRACE_HOOKS_H
#define OOMTRACE_HOOKS_H

#include <stdbool.h>

#define HOOKS_KERNEL_BTF "/sys/kernel/btf/vmlinux"

/* In the order in which they are asked for: a way may depend on an ability above it. */
enum hook_id {
	HOOK_KERNEL_READ, /* no hook but an ability: bpf_probe_read_kernel() is allowed */
	HOOK_MARK_VICTIM,
	HOOK_SIGNAL_GENERATE,
	HOOK_DECISION,
	HOOK_DECISION_END,
	HOOK_REAPER_WOKEN,
	HOOK_REAPER_STARTED,
	HOOK_REAPER_FINISHED,
	HOOK_REAPER_SKIPPED,
	HOOK_EXIT,
	HOOK_EXEC,
	HOOK_TASK_ITER,
	HOOK_SNAPSHOT,
	HOOK_OWN_CGROUP,
	HOOKS,
};

enum hook_need {
	HOOK_REQUIRED, /* nothing is seen without it */
	HOOK_CORE,     /* direct loads only: loads wherever the required one does */
	HOOK_OPTIONAL,
};

struct hook_state {
	const char *name;
	const char *how;     /* it is attached: "tp_btf", "kprobe", ...; NULL: not to be had */
	const char *program; /* of the BPF object; NULL: none */
	char why[192];	     /* why it is not to be had, or off; "": it is live */
};

struct hooks {
	struct hook_state state[HOOKS];
};

struct hooks_config {
	const char *btf_path; /* NULL: the kernel's own */
	bool exec_cache;
	bool pin; /* only ways that outlive the process */
};

/*
 * Asks the kernel for each hook. Says on stderr, with the remedy, what makes tracing impossible;
 * then a negative errno.
 */
int hooks__choose(struct hooks *h, const struct hooks_config *config);

bool hooks__has(const struct hooks *h, enum hook_id id);

/* Attached, and not turned off. */
static inline bool hook__is_live(const struct hook_state *hook)
{
	return hook->how && !hook->why[0];
}
enum hook_need hooks__need(enum hook_id id);

/* All of them, and none to be had. */
void hooks__none(struct hooks *h, const char *why);

/* Goes on without it. */
void hooks__drop(struct hooks *h, enum hook_id id, const char *why);

#endif /* OOMTRACE_HOOKS_H */
