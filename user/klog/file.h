/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* oomtrace klog: a kernel log in a file, or on stdin, to records on stdout and in a file. */
#ifndef OOMTRACE_KLOG_FILE_H
#define OOMTRACE_KLOG_FILE_H

#include "options/options.h"

/* The exit status: 0, 1 failed, 3 lost records. */
int klog_file__run(const struct options *options);

#endif /* OOMTRACE_KLOG_FILE_H */
