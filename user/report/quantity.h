/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Numbers and times with their units, as the page has them everywhere. */
#ifndef OOMTRACE_REPORT_QUANTITY_H
#define OOMTRACE_REPORT_QUANTITY_H

#include <stdint.h>
#include <stdio.h>

/* "600.0 MiB"; below 0: "not known". */
void quantity__bytes(FILE *out, int64_t bytes);

/* "59 ms", "2.3 s". */
void quantity__ms(FILE *out, int64_t ms);

/* "10,000" */
void quantity__count(FILE *out, uint64_t count);

/* "1 kill", "10,000 kills": of a noun whose plural has an s. */
void quantity__of(FILE *out, uint64_t count, const char *noun);

/* "2026-11-24 04:10:14.002" in UTC, within a <time>; INT64_MIN: "time not known". */
void quantity__time(FILE *out, int64_t ns);

#endif /* OOMTRACE_REPORT_QUANTITY_H */
