/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* `oomtrace doctor`: from facts to findings and groups at risk, and out. */
#ifndef OOMTRACE_DOCTOR_H
#define OOMTRACE_DOCTOR_H

#include "options/options.h"

/*
 * Returns the exit status: 0 all is well, 1 it could not look (it has said why), 3 there are
 * warnings, 4 there are failures; of --set-oom-group and --unset-oom-group 0, or 1.
 */
int doctor__run(const struct options *options);

#endif /* OOMTRACE_DOCTOR_H */
