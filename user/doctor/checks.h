/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* From facts to findings, one for each check of a table. Pure. */
#ifndef OOMTRACE_CHECKS_H
#define OOMTRACE_CHECKS_H

#include "doctor/facts.h"
#include "render/finding.h"

#define CHECKS_MAX 24

/* Returns how many findings there are, in the order of the table. */
int checks__run(const struct facts *f, struct finding findings[CHECKS_MAX]);

#endif /* OOMTRACE_CHECKS_H */
