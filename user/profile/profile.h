/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What is known of the frameworks: how their processes are recognised, which part each plays, what
 * happens when one is killed, and what they then write to their log. Data, built in and from files;
 * a framework that is not in it is understood by the structure of its processes alone.
 */
#ifndef OOMTRACE_PROFILE_H
#define OOMTRACE_PROFILE_H

#include <stdio.h>

#include "profile/message.h"
#include "record/process.h"

enum role {
	ROLE_UNKNOWN, /* only in hints: what the structure says */
	ROLE_SINGLE,
	ROLE_MANAGER,
	ROLE_WORKER,
	ROLE_SUB_WORKER,
	ROLE_HELPER,
};

#define PROFILE_LABEL_BYTES 64
#define PROFILE_NAME_BYTES  64
#define PROFILE_TEXT_BYTES  512 /* of each other text of a framework */

/* What a process shows of itself, whatever its place among others. */
struct hint {
	const struct framework *framework; /* NULL: not recognised */
	enum role role;
	bool launched; /* exec'ed by its manager as part of the group: an edge to its parent */
	bool passing;  /* title and comm say what it does at the moment, not what kind it is */
	bool boundary; /* a shell, an init, a supervisor: no edge from its children to it */
	char label[PROFILE_LABEL_BYTES]; /* which one it is, "EngineCore_DP0"; "": not said */
};

/* What a framework does when a worker is killed. */
struct framework {
	const char *name;     /* "gunicorn" */
	const char *reaction; /* a sentence: what becomes of the others and of the work in hand */
	const char *advice;   /* NULL: nothing beyond the general one */
	/* What it writes to its log then, up to one without a pattern; NULL: nothing. */
	const struct message *messages;
};

struct profiles;

/* With the built-in ones. NULL: no memory. */
struct profiles *profiles__new(void);
void profiles__free(struct profiles *p);

/*
 * Adds those of a JSON file; a framework of the same name is replaced. Says in why, of why_bytes,
 * what is wrong and where. 0, or a negative errno with nothing added.
 */
int profiles__read(struct profiles *p, const char *path, char *why, size_t why_bytes);

/* parent may be NULL. A title that p only inherited from its parent says nothing. Does not allocate. */
struct hint profiles__hint(const struct profiles *p, const struct process *process,
			   const struct process *parent);

/*
 * The first message that is in the line, those of files before the built-in ones; NULL: none.
 * *framework gets whose it is, *said what it says.
 */
const struct message *profiles__message(const struct profiles *p, struct text line,
					const struct framework **framework, struct said *said);

#endif /* OOMTRACE_PROFILE_H */
