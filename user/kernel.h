/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The BPF side as the rest of the program sees it: which hooks this kernel can have, loaded and attached,
 * and what they share with user space. All that differs between kernels is decided here and in
 * bpf/compat.bpf.h.
 */
#ifndef OOMTRACE_KERNEL_H
#define OOMTRACE_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "record.h"

struct kernel;

struct kernel_config {
	const char *btf_path;  /* NULL: the kernel's own */
	uint32_t ring_bytes;   /* a power of two, and a multiple of the page size */
	uint32_t exec_entries; /* of the exec cache; 0: no cache */
	bool verbose;	       /* libbpf's messages on stderr */
};

struct hook_state {
	const char *name;
	const char *how; /* "tp_btf", "kprobe", ...; NULL: not live */
	char why[192];	 /* why it is not live, else "" */
};

struct kernel_facts {
	const struct hook_state *hooks; /* the same hooks in the same order on every kernel */
	size_t n_hooks;
	const char *btf_path; /* of the BTF that the programs were fitted to */
	const char *lockdown; /* "none", "integrity", "confidentiality"; NULL: not known */
};

/*
 * Finds out what this kernel can do, and chooses; nothing is loaded yet. Says on stderr what is wrong, with
 * the remedy. 0, or a negative errno with *out NULL. kernel__free(NULL) is allowed.
 */
int kernel__new(struct kernel **out, const struct kernel_config *config);
void kernel__free(struct kernel *k);

/*
 * Loads, then attaches what kernel__new() chose: the first takes its time, the second does not. Each says
 * on stderr what is wrong. 0, or a negative errno.
 */
int kernel__load(struct kernel *k);
int kernel__attach(struct kernel *k);

/* What came of it; valid as long as k, and final after kernel__attach(). */
const struct kernel_facts *kernel__facts(const struct kernel *k);
bool kernel__has(const struct kernel *k, const char *hook);

/* After kernel__attach(). Descriptors and memory belong to k. */
int kernel__ring_fd(const struct kernel *k);
int kernel__execs_fd(const struct kernel *k); /* -1: no exec cache */
const volatile struct rec_counters *kernel__counters(const struct kernel *k);

/*
 * A descriptor from which a struct exec_missing can be read for each live process that the exec cache does
 * not have; reading it marks the others as in use. The caller closes it. Negative errno on failure.
 */
int kernel__open_missing_execs(const struct kernel *k);

#endif /* OOMTRACE_KERNEL_H */
