/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* From what was read to what it means. Pure. */
#ifndef OOMTRACE_JUDGE_H
#define OOMTRACE_JUDGE_H

#include "render/finding.h"
#include "state/told.h"

enum state_file { STATE_MISSING, STATE_DAMAGED, STATE_READ };

struct status_facts {
	const char *path; /* of the state file */
	enum state_file file;
	char damage[TOLD_WHY_BYTES];
	struct told told; /* if it was read */
	bool taken;	  /* a process has it */
	char boot_id[64]; /* of this boot */
	int64_t now_ns;	  /* since 1970 */
	int64_t uptime_ns;
	bool vmstat_known; /* /proc/vmstat oom_kill */
	int64_t vmstat;
	const char *pin_path;
	bool pins_known; /* the next is: they are root's to read */
	bool pinned;	 /* hooks are there, or it told so */
	bool kept_known;
	int64_t kept; /* kills that nobody has read */
};

enum standing {
	STANDING_ALIVE,
	STANDING_STARTING,
	STANDING_HANGS,	  /* it is there, and does not write any more */
	STANDING_DIED,	  /* without a word */
	STANDING_STOPPED, /* or failed: it has said so */
	STANDING_OTHER_BOOT,
	STANDING_NEVER,
	STANDING_UNKNOWN, /* what is in the file is no state */
};

#define JUDGEMENT_FINDINGS 7

struct judgement {
	enum standing standing;
	enum status status;	       /* the worst of all */
	char text[FINDING_TEXT_BYTES]; /* a sentence */
	struct finding findings[JUDGEMENT_FINDINGS];
	int n_findings;
	/* By how many the kernel counts more kills than were seen, now; below 0: fewer. */
	bool unexplained_known;
	int64_t unexplained;
};

void judge(struct judgement *j, const struct status_facts *f);

const char *standing__name(enum standing standing);

#endif /* OOMTRACE_JUDGE_H */
