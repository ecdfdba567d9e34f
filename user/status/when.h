/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* When something was, for people. */
#ifndef OOMTRACE_WHEN_H
#define OOMTRACE_WHEN_H

#include "render/words.h"

/* Times are in ns since 1970. */

/* How long ago it was: "48 s", "12 min", "5 h", "3 days" */
void when__age(struct words *t, int64_t ns, int64_t now_ns);

/* "04:10:14Z", of another day "2026-11-24 04:10:14Z" */
void when__moment(struct words *t, int64_t ns, int64_t now_ns);

#endif /* OOMTRACE_WHEN_H */
