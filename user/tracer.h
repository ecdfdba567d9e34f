/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The main job: from the ring buffer to the outputs, until a signal ends it. */
#ifndef OOMTRACE_TRACER_H
#define OOMTRACE_TRACER_H

#include "options/options.h"

/* Returns the exit status: 0 ran and stopped, 1 failed (it has said why), 3 lost something. */
int tracer__run(const struct options *options);

#endif /* OOMTRACE_TRACER_H */
