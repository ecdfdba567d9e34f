/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A run as JSON: what its start, audit and stop records have in common with its state. */
#ifndef OOMTRACE_RUN_JSON_H
#define OOMTRACE_RUN_JSON_H

#include "kernel/kernel.h"
#include "node/scope.h"
#include "record/ledger.h"
#include "render/json.h"

/* "oomtrace":{"version":...,"pid":...} */
void run_json__program(struct json *j);

/* "hooks":[...] and "pinned":{...}; k is NULL: there are none. */
void run_json__hooks(struct json *j, const struct kernel_facts *k);
void run_json__pinned(struct json *j, const struct kernel_facts *k);

/* "scope":{...}, and the container and pod of its own. */
void run_json__scope(struct json *j, const struct scope *s);

/* "totals":{...} */
void run_json__totals(struct json *j, const struct ledger *l);

#endif /* OOMTRACE_RUN_JSON_H */
