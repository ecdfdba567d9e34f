/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What a record has under a dotted key, "oom.hit.path". A key that is missing is as one that is
 * null: records can be of another version, or of the kernel's log.
 */
#ifndef OOMTRACE_VALUE_H
#define OOMTRACE_VALUE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

json_t *value__at(const json_t *record, const char *key);	/* NULL: none */
const char *value__text(const json_t *record, const char *key); /* NULL: none */
bool value__is(const json_t *record, const char *key, const char *text);

/* Whether it is of that pod: a name, a namespace with a name as "ml/ranker-0", or a UID. */
bool value__is_of_pod(const json_t *record, const char *pod);
bool value__is_true(const json_t *record, const char *key);

/* False, with *number as it was: none. */
bool value__number(const json_t *record, const char *key, int64_t *number);

/* An RFC 3339 time as ns since 1970. False, with *ns as it was: none. */
bool value__time(const json_t *record, const char *key, int64_t *ns);

#endif /* OOMTRACE_VALUE_H */
