/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the families of metrics are called, for who writes them and for who reads them back. */
#ifndef OOMTRACE_FAMILIES_H
#define OOMTRACE_FAMILIES_H

#include "metrics/metrics.h"

enum family {
	FAMILY_BUILD_INFO,
	FAMILY_SOURCE_INFO,
	FAMILY_RUNNING,
	FAMILY_START_TIME,
	FAMILY_HEARTBEAT,
	FAMILY_HOOK_LIVE,
	FAMILY_PINNED,
	FAMILY_KILLS,
	FAMILY_LAST_KILL,
	FAMILY_INCIDENTS,
	FAMILY_LAST_INCIDENT,
	FAMILY_FREED,
	FAMILY_RECORDS,
	FAMILY_RECORDS_LOST,
	FAMILY_INCIDENTS_LOST,
	FAMILY_UNEXPLAINED,
	FAMILY_KERNEL_KILLS,
	FAMILY_FOLDED,
	FAMILIES,
};

struct family_row {
	const char *name;
	const char *type;
	const char *help;
};

extern const struct family_row family_rows[FAMILIES];

/* Which sample each total is; family FAMILIES: none. */
struct total_row {
	enum family family;
	const char *key; /* of its label; NULL: none */
	const char *value;
};

extern const struct total_row total_rows[TOTALS];

extern const char *const kill_labels[5];
extern const char *const origin_labels[3];
extern const char *const incident_labels[5];

/* "killed", "memcg", "true"; "unknown" */
const char *label__kind(int kind);
const char *label__constraint(int constraint);
const char *label__verdict(int verdict);
const char *label__consistent(int verdict);

/* The comment that ends a text: ledger and the books that are in its totals. */
#define BOOKS_COMMENT "# oomtrace books "

#endif /* OOMTRACE_FAMILIES_H */
