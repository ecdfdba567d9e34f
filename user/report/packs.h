/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The incidents as data for page.js. The pack "index" has what the filters and the list need of
 * each; "bodies-0" and so on have what opens below a line, of PACKS_BODIES incidents each, inflated
 * when one of them is opened.
 *
 *   {"begin":1795493414000,"bin":15000,"bodies":20,"nodes":["node1"],"verdicts":["degraded"],
 *    "lanes":[[0,"ml/ranker-0","serve.py"]],
 *    "incidents":[[1795493414000,0,0,0,"node1 worker 2 of 3 ...","<summary>..."]]}
 *
 * Of an incident: ms since 1970 or null, lane, verdict, standing, words, line. Those of the newest
 * that the page has as HTML lack the line.
 */
#ifndef OOMTRACE_REPORT_PACKS_H
#define OOMTRACE_REPORT_PACKS_H

#include <stdio.h>

#include "report/timeline.h"

#define PACKS_BODIES 20

/* n_packed: all but the newest that the page has as HTML. 0 or -ENOMEM. */
int packs__put(FILE *out, const struct timeline *t, size_t n_packed);

#endif /* OOMTRACE_REPORT_PACKS_H */
