/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Whether what is left of a group can still work: from a few counts to a word and a sentence. */
#ifndef OOMTRACE_VERDICT_H
#define OOMTRACE_VERDICT_H

#include "profile/profile.h"
#include "record/event.h"

enum verdict {
	VERDICT_NONE, /* not known yet, or never: it could not be watched */
	VERDICT_SINGLE,
	VERDICT_HELPER_LOST,
	VERDICT_WHOLE_GROUP,
	VERDICT_GROUP_EXIT,
	VERDICT_GROUP_RESTART,
	VERDICT_RESPAWNED,
	VERDICT_DEGRADED,
	VERDICT_MANAGER_ONLY,
	VERDICT_HEADLESS,
	VERDICT_UNREAPED,
	VERDICTS,
};

/* A group some time after a kill. Helpers are not counted but as victims. */
struct outcome {
	enum role victim_role;
	bool manager_alive; /* false also where the manager was the victim */
	bool victim_zombie; /* the victim has ended and its parent has not asked how */
	int survivors;	    /* that were there just after the kill, the manager included */
	int survivors_now;
	int victims_alike; /* of the kind of the chosen victim, itself included */
	int alike;	   /* of its kind just after the kill, itself not included */
	int alike_now;
	int new_alike; /* of its kind, started since */
	int peers;     /* of any kind, with the same manager; itself not included */
	int peers_now;
	int new_peers;
};

enum verdict verdict__of(const struct outcome *o);

const char *verdict__name(enum verdict v);

/* 1, 0, or -1 where there is no verdict. */
int verdict__consistent(enum verdict v);

/* What it means, and what to do about it: each one sentence. */
const char *verdict__meaning(enum verdict v);
const char *verdict__advice(enum verdict v);

/* How sure what a kernel log tells of an incident is, by the doubts about it: "high", "medium", "low". */
const char *doubts__confidence(uint32_t doubts);

/* "suppressed" and the like; and what it means, as the end of a sentence. */
const char *doubt__name(enum doubt doubt);
const char *doubt__meaning(enum doubt doubt);

/* Whether time will not change it any more, or only if it has been stable for a while. */
bool verdict__is_final(enum verdict v);
bool verdict__is_settling(enum verdict v);

#endif /* OOMTRACE_VERDICT_H */
