/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The names in the middle of a message, which strangers gave: a comm and a cgroup's name may contain
 * what separates them. What is known from other lines, each on a line of its own, settles where one
 * ends: the path that was hit, the comm of the process. Else it helps that the victim's cgroup is
 * below the one that was hit. Pure.
 */
#ifndef OOMTRACE_KLOG_NAMES_H
#define OOMTRACE_KLOG_NAMES_H

#include "klog/printk.h"

/* The cgroups and the comm in the middle of a summary. */
struct summary_names {
	bool global;
	struct slice hit; /* empty where global */
	struct slice victim;
	struct slice comm;
};

/* hit and comm are what is known already, or empty. False: it is no such summary. */
bool summary__split(const struct printk_summary *m, struct slice hit, struct slice comm,
		    struct summary_names *names);

/* The two paths of a PRINTK_LIMIT_OF. */
bool limit_of__split(struct slice paths, struct slice *victim, struct slice *hit);

#endif /* OOMTRACE_KLOG_NAMES_H */
