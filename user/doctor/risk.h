/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The groups of processes of the machine, by container or systemd unit, and what an OOM kill of one
 * worker would leave of each.
 */
#ifndef OOMTRACE_RISK_H
#define OOMTRACE_RISK_H

#include "doctor/missing.h"
#include "group/group.h"
#include "node/cgroup.h"
#include "pod/pods.h"
#include "render/finding.h"

/* What would become of the group of a killed worker. */
enum consequence {
	CONSEQUENCE_WHOLE,     /* all die together */
	CONSEQUENCE_UNIT,      /* systemd stops the rest of the unit */
	CONSEQUENCE_FRAMEWORK, /* its manager does what the framework is known to do */
	CONSEQUENCE_UNKNOWN,   /* the others live on; nothing more is sure */
};

struct risk {
	char *path; /* of the cgroup that is the scope */
	struct identity identity;
	enum status status;
	bool limit_known;
	bool unlimited;
	uint64_t limit_bytes; /* the smallest on the way up from the group to the root */
	char *limit_path;     /* the cgroup that has it; NULL: none */
	bool usage_known;
	uint64_t usage_bytes; /* of the scope */
	enum missing missing; /* MISSING_NOT: it is set */
	enum consequence consequence;
	uint32_t manager_pid;
	char manager[REC_COMM_BYTES + 1];
	char service[GROUP_SERVICE_BYTES]; /* the group, by its framework or program */
	int workers;
	int helpers;
	const struct framework *framework; /* NULL: not recognised; of the profiles */
};

struct risks {
	struct risk *risks; /* those at risk first, then by path */
	size_t n;
};

struct risk_sources {
	const char *proc;
	const struct cgroup_root *cgroups;
	const struct profiles *profiles;
	const struct kubelet *kubelet;
	struct pods *pods; /* NULL: no names */
	bool systemd;	   /* is process 1 */
};

/* s: all processes of the machine, with titles and exec keys. 0, or -ENOMEM with *r empty. */
int risks__find(struct risks *r, const struct risk_sources *sources, const struct snapshot *s);
void risks__free(struct risks *r);

/* "unit_stops" */
const char *consequence__name(enum consequence c);

/* What would become of it; the text of a framework may come from a file. */
#define CONSEQUENCE_BYTES (PROFILE_TEXT_BYTES + 128)
void risk__consequence(const struct risk *r, char text[CONSEQUENCE_BYTES]);

#endif /* OOMTRACE_RISK_H */
