/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What a check found. */
#ifndef OOMTRACE_FINDING_H
#define OOMTRACE_FINDING_H

enum status { STATUS_NONE, STATUS_PASS, STATUS_WARN, STATUS_FAIL }; /* NONE: nothing to be said */

#define FINDING_TEXT_BYTES 512

struct finding {
	const char *check; /* "lockdown" */
	enum status status;
	char text[FINDING_TEXT_BYTES]; /* may have a stranger's names in it */
	const char *remedy;	       /* one sentence; NULL: none is needed, or known */
};

#endif /* OOMTRACE_FINDING_H */
