/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Why processes are taken for one group: sentences, one for each step from the victim to the top. */
#ifndef OOMTRACE_EVIDENCE_H
#define OOMTRACE_EVIDENCE_H

#include "group/group.h"

#define EVIDENCE_BYTES 160

/* What can be said of the processes that a kernel log lists. */
#define EVIDENCE_OF_A_LOG                                                                          \
	"the kernel log lists the processes of the cgroup that was hit, not who started whom"

/*
 * The k-th sentence about g, from 0; false where there are no more. Only numbers and our own words
 * are in it.
 */
bool evidence__sentence(const struct group *g, int k, char text[EVIDENCE_BYTES]);

#endif /* OOMTRACE_EVIDENCE_H */
