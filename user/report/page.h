/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The whole page: one file that asks nobody for anything, which its policy (CSP) holds it to. The
 * newest incidents are in it as HTML and need no script; the rest are packs, see packs.h.
 */
#ifndef OOMTRACE_REPORT_PAGE_H
#define OOMTRACE_REPORT_PAGE_H

#include <stdio.h>

#include "report/chronicle.h"

#define PAGE_PLAIN 50 /* as HTML: as many as page.js shows at a time */

/* bad_lines: of all files. 0 or -ENOMEM; whether it was written, out knows. */
int page__put(FILE *out, const struct chronicle *c, unsigned long bad_lines);

#endif /* OOMTRACE_REPORT_PAGE_H */
