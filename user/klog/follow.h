/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * oomtrace run --fallback=klog: where nothing can be attached, the kernel's log is followed as it is
 * written. From /dev/kmsg, whose records are numbered: a hole is told as a gap.
 */
#ifndef OOMTRACE_KLOG_FOLLOW_H
#define OOMTRACE_KLOG_FOLLOW_H

#include "metrics/exporter.h"

/* Until a signal ends it; exporter NULL: no metrics. The exit status, as tracer__run(). */
int klog_follow__run(const struct options *options, struct exporter *exporter);

#endif /* OOMTRACE_KLOG_FOLLOW_H */
