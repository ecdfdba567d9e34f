/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What a line of an application's log says about a process: which one, when, and how it ended. */
#ifndef OOMTRACE_CLAIM_H
#define OOMTRACE_CLAIM_H

#include "explain/log_time.h"
#include "profile/profile.h"

#define CLAIM_TEXT_BYTES 512 /* of a line that are kept */
#define CLAIM_NAME_BYTES 64

struct claim {
	unsigned long line;
	const struct framework *framework;
	enum sense sense;
	uint32_t pid; /* 0: it does not say */
	enum ending ending;
	int number;
	struct log_time time;
	int64_t after_ns; /* of an earlier line, where this one has no time; INT64_MIN: of none */
	char name[CLAIM_NAME_BYTES];
	char text[CLAIM_TEXT_BYTES]; /* the line; control characters are '?' */
};

/* Whether the line says something about a process. The caller sets line and after_ns. */
bool claim__read(struct claim *claim, const struct profiles *profiles,
		 const struct log_time_rules *rules, struct text line);

#endif /* OOMTRACE_CLAIM_H */
