// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The rules and the words; see verdict.h. */
#include "group/verdict.h"

static const struct {
	const char *name;
	int consistent;
	const char *meaning;
	const char *advice;
} words[VERDICTS] = {
	[VERDICT_NONE] = {NULL, -1, NULL, NULL},
	[VERDICT_SINGLE] = {"single", 1, "It belonged to no group.",
			    "Give it more memory, or find out why it needs so much."},
	[VERDICT_HELPER_LOST] =
		{"helper_lost", 1, "Only a helper died; the manager and the workers are alive.",
		 "Restart the service when convenient: the helper's work may be left "
		 "undone."},
	[VERDICT_WHOLE_GROUP] = {"whole_group", 1, "The whole group was killed together.",
				 "Give it more memory, or fewer workers."},
	[VERDICT_GROUP_EXIT] = {"group_exit", 1, "The rest of the group exited as well.",
				"Make sure that something restarts the service; give it more "
				"memory, or fewer workers."},
	[VERDICT_GROUP_RESTART] = {"group_restart", 1,
				   "The manager stopped all workers and started new ones.",
				   "Work in flight was lost; give it more memory, or fewer "
				   "workers."},
	[VERDICT_RESPAWNED] = {"respawned", 1, "The manager started a replacement.",
			       "Work in flight was lost; give it more memory, or fewer workers."},
	[VERDICT_DEGRADED] = {"degraded", 0,
			      "The manager carries on with fewer workers; what was killed has not "
			      "been replaced.",
			      "Restart the service, and set memory.oom.group on its cgroup so that "
			      "it dies and restarts as a whole."},
	[VERDICT_MANAGER_ONLY] =
		{"manager_only", 0,
		 "The manager is alive without any worker: it may look healthy but "
		 "cannot work.",
		 "Restart the service, and set memory.oom.group on its cgroup so "
		 "that it dies and restarts as a whole."},
	[VERDICT_HEADLESS] = {"headless", 0, "The workers are still running without a manager.",
			      "Stop the workers and restart the service; memory.oom.group on its "
			      "cgroup would have ended them with it."},
	[VERDICT_UNREAPED] = {"unreaped", 0,
			      "The manager has not noticed: the killed process is still a zombie.",
			      "Restart the service, and set memory.oom.group on its cgroup so that "
			      "it dies and restarts as a whole."},
};

static enum verdict verdict_with_manager(const struct outcome *o)
{
	if (o->peers && !o->peers_now && o->new_peers)
		return VERDICT_GROUP_RESTART;
	if (o->new_alike >= o->victims_alike)
		return o->alike && !o->alike_now ? VERDICT_GROUP_RESTART : VERDICT_RESPAWNED;
	if (o->victim_zombie)
		return VERDICT_UNREAPED;
	if (o->survivors_now + o->new_alike <= 1)
		return VERDICT_MANAGER_ONLY;
	return VERDICT_DEGRADED;
}

enum verdict verdict__of(const struct outcome *o)
{
	if (o->victim_role == ROLE_SINGLE)
		return o->victim_zombie ? VERDICT_UNREAPED : VERDICT_SINGLE;
	if (!o->survivors)
		return VERDICT_WHOLE_GROUP;
	if (o->victim_role == ROLE_HELPER)
		return VERDICT_HELPER_LOST;
	if (!o->survivors_now)
		return VERDICT_GROUP_EXIT;
	if (!o->manager_alive)
		return VERDICT_HEADLESS;
	return verdict_with_manager(o);
}

const char *verdict__name(enum verdict v)
{
	return words[v].name;
}

int verdict__consistent(enum verdict v)
{
	return words[v].consistent;
}

const char *verdict__meaning(enum verdict v)
{
	return words[v].meaning;
}

const char *verdict__advice(enum verdict v)
{
	return words[v].advice;
}

bool verdict__is_final(enum verdict v)
{
	return v == VERDICT_SINGLE || v == VERDICT_HELPER_LOST || v == VERDICT_WHOLE_GROUP ||
	       v == VERDICT_GROUP_EXIT;
}

bool verdict__is_settling(enum verdict v)
{
	return v == VERDICT_RESPAWNED || v == VERDICT_GROUP_RESTART;
}

/* ---- doubts ---- */

static const struct {
	const char *name;
	const char *meaning;
	bool grave;
} doubts[DOUBTS] = {
	[DOUBT_SUPPRESSED] = {"suppressed", "the kernel left most of its lines out, as it does "
					    "after 10 in 5 seconds"},
	[DOUBT_OVERWRITTEN] = {"overwritten", "the lines with which it began are missing"},
	[DOUBT_CUT_OFF] = {"cut_off", "the lines with which it ended are missing"},
	[DOUBT_INTERLEAVED] = {"interleaved", "its lines are mixed with another's"},
	[DOUBT_MALFORMED] = {"malformed", "one of its lines is broken", true},
	[DOUBT_ALONE] = {"alone", "nothing is around it that the kernel prints with a kill", true},
	[DOUBT_CONTRADICTED] = {"contradicted", "its lines do not agree", true},
};

const char *doubts__confidence(uint32_t bits)
{
	for (int i = 0; i < DOUBTS; i++)
		if (bits & 1u << i && doubts[i].grave)
			return "low";
	return bits ? "medium" : "high";
}

const char *doubt__name(enum doubt doubt)
{
	return doubts[doubt].name;
}

const char *doubt__meaning(enum doubt doubt)
{
	return doubts[doubt].meaning;
}
