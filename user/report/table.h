/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The numbers of a picture as a table, with names whole. */
#ifndef OOMTRACE_REPORT_TABLE_H
#define OOMTRACE_REPORT_TABLE_H

#include <stdio.h>

#include "report/scene.h"

/* number: the incident's, by which a screen reader tells its table from the others. */
void table__put(FILE *out, const struct scene *s, size_t number);

#endif /* OOMTRACE_REPORT_TABLE_H */
