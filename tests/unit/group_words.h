/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A group in words: who is in it, and what each is. */
#ifndef OOMTRACE_TESTS_GROUP_WORDS_H
#define OOMTRACE_TESTS_GROUP_WORDS_H

#include "group/group.h"
#include "processes.h"
#include "profiles.h"

static inline uint32_t pid_of(const struct forest *f, int i)
{
	return i < 0 ? 0 : f->members[i].process.pid;
}

/* "12 worker EngineCore 1/2 <10!": its manager is 10, and ! is for a victim, + for a late one. */
static inline void describe_member(const struct group *g, int i, FILE *out)
{
	const struct member *m = &g->forest->members[i];
	const struct place *p = &g->places[i];

	fprintf(out, "%u %s", m->process.pid, role__name(p->role));
	if (m->hint.label[0])
		fprintf(out, " %s", m->hint.label);
	if (p->of)
		fprintf(out, " %d/%d", p->index, p->of);
	if (p->manager >= 0)
		fprintf(out, " <%u", pid_of(g->forest, p->manager));
	fprintf(out, "%s%s%s\n", m->victim ? "!" : "", m->later ? "+" : "", p->nearest ? "" : " ~");
}

static inline void describe(const struct group *g, char *text, size_t room)
{
	FILE *out = fmemopen(text, room, "w");

	fprintf(out, "%s, %s%s, manager %u, top %u\n",
		g->framework ? g->framework->name : "nothing known", strength__name(g->strength),
		g->ambiguous ? ", ambiguous" : "", pid_of(g->forest, g->manager),
		pid_of(g->forest, g->top));
	for (int k = 0; k < g->n; k++)
		describe_member(g, g->members[k], out);
	fclose(out);
}

/* The group that the first of the victims belonged to. */
static inline void assert_group_of(const struct snapshot *s, const struct process *victims,
				   size_t n, const char *expected)
{
	char text[4096];
	struct forest f;
	struct group g;

	assert_int_equal(forest__grow(&f, s, victims, n, KILLED_NS, profiles), 0);
	assert_int_equal(group__find(&g, &f, forest__find(&f, victims[0].pid, victims[0].start_ns)),
			 0);
	describe(&g, text, sizeof(text));
	assert_string_equal(text, expected);
	group__free(&g);
	forest__free(&f);
}

static inline void assert_group(const struct row *rows, size_t n, uint32_t victim_pid,
				const char *expected)
{
	struct snapshot s = snapshot__of(rows, n);
	struct process victim = snapshot__victim(&s, victim_pid);

	assert_group_of(&s, &victim, 1, expected);
	free(s.processes);
}

#define ASSERT_GROUP(rows, victim, expected) assert_group(rows, N_ROWS(rows), victim, expected)

/* ---- the command lines of Python's own processes ---- */

#define TRACKER "python3|-c|from multiprocessing.resource_tracker import main;main(5)|"
#define SPAWN(fd)                                                                                  \
	"python3|-c|from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5, "       \
	"pipe_handle=" #fd ")|--multiprocessing-fork|"
#define FORKSERVER "python3|-c|from multiprocessing.forkserver import main; main(6, 7, [], {})|"

#endif /* OOMTRACE_TESTS_GROUP_WORDS_H */
