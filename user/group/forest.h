/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The processes of a scope and what ties each to its parent: a forest in which every tree is a group
 * of processes that belong together, and most are one process alone. Pure: no kernel, no clock.
 */
#ifndef OOMTRACE_FOREST_H
#define OOMTRACE_FOREST_H

#include "profile/profile.h"

/* Why a process belongs to its parent: the first that holds. None needs an earlier snapshot. */
enum edge {
	EDGE_NONE,
	EDGE_FORKED,   /* it runs the parent's program, no exec since the fork */
	EDGE_ORPHANED, /* the same, of a victim that was its parent until it died */
	EDGE_LAUNCHED, /* it was started in a way that only a manager of its framework uses */
	EDGE_RANKS,    /* it was given a rank that the parent does not have */
	EDGE_ALIKE,    /* siblings have the same command line except for numbers */
	EDGE_SESSION,  /* launched, orphaned, and in the session of a victim of its kind */
	EDGES,
};

/* How sure an edge is. */
enum strength { STRENGTH_WEAK, STRENGTH_MEDIUM, STRENGTH_STRONG };

const char *strength__name(enum strength strength); /* "medium" */
enum strength edge__strength(enum edge edge);

struct member {
	struct process process;
	struct hint hint;
	int parent; /* its place among the members; -1: nothing ties it to anything */
	int root;   /* the top of its tree: itself if nothing ties it */
	enum edge edge;
	bool seen;   /* in the snapshot */
	bool victim; /* known from its record */
	bool later;  /* it started after the kill */
};

/* Sorted by pid, and by start where a pid was reused. Grown once. */
struct forest {
	struct member *members;
	int *victims; /* their places, the likeliest parent of an orphan first */
	int n;
	int n_victims;
};

/*
 * Out of a snapshot taken after a kill at killed_ns, and of processes known from elsewhere, the
 * victims above all: the snapshot shows them as zombies, or no longer. 0, or -ENOMEM with an empty
 * forest.
 */
int forest__grow(struct forest *f, const struct snapshot *s, const struct process *victims,
		 size_t n_victims, uint64_t killed_ns, const struct profiles *profiles);
/* The same, with nothing tied to anything: where parents are not known. */
int forest__list(struct forest *f, const struct snapshot *s, const struct process *victims,
		 size_t n_victims, uint64_t killed_ns);

void forest__free(struct forest *f);

/* Leaves only the tree that i is part of; places change. */
void forest__prune(struct forest *f, int i);

/* The place of a process, -1: not there. */
int forest__find(const struct forest *f, uint32_t pid, uint64_t start_ns);

#endif /* OOMTRACE_FOREST_H */
