/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What every JSON record begins and ends with. */
#ifndef OOMTRACE_RECORD_JSON_H
#define OOMTRACE_RECORD_JSON_H

#include "node/node.h"
#include "render/json.h"

/* CLOCK_BOOTTIME in ns, as a string. */
void record__time(struct json *j, const char *key, const struct node *node, uint64_t boot_ns);

void record__begin(struct json *j, const struct node *node, const char *type, uint64_t ns,
		   const char *uid);

/* The length of the line with its newline, or -ENOBUFS. */
long record__end(struct json *j);

#endif /* OOMTRACE_RECORD_JSON_H */
