/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A part of a line, and what is taken from either of its ends. Each cut__ returns whether it was
 * there; if not, nothing is changed. Names in the middle of a line come from strangers and may
 * contain anything: what is left when both ends are taken away is such a name.
 */
#ifndef OOMTRACE_SLICE_H
#define OOMTRACE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slice {
	const char *s;
	size_t n;
};

struct slice slice__of(const char *text);
bool slice__is(struct slice a, const char *text);
bool slice__equal(struct slice a, struct slice b);
bool slice__begins(struct slice a, const char *text);

/* The place of text in s, at from or later; -1: it is not there. */
long slice__find(struct slice s, const char *text, size_t from);
/* The last place; -1: it is not there. */
long slice__find_last(struct slice s, const char *text);

/* Ended by a NUL, cut to size - 1 bytes. */
void slice__copy(struct slice s, char *to, size_t size);

bool cut__prefix(struct slice *s, const char *text);
bool cut__suffix(struct slice *s, const char *text);
void cut__spaces(struct slice *s);

/* A decimal number that fits 64 bits. */
bool cut__number(struct slice *s, uint64_t *number);
bool cut__last_number(struct slice *s, uint64_t *number);
/* The same; it may be negative. */
bool cut__last_signed(struct slice *s, int64_t *number);

/* Up to 16 hexadecimal digits. */
bool cut__hex(struct slice *s, uint64_t *number);

/* Cuts up to text and text itself; front gets what was before it. */
bool cut__until(struct slice *s, const char *text, struct slice *front);

#endif /* OOMTRACE_SLICE_H */
