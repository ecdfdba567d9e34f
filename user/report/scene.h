/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * An incident's record to the group at the kill: who held what, what became of each, and the memory
 * of the cgroup before and after. Picture and table are made of it, so that they can't differ.
 */
#ifndef OOMTRACE_REPORT_SCENE_H
#define OOMTRACE_REPORT_SCENE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCENE_MEMBERS 64 /* a record has at most 32 victims and 32 survivors */
#define SCENE_DRAWN   12 /* of more than SCENE_FEW: a picture of all would say less */
#define SCENE_FEW     16

enum fate {
	FATE_KILLED, /* by the OOM killer */
	FATE_ENDED,  /* it outlived the kill and ended while it was watched */
	FATE_LIVES,
	FATE_UNKNOWN,
	N_FATES,
};

/* In the order in which they are shown. */
enum part {
	PART_MANAGER,
	PART_WORKER,
	PART_SUB_WORKER,
	PART_HELPER,
	PART_SINGLE,
	PART_UNKNOWN,
	N_PARTS,
};

/* Strings are the record's, as it has them; a number below 0 is not known. */
struct member {
	const char *title;
	const char *label; /* NULL: none */
	const char *kind;  /* of a victim; NULL: not known */
	const char *by;	   /* who sent it signal */
	int64_t pid, vpid;
	int64_t index, of;
	int64_t rss_bytes, swap_bytes;
	int64_t exited_ms; /* of a victim, since its kill */
	int64_t signal;	   /* that ended it afterwards; below 0: none */
	enum fate fate;
	enum part part;
	bool chosen;
	bool zombie;
	bool drawn; /* else it is one of a crowd */
};

struct scene {
	struct member members[SCENE_MEMBERS]; /* part by part */
	size_t n_members;
	int64_t left_out; /* members that the record only counts */
	int64_t n_killed; /* of all, left_out included */
	bool whole_machine;
	bool own_limit; /* of the victim's cgroup: whose limit was hit is not known */
	int64_t limit_bytes, before_bytes, after_bytes, freed_bytes;
};

/* The record has to outlive the scene. */
void scene__read(struct scene *s, const json_t *incident);

/* The most that is to be drawn; at least 1. */
int64_t scene__scale(const struct scene *s);

size_t scene__count(const struct scene *s, enum fate fate);

/* Those of a part and fate that are not drawn one by one; bytes of those whose size is known. */
struct crowd {
	size_t n;
	int64_t total_bytes, least_bytes, most_bytes; /* below 0: of none */
};

struct crowd scene__crowd(const struct scene *s, enum part part, enum fate fate);

/* What the killed held together; below 0: not of each is it known. */
int64_t scene__killed_bytes(const struct scene *s);

extern const char *const fate_words[N_FATES]; /* "killed" */
extern const char *const part_words[N_PARTS]; /* "manager" */

#endif /* OOMTRACE_REPORT_SCENE_H */
