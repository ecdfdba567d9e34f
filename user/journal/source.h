/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A file of records among those that are merged: opened when its turn comes, closed at its end. */
#ifndef OOMTRACE_JOURNAL_SOURCE_H
#define OOMTRACE_JOURNAL_SOURCE_H

#include "journal/files.h"
#include "journal/journal.h"

struct source {
	struct journal_path name; /* its own */
	struct journal journal;
	int64_t ns; /* of its record: never before that of the one before; until there is one a bound */
	size_t order;	  /* among those of equal time */
	bool grows;	  /* see struct journal */
	bool skips_exits; /* see there */
	bool opened;
	bool pending; /* its record has not been given as yet */
};

/* Takes what name has. NULL: no memory, and nothing taken. */
struct source *source__new(struct journal_path *name, struct refusals *refusals);
void source__free(struct source *s);

/* 0, -ENOMEM, or a negative errno: the file can't be read. Once it is open nothing is done. */
int source__open(struct source *s);

/* Its next record. 0: there is none as yet, or what is wrong was said. Or -ENOMEM. */
int source__read(struct source *s);

/* Nothing more is read of it. */
void source__close(struct source *s);

#endif /* OOMTRACE_JOURNAL_SOURCE_H */
