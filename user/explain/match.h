/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A claim of an application's log and the records: which kill it is about, or who else ended the
 * process, or when a kill can have gone unrecorded.
 */
#ifndef OOMTRACE_EXPLAIN_MATCH_H
#define OOMTRACE_EXPLAIN_MATCH_H

#include "explain/app_log.h"
#include "explain/events.h"

enum answer {
	ANSWER_OOM,	  /* killed by the OOM killer */
	ANSWER_KILLED,	  /* by a SIGKILL that was not the OOM killer's */
	ANSWER_OTHERWISE, /* it ended by itself or by another signal, as the line says */
	ANSWER_NO_RECORD, /* not known */
};

struct finding {
	const struct claim *claim; /* NULL: the question was about the records alone */
	enum answer answer;
	/* What the kill and the claim have in common; time alone makes it only likely. */
	bool by_pid, by_time, by_container;
	bool already_exiting;	  /* the kernel marked it as a victim, but it was dying already */
	unsigned int others;	  /* kills of other processes that fit as well */
	const struct kill *index; /* of the kill; NULL: none */
	json_t *kill;		  /* its record */
	json_t *incident;	  /* its incident, or that of the signal; NULL: none */
	const json_t *signal;	  /* one of the incident's followed_by; NULL: none */
	const struct claim *told; /* an earlier line about the same kill; set by the caller */
	const struct claim *runs; /* the line that says what the process ran */
	const struct claim *manager; /* the line in which the framework says that it will kill it */
	const struct hole *hole;     /* the time without records that it falls in; NULL: none */
};

/* 0, or -EIO: a record can't be read any more. finding__done() in either case. */
int match__claim(struct finding *f, const struct events *events, const struct app_log *log,
		 const struct claim *claim);

/* A finding about a kill of the index, without a claim. */
int match__kill(struct finding *f, const struct events *events, const struct kill *kill);

void finding__done(struct finding *f);

#endif /* OOMTRACE_EXPLAIN_MATCH_H */
