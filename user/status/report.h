/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A judgement as text for people, and as one line of JSON: schema/status.schema.json. */
#ifndef OOMTRACE_STATUS_REPORT_H
#define OOMTRACE_STATUS_REPORT_H

#include <stdio.h>

#include "status/judge.h"

/* Each: 0, or a negative errno of writing to out. */
int status_report__text(FILE *out, const struct judgement *j);
int status_report__json(FILE *out, const struct judgement *j, const struct status_facts *f);

#endif /* OOMTRACE_STATUS_REPORT_H */
