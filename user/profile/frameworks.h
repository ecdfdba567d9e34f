/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The frameworks that are built in, and the processes that keep groups apart. Each has its source:
 * a file of the project at a commit, an issue, or the version with which it was tried.
 *
 * A framework without rules leaves nothing in its processes' names: a file of profiles can say that
 * a program is built on it ("like"). Where two frameworks look alike from outside, the text says
 * what each would do.
 */
#ifndef OOMTRACE_FRAMEWORKS_H
#define OOMTRACE_FRAMEWORKS_H

#include "profile/rules.h"

struct frameworks {
	const struct profile *profiles;
	size_t n;
};

extern const struct frameworks model_servers;
extern const struct frameworks web_servers;
extern const struct frameworks training;
extern const struct frameworks python;
extern const struct frameworks boundaries;

/* All of these, ended by NULL, in the order in which a process is compared with them. */
extern const struct frameworks *const built_in[];

/* How the tables are written. */

#define FRAMEWORKS(array)                                                                          \
	{                                                                                          \
		(array), sizeof(array) / sizeof((array)[0])                                        \
	}

#define RULES(...)                                                                                 \
	.rules = (const struct rule[]){__VA_ARGS__},                                               \
	.n = sizeof((const struct rule[]){__VA_ARGS__}) / sizeof(struct rule)

#define MESSAGES(...) ((const struct message[]){__VA_ARGS__, {NULL, SENSE_DEAD}})
#define DEAD(text)                                                                                 \
	{                                                                                          \
		text, SENSE_DEAD                                                                   \
	}
#define KILLS(text)                                                                                \
	{                                                                                          \
		text, SENSE_KILLS                                                                  \
	}
#define RUNS(text)                                                                                 \
	{                                                                                          \
		text, SENSE_RUNS                                                                   \
	}

#endif /* OOMTRACE_FRAMEWORKS_H */
