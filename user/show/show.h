/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* oomtrace show: files of records, rotated and compressed ones too, to a list in order of time. */
#ifndef OOMTRACE_SHOW_H
#define OOMTRACE_SHOW_H

#include "options/options.h"

/* The whole job; says on stderr what is wrong. The exit status: 3 if not all could be read. */
int show__run(const struct options *options);

#endif /* OOMTRACE_SHOW_H */
