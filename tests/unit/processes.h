/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Processes as a table, one a row, in the order in which they were started: what a snapshot of them
 * is, and what the record of one that was killed is.
 */
#ifndef OOMTRACE_TESTS_PROCESSES_H
#define OOMTRACE_TESTS_PROCESSES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "record/event.h"
#include "record/process.h"

#define MS	  1000000ULL
#define KILLED_NS (10000 * MS)
#define AFTER	  10001 /* start_ms of what was started after the kill */

/* A row ends where the rest is empty. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

struct row {
	uint32_t pid;
	uint32_t parent;	/* now */
	const char *args;	/* of its exec, | for NUL; NULL: it was only forked */
	const char *executable; /* NULL: Python's, or the forker's */
	const char *title;	/* NULL: its arguments, or the forker's title */
	const char *comm;	/* NULL: the executable, or the forker's comm */
	const char *ranks;	/* | for NUL */
	uint32_t forker;	/* 0: the parent */
	uint32_t session;	/* 0: the forker's, 1 if it is not in the table */
	uint32_t start_ms;	/* 0: before the kill, by its place in the table */
	bool zombie;
};

#define N_ROWS(rows) (sizeof(rows) / sizeof((rows)[0]))

static inline uint32_t rows__bytes(char *to, size_t room, const char *words)
{
	size_t n = strnlen(words, room);

	for (size_t i = 0; i < n; i++)
		to[i] = words[i] == '|' ? '\0' : words[i];
	return n;
}

static inline void rows__exec(struct process *p, const struct row *row)
{
	p->forked_only = false;
	p->exec = (struct exec_key){0xffff000000000000 + 64 * row->pid, 0x7ffc0000};
	memset(p->args, 0, sizeof(p->args));
	p->args_bytes = rows__bytes(p->args, sizeof(p->args), row->args);
	snprintf(p->executable, sizeof(p->executable), "%s", "python3.11");
	snprintf(p->title, sizeof(p->title), "%s", row->args);
	for (char *c = p->title; *c; c++)
		*c = *c == '|' ? ' ' : *c;
	if (*p->title && p->title[strlen(p->title) - 1] == ' ')
		p->title[strlen(p->title) - 1] = '\0';
	snprintf(p->comm, REC_COMM_BYTES, "%.15s",
		 row->executable ? row->executable : p->executable);
}

/* forker: NULL, it is not in the table. */
static inline struct process rows__process(const struct row *row, const struct process *forker,
					   size_t place)
{
	struct process p = {.session_id = 1};

	if (forker)
		p = *forker;
	p.pid = p.vpid = row->pid;
	p.parent_pid = row->parent;
	p.start_ns = (row->start_ms ? row->start_ms : 1000 + place / 10.0) * MS;
	p.rss_bytes = 100 << 20;
	p.cgroup_id = 21;
	p.zombie = row->zombie;
	p.forked_only = true;
	if (row->args)
		rows__exec(&p, row);
	if (row->executable)
		snprintf(p.executable, sizeof(p.executable), "%s", row->executable);
	if (row->title)
		snprintf(p.title, sizeof(p.title), "%s", row->title);
	if (row->comm)
		snprintf(p.comm, REC_COMM_BYTES, "%s", row->comm);
	if (row->ranks)
		p.ranks_bytes = rows__bytes(p.ranks, sizeof(p.ranks), row->ranks);
	if (row->session)
		p.session_id = row->session;
	return p;
}

static inline struct process *snapshot__find(const struct snapshot *s, uint32_t pid)
{
	for (size_t i = s->n; i--;)
		if (s->processes[i].pid == pid)
			return &s->processes[i];
	return NULL;
}

static inline void snapshot__add(struct snapshot *s, const struct row *row)
{
	const struct process *forker = snapshot__find(s, row->forker ? row->forker : row->parent);
	struct process p = rows__process(row, forker, s->n);

	if (s->n == s->room) {
		s->room = 2 * s->room + 64;
		s->processes = reallocarray(s->processes, s->room, sizeof(*s->processes));
	}
	s->processes[s->n++] = p;
}

/* To be freed: its processes. */
static inline struct snapshot snapshot__of(const struct row *rows, size_t n)
{
	struct snapshot s = {0};

	for (size_t i = 0; i < n; i++)
		snapshot__add(&s, &rows[i]);
	return s;
}

/* It is no longer there. */
static inline void snapshot__remove(struct snapshot *s, uint32_t pid)
{
	struct process *p = snapshot__find(s, pid);

	assert_non_null(p);
	memmove(p, p + 1, (char *)&s->processes[--s->n] - (char *)p);
}

/* It is no longer there, and what it leaves behind has another parent. */
static inline void snapshot__end(struct snapshot *s, uint32_t pid, uint32_t reaper)
{
	snapshot__remove(s, pid);
	for (size_t i = 0; i < s->n; i++)
		if (s->processes[i].parent_pid == pid)
			s->processes[i].parent_pid = reaper;
}

/* What its record says of one that was killed: everything but its title. */
static inline struct process snapshot__victim(const struct snapshot *s, uint32_t pid)
{
	struct process *p = snapshot__find(s, pid), victim;

	assert_non_null(p);
	victim = *p;
	memset(victim.title, 0, sizeof(victim.title));
	victim.zombie = false;
	return victim;
}

#endif /* OOMTRACE_TESTS_PROCESSES_H */
