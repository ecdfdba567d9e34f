/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Patterns for what processes call themselves. A pattern is literal text, but for
 *
 *     *      any text, or none
 *     < >    around the part that says which one it is: its label; once at most
 *     \      before one of these four: itself
 *
 * and matches the whole of a text or nothing of it: "gunicorn: worker [<*>]" gives "app" for
 * "gunicorn: worker [app]". No alternatives and no recursion, so that no text makes it slow: at
 * worst as many steps as pattern times text has bytes.
 */
#ifndef OOMTRACE_PATTERN_H
#define OOMTRACE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes that belong to somebody else, without a NUL. */
struct text {
	const char *at;
	size_t len;
};

/* NULL if the pattern is good, or else what is wrong with it. */
const char *pattern__fault(const char *pattern);

/* The fewest bytes that a matching text has. */
size_t pattern__least(const char *pattern);

bool pattern__has_label(const char *pattern);

/* For good patterns. *label is set only if it matches and has one. */
bool pattern__matches(const char *pattern, struct text text, struct text *label);

#endif /* OOMTRACE_PATTERN_H */
