/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What is looked at of a run, once it is known whether it is there. Pure. */
#ifndef OOMTRACE_STATUS_CHECKS_H
#define OOMTRACE_STATUS_CHECKS_H

#include "status/judge.h"

/* Appends the findings of all checks for a run that stands so; j has what else they need. */
void status_checks__run(struct judgement *j, const struct status_facts *f);

#endif /* OOMTRACE_STATUS_CHECKS_H */
