/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the doctor found, as text for people and as one line of JSON. */
#ifndef OOMTRACE_DOCTOR_REPORT_H
#define OOMTRACE_DOCTOR_REPORT_H

#include <stdio.h>

#include "render/finding.h"
#include "doctor/oom_group.h"
#include "doctor/risk.h"
#include "node/node.h"

struct doctor_report {
	const struct node *node;
	uint64_t time_ns; /* CLOCK_BOOTTIME */
	const struct finding *findings;
	int n_findings;
	struct risks risks;
};

/* The worst of all findings and groups. */
enum status doctor_report__status(const struct doctor_report *r);

/* Each: 0, or a negative errno of writing to out. */
int doctor_report__text(FILE *out, const struct doctor_report *r);
int doctor_report__json(FILE *out, const struct doctor_report *r);

int oom_group__text(FILE *out, const struct oom_group_changes *c);
int oom_group__json(FILE *out, const struct oom_group_changes *c, const struct node *node);

#endif /* OOMTRACE_DOCTOR_REPORT_H */
