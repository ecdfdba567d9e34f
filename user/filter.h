/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The system calls that are left to a process. libseccomp makes the filter while the process starts;
 * it is loaded when the library's memory has been given back.
 */
#ifndef OOMTRACE_FILTER_H
#define OOMTRACE_FILTER_H

#include <linux/filter.h>

#include "group/finish.h"

struct filter {
	struct sock_fprog program; /* len 0: none */
};

/* What the loop calls; a signal can be sent only where the rules say so. 0, or a negative errno. */
int filter__of_tracer(struct filter *f, const struct finish_rules *rules);

/* What serving connections calls. 0, or a negative errno. */
int filter__of_server(struct filter *f);

/*
 * From now on any other call fails with EPERM. Needs no_new_privs. Irreversible. 0, or a negative
 * errno: -EINVAL where the kernel has no CONFIG_SECCOMP_FILTER.
 */
int filter__load(const struct filter *f);

void filter__done(struct filter *f);

#endif /* OOMTRACE_FILTER_H */
