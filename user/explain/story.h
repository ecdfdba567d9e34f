/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the records say of one kill, for a person: who it was, whose limit was hit, who was left, how
 * far memory fell, whether what is left can work, and what would have ended all of it together.
 */
#ifndef OOMTRACE_STORY_H
#define OOMTRACE_STORY_H

#include "explain/match.h"
#include "render/words.h"

/* Adds a paragraph, wrapped and indented; an empty one adds nothing. */
void story__paragraph(struct words *t, const char *paragraph);

/* "2026-11-24 04:10:14.012Z" */
void story__moment(struct words *t, int64_t ns);

/* "worker 3 of 5 of gunicorn (pid 612, 37 in its namespace)" */
void story__who(struct words *t, const struct finding *f);

/* What it held, and the limit that was hit: sentences, without a newline. */
void story__held(struct words *t, const struct finding *f);

/* Who sent the finding's signal: "the manager (python3, pid 600)". */
void story__sender(struct words *t, const json_t *signal);

/*
 * Whether the limit that was hit is that of a cgroup above the victim's: of a pod, whose containers
 * share it.
 */
bool story__is_above(const json_t *kill);

/* The rest, in paragraphs. cgroup_version is the machine's; 0: not known. */
void story__after(struct words *t, const struct finding *f, int cgroup_version);

#endif /* OOMTRACE_STORY_H */
