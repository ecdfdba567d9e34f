/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* oomtrace report: files of records, of one node or several, to one page of HTML. */
#ifndef OOMTRACE_REPORT_REPORT_H
#define OOMTRACE_REPORT_REPORT_H

#include "options/options.h"

/* The whole job; says on stderr what is wrong. The exit status: 3 if lines of the files were bad. */
int report__run(const struct options *options);

#endif /* OOMTRACE_REPORT_REPORT_H */
