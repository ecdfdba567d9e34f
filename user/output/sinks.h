/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Where records go: a file of JSON lines, and stdout as text or JSON lines. What goes wrong there
 * is said on stderr, once.
 */
#ifndef OOMTRACE_SINKS_H
#define OOMTRACE_SINKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "options/options.h"
#include "output/file.h"
#include "output/stream.h"

struct sinks {
	const char *path; /* of the file; NULL: none */
	bool text;	  /* stdout gets text */
	struct file file;
	struct stream out;
	bool out_open;
};

/* 0, or a negative errno; it has been said why. */
int sinks__open(struct sinks *s, const struct options *options);

/* One record in both forms, at most one victim's. */
struct rendering {
	const char *json;
	size_t json_bytes;
	const char *text;
	size_t text_bytes; /* 0: has no text */
	bool victim;
};

/*
 * Whether it is written, or waits and will be: in the file, if there is one, else on stdout. In the
 * file it is durable after sinks__sync() only.
 */
bool sinks__put(struct sinks *s, const struct rendering *r);

/* Victims that wait for the file, or without one for stdout. */
uint64_t sinks__waiting(const struct sinks *s);

/* Whether nobody takes records any more. */
bool sinks__finished(const struct sinks *s);

/* Makes durable what the file has; wanted when nothing is more urgent: stdout waits for no disk. */
void sinks__sync(struct sinks *s);
bool sinks__want_sync(const struct sinks *s);

/* What is due; and on SIGHUP. */
void sinks__tick(struct sinks *s);
bool sinks__needs_tick(const struct sinks *s);
void sinks__reopen(struct sinks *s);

/* To be called when sinks__fd() is writable, which is of interest while stdout has lines to
 * take. */
void sinks__flush(struct sinks *s);
bool sinks__pending(const struct sinks *s);
int sinks__fd(const struct sinks *s);

/*
 * Whether what waits for the file, or without one for stdout, leaves room for the longest record. Until
 * then more of them had better wait where they are.
 */
bool sinks__have_room(const struct sinks *s);

/* Waits until a reader of stdout has taken all that waits for it. A full disk is no reader. */
void sinks__drain(struct sinks *s);

/* At the end, when much is to be told at once: waits for a reader of stdout that reads. */
void sinks__settle(struct sinks *s);

/* log.record.uid of the file's last record before this run; "": none. */
const char *sinks__last_uid(const struct sinks *s);

/* Tries for the last time. Returns the number of records that are lost with that. */
uint64_t sinks__close(struct sinks *s);

#endif /* OOMTRACE_SINKS_H */
