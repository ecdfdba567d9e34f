/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Where in a file of profiles we are, its strings by name, and how it is refused. */
#ifndef OOMTRACE_READING_H
#define OOMTRACE_READING_H

#include <jansson.h>

#include "profile/rules.h"

/* Which file is read, and where in it we are. */
struct reading {
	const char *path;
	char where[96]; /* "frameworks[2].rules[0]" */
	const struct profile *const *known;
	size_t n_known;
	char *why;
	size_t why_bytes;
};

struct member {
	const char *key;
	size_t offset; /* of the char pointer it is for */
	size_t bytes;  /* that it may have, its NUL included */
};

#define N(array) (sizeof(array) / sizeof((array)[0]))

const struct member *member__find(const struct member *members, size_t n, const char *key);

/* The member of that object. */
const char **member__in(void *object, const struct member *m);

/* Says in r->why what is wrong with a key of the place; NULL: with all of it. Returns -EINVAL. */
int reading__refuse(struct reading *r, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* 0, or -EINVAL. *string stays the document's. */
int reading__string(struct reading *r, const struct member *m, const json_t *value,
		    const char **string);

/* An array of rules into the profile: of boundaries where it has no name. 0, or a negative errno. */
int reading__rules(struct reading *r, json_t *array, struct profile *profile);

#endif /* OOMTRACE_READING_H */
