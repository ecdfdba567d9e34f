/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * How the processes of a framework are recognised. What is executed was settled by the last exec,
 * and every process that was only forked since then has it too; a title and a comm are a process's
 * own, since it gave itself another one than its parent's.
 */
#ifndef OOMTRACE_RULES_H
#define OOMTRACE_RULES_H

#include <jansson.h>

#include "profile/profile.h"

/* Patterns, NULL where anything will do: all have to match. */
struct rule {
	const char *executable; /* the file that runs, without its directory */
	const char *program;	/* command.h; a pattern with a / is for the whole path */
	const char *argument;	/* one of those after the program */
	const char *title;
	const char *comm;  /* the first 15 bytes of the title, when that was set */
	const char *label; /* what is fixed; else the part of a pattern within < > */
	enum role role;	   /* of the process that was exec'ed or has the title */
	enum role forks;   /* of what it forks */
	bool launched;	   /* struct hint */
	bool passing;	   /* struct hint */
	bool boundary;
};

struct profile {
	struct framework framework; /* name NULL: none, the rules are for boundaries */
	const struct rule *rules;
	size_t n;
	struct message message[2]; /* where framework.messages of a file are: one, and its end */
	/* Others are built on it: a parent that is recognised as one of them decides. */
	bool yields;
};

/* NULL if the rule is good, or else what is wrong with it; *key gets the name of which member. */
const char *rule__fault(const struct rule *rule, const char **key);

/* The profiles of one file. Their strings are those of the document. */
struct profile_file {
	json_t *document;
	struct profile *profiles;
	size_t n;
};

/*
 * known are those that "like" can name. 0, or a negative errno, with the reason in why and nothing
 * to be freed.
 */
int profile_file__read(struct profile_file *file, const char *path,
		       const struct profile *const *known, size_t n_known, char *why,
		       size_t why_bytes);
void profile_file__free(struct profile_file *file);

#endif /* OOMTRACE_RULES_H */
