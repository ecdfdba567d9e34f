/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The group that a victim belonged to: its manager, the part of each member, and its place among
 * those of its kind. Two levels where a worker manages others: the nearest, whose manager is told
 * of the death, and the top, which is the service. Pure.
 */
#ifndef OOMTRACE_GROUP_H
#define OOMTRACE_GROUP_H

#include "group/forest.h"

struct place {
	enum role role;
	bool manages; /* others, of which one at least is no helper */
	bool nearest; /* the victim's manager, and those that have the same manager */
	int manager;  /* the nearest above it, past helpers like a forkserver; -1: none */
	int kind;     /* the member that stands for its kind: same manager, same work; -1: none */
	int index;    /* from 1, in the order in which those of its kind were started */
	int of;	      /* how many of its kind there were when the kill came */
};

struct group {
	const struct forest *forest;
	int victim;  /* places in the forest */
	int manager; /* of the victim, or the victim itself; -1: none, it was alone */
	int top;     /* the manager of all */
	const struct framework *framework; /* NULL: not recognised */
	enum strength strength;		   /* of the weakest edge between the victim and the top */
	bool ambiguous;			   /* more than one process may have been its manager */
	int *members;			   /* places, in order of start; the top first */
	int n;
	struct place
		*places; /* of each process in the forest; role ROLE_UNKNOWN: not in the group */
};

/* victim is a place in the forest, which must outlive the group. 0, or -ENOMEM with it empty. */
int group__find(struct group *g, const struct forest *f, int victim);
void group__free(struct group *g);

/*
 * What the group is called: its framework, where that is what the top runs; else the top's program,
 * which may have workers by the means of a library: "serve.py". A stranger's text.
 */
#define GROUP_SERVICE_BYTES PROCESS_TITLE_BYTES
void group__service(const struct group *g, char name[GROUP_SERVICE_BYTES]);

const char *role__name(enum role role);

#endif /* OOMTRACE_GROUP_H */
