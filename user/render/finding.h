/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What a check found, as the doctor and status tell it. */
#ifndef OOMTRACE_FINDING_H
#define OOMTRACE_FINDING_H

#include <stdio.h>

#include "render/json.h"

enum status {
	STATUS_NONE,
	STATUS_PASS,
	STATUS_WARN,
	STATUS_FAIL
}; /* NONE: the check does not apply */

#define FINDING_TEXT_BYTES 512

struct finding {
	const char *check; /* "lockdown" */
	enum status status;
	char text[FINDING_TEXT_BYTES]; /* may have a stranger's names in it */
	const char *remedy;	       /* one sentence; NULL: none is needed, or known */
};

const char *status__name(enum status status); /* "pass"; NULL: none */

/* {"name":...,"status":...,"text":...,"remedy":...} */
void finding__json(struct json *j, const struct finding *f);

/*
 * WARN  cgroup    memory is on version 1
 *                 -> Boot with systemd.unified_cgroup_hierarchy=1.
 *
 * with so many columns for the name of the check.
 */
void finding__text(FILE *out, const struct finding *f, int check_columns);

/* "WARN", "" of none. */
const char *status__label(enum status status);

/* Text that begins at a column and is wrapped to indent, its control characters escaped. */
void paragraph__text(FILE *out, const char *s, size_t column, size_t indent);

#endif /* OOMTRACE_FINDING_H */
