/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Which records are shown. */
#ifndef OOMTRACE_SHOW_FILTER_H
#define OOMTRACE_SHOW_FILTER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* What is NULL leaves all. */
struct filter {
	int64_t since_ns; /* since 1970; INT64_MIN: from the first on */
	int64_t until_ns; /* not that one any more; INT64_MAX: to the last */
	const char *pod;  /* as value__is_of_pod() has it */
	const char *
		group; /* a framework, in capitals or not, or the path of the cgroup or of one above it */
	const char *verdict; /* or "inconsistent": each that is */
};

/* 0, or -EINVAL, which is said on err: there is no such verdict. */
int filter__check(const struct filter *f, FILE *err);

/* A record without a date is in no span of time. */
bool filter__takes(const struct filter *f, const json_t *record);

#endif /* OOMTRACE_SHOW_FILTER_H */
