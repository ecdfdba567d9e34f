/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Which of the open dumps a message belongs to. The kernel prints one dump after another, under
 * oom_lock: two at once are of a merged log. Where PRINTK_CALLER says who printed a line, that
 * settles it. Pure.
 */
#ifndef OOMTRACE_KLOG_OWNER_H
#define OOMTRACE_KLOG_OWNER_H

#include "klog/dump.h"

#define DUMPS_OPEN 4

/*
 * open: DUMPS_OPEN of them in the order in which they began, those that are open first. NULL: the
 * dump that the message belongs to is not there.
 */

/*
 * A part of what is printed before a process is killed. Where several await it and no caller is
 * known it is a guess, which both are told: the oldest that has none of that kind.
 */
struct dump *owner__of_part(struct dump *open, enum printk_kind kind, const struct moment *at);

/* The line that says that pid was chosen: the dump whose table has it, or else any that awaits it. */
struct dump *owner__of_choice(struct dump *open, uint64_t pid, const struct moment *at);

struct dump *owner__of_kill(struct dump *open, const struct printk_killed *k,
			    const struct moment *at);

#endif /* OOMTRACE_KLOG_OWNER_H */
