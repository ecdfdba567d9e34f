/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the page can't show: when kills may be missing, on which node, and why. */
#ifndef OOMTRACE_REPORT_LOSSES_H
#define OOMTRACE_REPORT_LOSSES_H

#include <stdio.h>

#include "report/chronicle.h"

/* Kills known to be missing: lost, or counted by the kernel and not seen. */
uint64_t losses__kills(const struct chronicle *c);

/* bad_lines: of all files, that are no records. */
void losses__put(FILE *out, const struct chronicle *c, unsigned long bad_lines);

#endif /* OOMTRACE_REPORT_LOSSES_H */
