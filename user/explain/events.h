/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What oomtrace recorded, as an index: of each kill and each incident when it was, of whom, and
 * where in which file its record is. Of 1 GB of records the index takes some tens of MB; a record
 * itself is read again when something is said of it.
 */
#ifndef OOMTRACE_EVENTS_H
#define OOMTRACE_EVENTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "journal/holes.h"
#include "journal/files.h"
#include "journal/journal.h"

#define EVENTS_LEVELS                                                                              \
	4 /* pid namespaces that a kill is found by: the outermost and the innermost */

/* Where a record is. */
struct place {
	uint64_t offset;
	uint32_t bytes;
	uint32_t file;
};

struct kill {
	int64_t ns;		      /* since 1970; INT64_MIN: not known */
	uint32_t pids[EVENTS_LEVELS]; /* the innermost first; 0: no more */
	uint64_t container;	      /* the first 16 digits of its id; 0: in none, or not known */
	uint64_t decision;	      /* joins it with its incident; 0: none */
	struct place place;
};

/* A record of an incident: open, or closed, which says more. */
struct incident_index {
	int64_t ns; /* of the record */
	uint64_t decision;
	bool closed;
	struct place place;
};

/* Which kills are kept; what is NULL or 0 filters nothing. */
struct events_filter {
	const char *pod;  /* name or UID */
	uint32_t pid;	  /* in whichever namespace */
	int64_t since_ns; /* INT64_MIN: no limit */
};

/* A signal that ended a process after a kill, in the incident whose record has it. */
struct signal_index {
	int64_t ns;
	uint32_t pid;
	uint32_t vpid; /* 0: not known */
	uint32_t at;   /* which of followed_by */
	struct place place;
};

struct events {
	const char *path;
	struct events_filter filter;
	struct journal_files
		found; /* the file and those that it was rotated to, the oldest first */
	FILE **files;  /* one for each of found; NULL: not read */
	size_t unread; /* how many of found, the oldest, are not read yet */
	struct refusals refusals;
	struct kill *kills;
	size_t n_kills, room_kills; /* in order of time once loaded */
	struct incident_index *incidents;
	size_t n_incidents, room_incidents;
	struct signal_index *signals;
	size_t n_signals, room_signals;
	struct holes holes;
	int cgroup_version; /* as the last start record says; 0: not known */
	bool klog;	    /* some are from the kernel's log */
};

/*
 * Reads path, and which files it was rotated to. What can't be read is told on err, with what to do,
 * and passed over. 0, or a negative errno, told on err: there is no such file.
 */
int events__read(struct events *events, const char *path, const struct events_filter *filter,
		 FILE *err);

/*
 * Reads also those that path was rotated to, as long as the records that are there begin after
 * from_ns. To be called before anything is looked up. 0 or -ENOMEM.
 */
int events__reach(struct events *events, int64_t from_ns);
void events__free(struct events *events);

/* When the last record was written, in ns since 1970; INT64_MIN: there is none. */
int64_t events__latest(const struct events *events);

/* The record itself, for the caller to json_decref(); NULL: it can't be read any more. */
json_t *events__record(const struct events *events, const struct place *place);

/* The incident that the kill belongs to; NULL: none was recorded. */
const struct incident_index *events__incident_of(const struct events *events,
						 const struct kill *kill);

#endif /* OOMTRACE_EVENTS_H */
