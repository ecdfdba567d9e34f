/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * An OOM decision and what came of it: its victims are gathered, the group that they belonged to is
 * found in a snapshot, and the group is watched until its outcome is known. Pure: victims, snapshots
 * and the time come in as values, news goes out.
 */
#ifndef OOMTRACE_INCIDENT_H
#define OOMTRACE_INCIDENT_H

#include "group/group.h"
#include "group/verdict.h"
#include "record/event.h"

#define INCIDENT_FOLLOW_UPS  32
#define INCIDENT_SCOPE_BYTES EVENT_PATH_BYTES

struct incident_victim {
	struct process process;
	uint64_t seq;
	uint64_t killed_ns;
	uint64_t exited_ns; /* 0: not yet, or not seen */
	uint64_t reaped_ns; /* when the OOM reaper had freed its memory; 0: it was not needed */
	uint64_t freed_bytes;
	bool freed_known;
	bool chosen;
	enum victim_kind kind;
};

/* A signal to a survivor that ends it: not the OOM killer's, and not counted as its work. */
struct follow_up {
	uint64_t time_ns;
	uint64_t start_ns; /* of the receiver, as is pid */
	uint32_t pid;
	uint32_t sender_pid;
	int signal;
	bool sender_exiting; /* then it is PR_SET_PDEATHSIG: the receiver asked for it at its parent's death */
	bool from_kernel;
	char sender_title[REC_COMM_BYTES + 1];
};

/* What became of a member of the group. */
enum fate { FATE_ALIVE, FATE_VICTIM, FATE_ZOMBIE, FATE_GONE };

enum stage {
	STAGE_GATHERING, /* victims may still come */
	STAGE_WATCHING,
	STAGE_CLOSED,
};

struct incident {
	const struct profiles *profiles;
	uint64_t watch_ns; /* how long the group is watched at most */
	uint64_t oom_id;
	bool oom_id_inferred;
	enum stage stage;
	bool decided;	  /* the kernel has finished it: no more victims */
	bool unwatched;	  /* too many were watched */
	bool cut_short;	  /* closed before its time, by the end of the tracer */
	uint64_t time_ns; /* of the first victim */
	uint64_t last_victim_ns;
	uint64_t opened_ns;
	uint64_t closed_ns;
	uint64_t due_ns;     /* when to look at it next */
	uint64_t until_ns;   /* when it is closed whatever the verdict */
	uint64_t settled_ns; /* since when the verdict is what it is */

	bool decision_known;
	struct decision_event decision;
	struct cgroup_facts cgroup; /* of the chosen victim */
	struct identity identity;   /* its container and pod */
	char scope[INCIDENT_SCOPE_BYTES];
	uint64_t usage_after_bytes; /* of the cgroup that was hit, else of the victim's */
	bool usage_after_known;

	struct incident_victim *victims;
	size_t n_victims;
	size_t room_victims;
	size_t chosen; /* its place among the victims */

	uint32_t doubts;  /* bits by enum doubt */
	bool unrelated;	  /* of a kernel log: its processes are listed, which of them are a group is
			    not known */
	int snapshot_err; /* 0, or why the group is not known */
	struct forest forest;
	struct group group; /* just after the kill; empty until there was a snapshot, and where
			       unrelated */
	enum fate *fates;   /* of the forest's members, by place */
	size_t n_grouped;   /* victims that were known when the group was found */
	struct outcome outcome;

	/* Until it is open also those to others. */
	struct follow_up follow_ups[INCIDENT_FOLLOW_UPS];
	int n_follow_ups; /* may be more than are kept */
	enum verdict verdict;

	struct finish *finish; /* what is done about it, once closed; NULL: nothing */
};

enum news { NEWS_NONE, NEWS_OPENED, NEWS_CLOSED };

/* Frees it with all that it has. */
void incident__free(struct incident *incident);

/* One more victim of its decision. Where there is no memory for it, it is not among those told. */
void incident__add_victim(struct incident *incident, const struct victim_event *e);

/*
 * Looks at the processes of its scope as they are at now_ns. Says what is news about it; a closed
 * one is to be dropped when it was told.
 */
enum news incident__look(struct incident *incident, const struct snapshot *snapshot,
			 uint64_t now_ns);

/* For the end: closes it as it stands. It is news, and to be dropped. */
enum news incident__cut_short(struct incident *incident, uint64_t now_ns);

/* The chosen victim's place in a forest; -1: it is not there. */
int incident__chosen_place(const struct incident *incident, const struct forest *forest);

/* Whether a member of the group outlived the kill: by its place. Helpers count, what came later not. */
bool incident__survived(const struct incident *incident, int i);

/* The k-th of those that are listed, in the order of their start: its place; -1: no more. */
int incident__listed(const struct incident *incident, int k);

/* Those that outlived the kill; -1: not known. */
int incident__count_survivors(const struct incident *incident);

/*
 * How long after the kill the last of the victims was gone, and what all gave back. False, with
 * nothing set, before that or where it is not known.
 */
bool incident__exited(const struct incident *incident, uint64_t *ms);
bool incident__freed(const struct incident *incident, uint64_t *bytes);

/* The cgroup whose limit was hit, as far as it is known; else the victim's. */
const struct cgroup_facts *incident__hit(const struct incident *incident);

/* Whether its decision ends more than one process, or may. */
bool incident__kills_many(const struct incident *in);

/* What memory.oom.group promised: "whole_cgroup", "one_process"; NULL: not known. */
const char *incident__expected(const struct incident *incident);

#endif /* OOMTRACE_INCIDENT_H */
