/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What is to be done so that nothing is left of a group that an OOM kill has left inconsistent, as
 * memory.oom.group would have done it: whether it may be, who is to be ended, and when. Pure.
 */
#ifndef OOMTRACE_FINISH_H
#define OOMTRACE_FINISH_H

#include "profile/profile.h"

/* Less than this no manager needs to notice that a worker is dead, and to do something about it. */
#define FINISH_LEAST_WATCH_SECONDS 5
#define FINISH_MATCHES		   8

struct forest;
struct incident;

/* What whoever runs the tracer allows. */
struct finish_rules {
	enum finish_with { FINISH_NEVER, FINISH_TERM, FINISH_KILL } with; /* TERM: then KILL */
	bool enforce;			     /* false: it is only said what would be done */
	uint32_t grace_seconds;		     /* from SIGTERM to SIGKILL */
	uint32_t n_matches;		     /* 0: every group is meant */
	const char *matches[FINISH_MATCHES]; /* as in pod/match.h */
};

enum finish_state {
	FINISH_REFUSED,	  /* nobody is signalled, or nobody any more */
	FINISH_REHEARSED, /* all could be; it is a dry run */
	FINISH_SIGNALLED,
	FINISH_ENDED,	/* nobody is left */
	FINISH_REMAINS, /* some are, in spite of SIGKILL */
	FINISH_STOPPED, /* the tracer ended before the group */
};

enum finish_refusal {
	FINISH_ALLOWED,
	FINISH_UNSEEN,	   /* the tracer is in a pid namespace, and can't name them */
	FINISH_IN_ROOT,	   /* the group is in no container, unit or cgroup of its own */
	FINISH_UNCERTAIN,  /* that these processes are one group is a guess */
	FINISH_INCOMPLETE, /* who is in the group now could not be read as a whole */
	FINISH_NOBODY,	   /* nobody of it lives */
	FINISH_MEMBER,	   /* one of them must not be ended, or can't be */
};

enum target_state {
	TARGET_FOUND, /* nothing is against it */
	TARGET_SIGNALLED,
	TARGET_GONE,
	/* What follows is against ending any of the group: all or none. */
	TARGET_INIT,	  /* PID 1 of the machine */
	TARGET_SELF,	  /* the tracer */
	TARGET_OUTSIDE,	  /* it has left the scope */
	TARGET_PROTECTED, /* oom_score_adj is -1000: memory.oom.group would spare it, too */
	TARGET_FAILED,	  /* err says why */
};

struct target {
	struct process process;
	enum role role; /* ROLE_UNKNOWN: it was started after the kill */
	enum target_state state;
	int err;
};

/* How far it is with one group. */
struct finish {
	enum finish_state state;
	enum finish_refusal refusal;
	const char *match;	/* that allows it; NULL: all are allowed */
	struct target *targets; /* in the order of their start, so that a manager ends first */
	size_t n;
	bool alone;	/* nobody else lives in the scope */
	bool by_cgroup; /* by cgroup.kill, not one by one */
	int err;	/* 0, or why the snapshot is not whole */
	uint64_t scope_id;
	int signal;	   /* the latest; 0: none yet */
	unsigned int step; /* number of the record */
	uint64_t time_ns;  /* of this step */
	uint64_t until_ns; /* when the latest signal has had its time */
	uint64_t pause_ns; /* until it is looked at again */
};

/*
 * Whether this is a group to finish, and by which of the matches (*match NULL: there are none). Never
 * before its incident is closed, and then only if it was watched to the end: an inconsistent verdict
 * is one that the group's manager, its supervisor or its operator can still mend.
 */
bool finish__is_due(const struct finish_rules *rules, const struct incident *in,
		    const char **match);

/*
 * Who of the group lives now, with what is against ending it as far as that can be told from here.
 * What was signalled before stays TARGET_SIGNALLED. f->err and f->scope_id are those of the
 * snapshot, now is outcome__regrow(), self_pid the tracer's as the kernel numbers it, 0 where it
 * has no such number for itself. 0, or -ENOMEM with f as it was.
 */
int finish__plan(struct finish *f, const struct incident *in, const struct forest *now,
		 uint32_t self_pid);

/* Whether a target's state is against ending the group. */
bool target__is_obstacle(const struct target *t);

enum finish_next {
	FINISH_WAIT,   /* until f->time_ns + f->pause_ns */
	FINISH_SIGNAL, /* send f->signal to the targets that are TARGET_FOUND */
	FINISH_CLOSE,  /* it is over, and f->state says how */
};

/* What is next after finish__plan(), at f->time_ns. */
enum finish_next finish__next(struct finish *f, const struct finish_rules *rules);

void finish__free(struct finish *f); /* NULL is allowed */

#endif /* OOMTRACE_FINISH_H */
