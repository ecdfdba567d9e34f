/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Processes as a table of what they show, and what is recognised in each. */
#ifndef OOMTRACE_TESTS_SIGHTS_H
#define OOMTRACE_TESTS_SIGHTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "profiles.h"

struct who {
	const char *executable; /* NULL: Python's */
	const char *args;	/* of the exec, | for NUL */
	const char *title;	/* NULL: what the arguments were */
	const char *comm;	/* NULL: the executable's name */
	bool forked;
};

enum { LAUNCHED = 1, BOUNDARY = 2 };

struct sight {
	struct who who;
	const char *framework; /* NULL: none */
	enum role role;
	const char *label; /* NULL: none */
	int flags;
	struct who parent; /* without args: not known */
};

static inline struct process process_of(const struct who *who)
{
	struct process p = {.forked_only = who->forked};
	const char *executable = who->executable ? who->executable : "python3.11";
	const char *args = who->args;

	p.args_bytes = strnlen(args, sizeof(p.args));
	for (size_t i = 0; i < p.args_bytes; i++)
		p.args[i] = args[i] == '|' ? '\0' : args[i];
	snprintf(p.title, sizeof(p.title), "%s", who->title ? who->title : args);
	for (char *c = p.title; !who->title && *c; c++)
		*c = *c == '|' ? ' ' : *c;
	snprintf(p.executable, sizeof(p.executable), "%s", executable);
	snprintf(p.comm, REC_COMM_BYTES, "%s", who->comm ? who->comm : executable);
	return p;
}

static inline void assert_sight(const struct sight *s)
{
	struct process process = process_of(&s->who), parent;
	struct hint hint;

	if (s->parent.args)
		parent = process_of(&s->parent);
	hint = profiles__hint(profiles, &process, s->parent.args ? &parent : NULL);
	if (strcmp(hint.framework ? hint.framework->name : "", s->framework ? s->framework : "") ||
	    hint.role != s->role || strcmp(hint.label, s->label ? s->label : "") ||
	    hint.launched != !!(s->flags & LAUNCHED) || hint.boundary != !!(s->flags & BOUNDARY))
		fail_msg("%s \"%s\" (%s): %s, role %d, label \"%s\"%s%s", process.executable,
			 process.title, process.comm,
			 hint.framework ? hint.framework->name : "not recognised", hint.role,
			 hint.label, hint.launched ? ", launched" : "",
			 hint.boundary ? ", boundary" : "");
}

#define ASSERT_SIGHTS(sights)                                                                      \
	for (size_t i = 0; i < sizeof(sights) / sizeof((sights)[0]); i++)                          \
	assert_sight(&(sights)[i])

/* The command lines of what more than one part of the table is about. */
#define GUNICORN "/usr/bin/python3|/usr/bin/gunicorn|-w|2|app:app|"
#define SPAWN                                                                                      \
	"/usr/bin/python3|-c|from multiprocessing.spawn import spawn_main; "                       \
	"spawn_main(tracker_fd=5, pipe_handle=7)|--multiprocessing-fork|"
#define FORKSERVER                                                                                 \
	"/usr/bin/python3|-c|from multiprocessing.forkserver import main; main(8, 9, ['app'])|"
#define TRACKER "/usr/bin/python3|-c|from multiprocessing.resource_tracker import main;main(4)|"

#endif /* OOMTRACE_TESTS_SIGHTS_H */
