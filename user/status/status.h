/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* `oomtrace status`: whether one runs here, how it stands, and whether the kernel agrees. */
#ifndef OOMTRACE_STATUS_H
#define OOMTRACE_STATUS_H

#include "options/options.h"

/*
 * Returns the exit status: 0 it is alive and all is well, 1 it could not look (it has said why), 3
 * it is alive and there are warnings, 4 it is not, or nothing has been heard of it for too long.
 */
int status__run(const struct options *options);

#endif /* OOMTRACE_STATUS_H */
