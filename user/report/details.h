/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What an incident's record says besides the numbers: what it means and what to do, where it was and
 * who set it off, what followed, and why these processes are taken for one group.
 */
#ifndef OOMTRACE_REPORT_DETAILS_H
#define OOMTRACE_REPORT_DETAILS_H

#include <jansson.h>
#include <stdio.h>

/* kill: the record of the chosen victim; NULL: there is none. */
void details__put_outcome(FILE *out, const json_t *incident, const json_t *kill);
void details__put_origin(FILE *out, const json_t *incident, const json_t *kill);

#endif /* OOMTRACE_REPORT_DETAILS_H */
