/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A finding as a JSON line; schema/explain.schema.json says what it has. */
#ifndef OOMTRACE_FINDING_JSON_H
#define OOMTRACE_FINDING_JSON_H

#include "explain/match.h"

#define FINDING_JSON_BYTES 65536

/* log is NULL where nothing but the records was asked. The length, or -ENOBUFS. */
long finding_json__put(char *buf, size_t cap, const struct app_log *log, const struct finding *f);

#endif /* OOMTRACE_FINDING_JSON_H */
