// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What ties a process to its parent, edge by edge; and that many processes cost no more than many. */
#include "group/group.h"
#include "processes.h"
#include "profiles.h"

#define SPAWN "python3|-c|from multiprocessing.spawn import spawn_main; spawn_main()|"

static struct forest grown(const struct snapshot *s, const struct process *victims, size_t n)
{
	struct forest f;

	assert_int_equal(forest__grow(&f, s, victims, n, KILLED_NS, profiles), 0);
	return f;
}

static int place(const struct forest *f, uint32_t pid)
{
	for (int i = 0; i < f->n; i++)
		if (f->members[i].process.pid == pid)
			return i;
	fail_msg("%u is not there", pid);
	return -1;
}

/* The edge from a process to the parent, 0: to none. The victim, 0: none, is in the snapshot. */
static void assert_edge(const struct row *rows, size_t n, uint32_t victim_pid, uint32_t pid,
			enum edge edge, uint32_t parent)
{
	struct snapshot s = snapshot__of(rows, n);
	struct process victim = {0};
	struct forest f;
	struct member *m;

	if (victim_pid)
		victim = snapshot__victim(&s, victim_pid);
	f = grown(&s, &victim, victim_pid != 0);
	m = &f.members[place(&f, pid)];
	assert_int_equal(m->edge, edge);
	assert_int_equal(m->parent < 0 ? 0 : f.members[m->parent].process.pid, parent);
	forest__free(&f);
	free(s.processes);
}

#define ASSERT_EDGE(rows, victim, pid, edge, parent)                                               \
	assert_edge(rows, N_ROWS(rows), victim, pid, edge, parent)

/* ---- edges ---- */

static void forked(void **state)
{
	static const struct row rows[] = {{10, 1, "app|", "app"}, {11, 10}, {12, 11}};

	ASSERT_EDGE(rows, 0, 11, EDGE_FORKED, 10);
	ASSERT_EDGE(rows, 0, 12, EDGE_FORKED, 11);
	ASSERT_EDGE(rows, 0, 10, EDGE_NONE, 0);
}

/* Even where the parent is a shell: it is the shell. */
static void forked_by_a_shell(void **state)
{
	static const struct row rows[] = {{10, 1, "bash|x.sh|", "bash"}, {11, 10}};

	ASSERT_EDGE(rows, 0, 11, EDGE_FORKED, 10);
}

static void launched(void **state)
{
	static const struct row rows[] = {{10, 1, "python3|app.py|"},
					  {11, 10, SPAWN},
					  {20, 1, "bash|", "bash"},
					  {21, 20, SPAWN}};

	ASSERT_EDGE(rows, 0, 11, EDGE_LAUNCHED, 10);
	ASSERT_EDGE(rows, 0, 21, EDGE_NONE, 0);
}

static void with_a_rank(void **state)
{
	static const struct row rows[] = {
		{10, 1, "launcher|", "launcher", .ranks = "RANK=0|"},
		{11, 10, "train|", "train", .ranks = "RANK=1|"},
		{12, 10, "helper|", "helper", .ranks = "RANK=0|"},
		{13, 10, "other|", "other"},
		{20, 1, "sh|", "sh"},
		{21, 20, "train|", "train", .ranks = "RANK=1|"},
	};

	ASSERT_EDGE(rows, 0, 11, EDGE_RANKS, 10);
	ASSERT_EDGE(rows, 0, 12, EDGE_NONE, 0);
	ASSERT_EDGE(rows, 0, 13, EDGE_NONE, 0);
	ASSERT_EDGE(rows, 0, 21, EDGE_NONE, 0);
}

static void alike(void **state)
{
	static const struct row rows[] = {
		{10, 1, "manager|", "manager"},
		{11, 10, "model|--port=8001|", "model"},
		{12, 10, "model|--port=18002|", "model"},
		{13, 10, "model|--port=8003|--debug|", "model"},
		{14, 10, "other|--port=8001|", "other"},
		{20, 1, "manager|", "manager"},
		{21, 20, "model|--port=8001|", "model"},
		{30, 1, "runsvdir|/etc/service|", "runsvdir"},
		{31, 30, "model|--port=8001|", "model"},
		{32, 30, "model|--port=8002|", "model"},
	};

	ASSERT_EDGE(rows, 0, 11, EDGE_ALIKE, 10);
	ASSERT_EDGE(rows, 0, 12, EDGE_ALIKE, 10);
	ASSERT_EDGE(rows, 0, 13, EDGE_NONE, 0);
	ASSERT_EDGE(rows, 0, 14, EDGE_NONE, 0);
	ASSERT_EDGE(rows, 0, 21, EDGE_NONE, 0);
	ASSERT_EDGE(rows, 0, 32, EDGE_NONE, 0);
}

/* What was alike is found by the record of the victim when the snapshot has it no more. */
static void alike_but_for_the_victim(void **state)
{
	static const struct row rows[] = {
		{10, 1, "manager|", "manager"},
		{11, 10, "model|1|", "model"},
		{12, 10, "model|2|", "model"},
	};
	struct snapshot s = snapshot__of(rows, N_ROWS(rows));
	struct process victim = snapshot__victim(&s, 11);
	struct forest f;

	snapshot__remove(&s, 11);
	f = grown(&s, &victim, 1);
	assert_int_equal(f.members[place(&f, 12)].edge, EDGE_ALIKE);
	assert_int_equal(f.members[place(&f, 11)].root, place(&f, 10));
	assert_true(f.members[place(&f, 11)].victim);
	assert_false(f.members[place(&f, 11)].seen);
	forest__free(&f);
	free(s.processes);
}

/* ---- orphans ---- */

static void orphaned(void **state)
{
	static const struct row rows[] = {
		{10, 1, "app|", "app"},
		{11, 1, .forker = 10},
		{12, 1, SPAWN},
		{20, 1, "app|", "app"},
		{21, 1, .forker = 20},
		{22, 1, "tool|", "tool"},
		{30, 1, SPAWN, "app"},
		{31, 1, SPAWN, "app", .session = 2},
		{9, 1, "older|", "older", .start_ms = 500},
		{8, 1, .forker = 10, .start_ms = 500},
	};

	ASSERT_EDGE(rows, 10, 11, EDGE_ORPHANED, 10);
	ASSERT_EDGE(rows, 10, 12, EDGE_NONE, 0); /* another program */
	ASSERT_EDGE(rows, 10, 21, EDGE_NONE, 0); /* another exec of the same */
	ASSERT_EDGE(rows, 10, 22, EDGE_NONE, 0);
	ASSERT_EDGE(rows, 10, 30, EDGE_SESSION, 10);
	ASSERT_EDGE(rows, 10, 31, EDGE_NONE, 0); /* another session */
	ASSERT_EDGE(rows, 10, 8, EDGE_NONE, 0);	 /* older than the victim */
}

/* An orphan of several victims hangs from the one that was exec'ed, then from the oldest. */
static void orphaned_by_the_likeliest(void **state)
{
	static const struct row rows[] = {
		{10, 1, "app|", "app"}, {11, 10}, {12, 11}, {13, 1, .forker = 12}};
	struct snapshot s = snapshot__of(rows, N_ROWS(rows));
	struct process victims[] = {snapshot__victim(&s, 12), snapshot__victim(&s, 11),
				    snapshot__victim(&s, 10)};
	struct forest f = grown(&s, victims, 3);

	assert_int_equal(f.members[place(&f, 13)].parent, place(&f, 10));
	forest__free(&f);
	f = grown(&s, victims, 2);
	assert_int_equal(f.members[place(&f, 13)].parent, place(&f, 11));
	forest__free(&f);
	free(s.processes);
}

/* Without the keys of execs, under a reaper in the scope: no fork of the reaper. */
static void orphaned_without_keys(void **state)
{
	static const struct row rows[] = {
		{2, 1, "tini|--|app|", "tini"}, {10, 2, "app|", "app"}, {11, 2, .forker = 10}};
	struct snapshot s = snapshot__of(rows, N_ROWS(rows));
	struct process victim;
	struct forest f;

	for (size_t i = 0; i < s.n; i++)
		s.processes[i].exec = (struct exec_key){0};
	victim = snapshot__victim(&s, 10);
	f = grown(&s, &victim, 1);
	assert_int_equal(f.members[place(&f, 11)].edge, EDGE_NONE);
	forest__free(&f);
	free(s.processes);
}

/* ---- members ---- */

static void later_ones_are_marked(void **state)
{
	static const struct row rows[] = {
		{10, 1, "app|", "app"}, {11, 10, .start_ms = 10000}, {12, 10, .start_ms = AFTER}};
	struct snapshot s = snapshot__of(rows, N_ROWS(rows));
	struct forest f = grown(&s, NULL, 0);

	assert_false(f.members[place(&f, 11)].later);
	assert_true(f.members[place(&f, 12)].later);
	forest__free(&f);
	/* as a process that is known from elsewhere, too */
	f = grown(&s, &s.processes[2], 1);
	assert_true(f.members[place(&f, 12)].later);
	forest__free(&f);
	free(s.processes);
}

static void finds_by_pid_and_start(void **state)
{
	static const struct row rows[] = {{11, 1, "a|", .start_ms = 3000},
					  {10, 1, "b|", .start_ms = 2000},
					  {11, 1, "c|", .start_ms = 1000},
					  {12, 11, .start_ms = 2000}};
	struct snapshot s = snapshot__of(rows, N_ROWS(rows));
	struct forest f = grown(&s, NULL, 0);

	assert_int_equal(forest__find(&f, 11, 3000 * MS), 2);
	assert_int_equal(forest__find(&f, 11, 1000 * MS), 1);
	assert_int_equal(forest__find(&f, 11, 2000 * MS), -1);
	assert_int_equal(forest__find(&f, 9, 1000 * MS), -1);
	assert_int_equal(forest__find(&f, 13, 1000 * MS), -1);
	forest__free(&f);
	assert_int_equal(forest__find(&f, 11, 1000 * MS), -1);
	free(s.processes);
}

/* Parents in a ring can't be, unless somebody makes them up. */
static void no_ring_is_followed(void **state)
{
	static const struct row rows[] = {{10, 12, SPAWN, .start_ms = 1000},
					  {11, 10, SPAWN, .start_ms = 1000},
					  {12, 11, SPAWN, .start_ms = 1000},
					  {13, 13, SPAWN, .start_ms = 1000}};
	struct snapshot s = snapshot__of(rows, N_ROWS(rows));
	struct forest f = grown(&s, NULL, 0);

	assert_int_equal(f.members[place(&f, 10)].parent, -1);
	assert_int_equal(f.members[place(&f, 12)].root, place(&f, 10));
	assert_int_equal(f.members[place(&f, 13)].parent, -1);
	forest__free(&f);
	free(s.processes);
}

static void prunes(void **state)
{
	static const struct row rows[] = {{10, 1, "a|"}, {20, 1, "b|"}, {11, 10},
					  {21, 20},	 {12, 11},	{22, 20}};
	struct snapshot s = snapshot__of(rows, N_ROWS(rows));
	struct process victims[] = {snapshot__victim(&s, 22), snapshot__victim(&s, 12)};
	struct forest f = grown(&s, victims, 2);

	forest__prune(&f, place(&f, 22));
	assert_int_equal(f.n, 3);
	assert_int_equal(f.n_victims, 1);
	assert_int_equal(f.members[f.victims[0]].process.pid, 22);
	assert_int_equal(f.members[place(&f, 20)].parent, -1);
	assert_int_equal(f.members[place(&f, 21)].parent, place(&f, 20));
	assert_int_equal(f.members[place(&f, 22)].root, place(&f, 20));
	forest__free(&f);
	free(s.processes);
}

/* ---- many ---- */

#define MEMBERS	  5000
#define UNRELATED 20000

/* Workers of one manager, the odd ones spawned, among orphans of other people's. */
static struct snapshot crowd(uint32_t workers_parent)
{
	struct snapshot s = {.room = 1 + MEMBERS + UNRELATED};
	struct row manager = {1000, 1, "app|"}, other = {30000, 1, SPAWN, .session = 7};

	s.processes = calloc(s.room, sizeof(*s.processes));
	s.processes[s.n++] = rows__process(&manager, NULL, 0);
	for (uint32_t i = 1; i <= MEMBERS; i++) {
		struct row worker = {1000 + i, workers_parent, i % 2 ? SPAWN : NULL, .session = 1};

		s.processes[s.n] = rows__process(&worker, &s.processes[0], s.n);
		s.n++;
	}
	for (uint32_t i = 0; i < UNRELATED; i++) {
		struct row orphan = {30001 + i, 2, i % 2 ? SPAWN : NULL, .session = 7};
		struct process forker = rows__process(&other, NULL, s.n);

		s.processes[s.n] = rows__process(&orphan, &forker, s.n);
		s.n++;
	}
	return s;
}

/* Nothing is asserted of the time; something quadratic would be noticed in it. */
static void assert_crowd(const struct snapshot *s, const struct process *victims, size_t n)
{
	struct forest f = grown(s, victims, n);
	struct group g;

	forest__prune(&f, place(&f, 1000));
	assert_int_equal(f.n, 1 + MEMBERS);
	assert_int_equal(group__find(&g, &f, place(&f, 1000)), 0);
	assert_int_equal(g.places[place(&f, 1001)].of, MEMBERS / 2);
	assert_int_equal(g.places[place(&f, 1002)].of, MEMBERS / 2);
	group__free(&g);
	forest__free(&f);
}

static void many_workers(void **state)
{
	struct snapshot s = crowd(1000);
	struct process victim = snapshot__victim(&s, 1000);

	assert_crowd(&s, &victim, 1);
	free(s.processes);
}

static void many_victims(void **state)
{
	struct snapshot s = crowd(1000);

	assert_crowd(&s, s.processes, 1 + MEMBERS);
	free(s.processes);
}

static void many_orphans(void **state)
{
	struct snapshot s = crowd(2);

	assert_crowd(&s, s.processes, 1 + MEMBERS);
	free(s.processes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forked),
		cmocka_unit_test(forked_by_a_shell),
		cmocka_unit_test(launched),
		cmocka_unit_test(with_a_rank),
		cmocka_unit_test(alike),
		cmocka_unit_test(alike_but_for_the_victim),
		cmocka_unit_test(orphaned),
		cmocka_unit_test(orphaned_by_the_likeliest),
		cmocka_unit_test(orphaned_without_keys),
		cmocka_unit_test(later_ones_are_marked),
		cmocka_unit_test(finds_by_pid_and_start),
		cmocka_unit_test(no_ring_is_followed),
		cmocka_unit_test(prunes),
		cmocka_unit_test(many_workers),
		cmocka_unit_test(many_victims),
		cmocka_unit_test(many_orphans),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
