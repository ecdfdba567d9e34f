/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A recording through the same incidents, renderers and sinks as on the machine that it comes from,
 * with its clock: its victims, exits and incidents come out byte for byte. What a run says of
 * itself (start, audit, gap, stop) is not in it.
 */
#ifndef OOMTRACE_REPLAY_H
#define OOMTRACE_REPLAY_H

#include "options/options.h"

/* The whole job of `oomtrace replay FILE`; says on stderr what is wrong with it. The exit status. */
int replay__run(const struct options *options);

#endif /* OOMTRACE_REPLAY_H */
