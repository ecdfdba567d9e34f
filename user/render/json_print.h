/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A line of JSON of whatever length, for commands that end: it allocates. */
#ifndef OOMTRACE_JSON_PRINT_H
#define OOMTRACE_JSON_PRINT_H

#include <stdio.h>

#include "render/json.h"

/* put() writes what into j, as often as it takes to find room. 0, or a negative errno. */
int json__print(FILE *out, void (*put)(struct json *j, const void *what), const void *what);

#endif /* OOMTRACE_JSON_PRINT_H */
