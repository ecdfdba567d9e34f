/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A decision and a victim that nobody hears of go the way of real ones, up to the outputs: what that
 * takes of code and buffers is in memory then. What the outputs take, the start record shows.
 */
#ifndef OOMTRACE_REHEARSAL_H
#define OOMTRACE_REHEARSAL_H

#include "record/intake.h"

void rehearsal__run(const struct intake *in);

#endif /* OOMTRACE_REHEARSAL_H */
