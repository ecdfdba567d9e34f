/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Text for people, into a buffer of the caller's. What does not fit is cut. Never allocates. */
#ifndef OOMTRACE_WORDS_H
#define OOMTRACE_WORDS_H

#include "node/gfp.h"
#include "node/node.h"
#include "record/event.h"

#define WORDS_COLUMNS 80

struct words {
	char *buf;
	size_t cap;
	size_t len;
};

void __attribute__((format(printf, 2, 3))) words__put(struct words *t, const char *format, ...);

/* The code point at s, of used bytes: a control character as \xNN or \uNNNN, a backslash doubled. */
void words__character(struct words *t, const char *s, uint32_t cp, size_t used);

/* A stranger's text, its characters as above. */
void words__name(struct words *t, const char *s);

/* "250.0 MiB" */
void words__size(struct words *t, uint64_t bytes);

/* "04:10:14.012Z": the date is in the JSON. Of a boot without one, as dmesg: "[    4.136985]". */
void words__time(struct words *t, const struct node *node, uint64_t boot_ns);

/* The names of the flags of the request that failed. */
void decision__gfp(const struct decision_event *d, char text[GFP_TEXT_BYTES]);

void words__path(struct words *t, const struct cgroup_facts *c);
/* "pod ml/ranker-0, container server", "container 3f1d4c559a0e"; nothing where there is neither. */
void words__identity(struct words *t, const struct identity *identity);
void words__limits(struct words *t, const struct cgroup_facts *c);

/*
 * s, which goes on at a column, and a newline. Lines end between words, and within a word only where
 * it is longer than a line; each but the first begins indent columns in.
 */
void words__wrap(struct words *t, const char *s, size_t column, size_t indent);

/* The length. Text that was cut ends in a newline. */
long words__finish(struct words *t);

#endif /* OOMTRACE_WORDS_H */
