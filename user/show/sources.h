/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The FILEs of the command, as a row of records in order of time. When they are followed, what has
 * been appended and what has come by a rotation goes on in that row, and what a file was renamed,
 * copied or compressed to is not taken for new: it is known by its first line.
 */
#ifndef OOMTRACE_SHOW_SOURCES_H
#define OOMTRACE_SHOW_SOURCES_H

#include "journal/merge.h"

/* A FILE of the command. */
struct tail {
	const char *path;
	bool look;   /* a file of that name, or a rotation of it, may have come */
	bool waited; /* it was said that it is not there as yet */
};

struct sources {
	struct tail *tails;
	size_t n_tails;
	bool follows;
	bool skips_exits;    /* see struct journal */
	bool looked;	     /* once, so that what is there by now was there before */
	struct source **all; /* those that are not at their end */
	size_t n, room;
	uint64_t *heads; /* of the files that were there so far */
	size_t n_heads;
	size_t n_files; /* so many */
	struct merge merge;
	struct refusals *refusals;
};

/* The paths have to outlive it. 0 or -ENOMEM; to be freed in both cases. */
int sources__init(struct sources *s, char *const *paths, size_t n, struct refusals *refusals);
void sources__free(struct sources *s);

/*
 * Gives the merge all that can be read by now. 0; -ENOMEM; -ECANCELED: there is no file, and none is
 * waited for. What can't be read is said.
 */
int sources__look(struct sources *s);

#endif /* OOMTRACE_SHOW_SOURCES_H */
