// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Whom no framework's rules tie: who belongs to the victim's group, and who to another. */
#include "group_words.h"

/* ---- no framework ---- */

static void siblings_that_are_alike(void **state)
{
	static const struct row rows[] = {
		{10, 1, "/srv/manager|", "manager"},
		{11, 10, "/srv/model|--port=8001|", "model"},
		{12, 10, "/srv/model|--port=8002|", "model"},
		{13, 10, "/srv/metrics|--port=9000|", "metrics"},
	};

	ASSERT_GROUP(rows, 12,
		     "nothing known, medium, manager 10, top 10\n"
		     "10 manager\n"
		     "11 worker 1/2 <10\n"
		     "12 worker 2/2 <10!\n");
}

/* ---- what must stay apart ---- */

static void two_groups_under_one_shell(void **state)
{
	static const struct row rows[] = {
		{5, 1, "bash|-c|a & b|", "bash"},
		{10, 5, "python3|a.py|"},
		{20, 5, "python3|b.py|"},
		{11, 10},
		{21, 20},
		{12, 10},
		{22, 20},
	};

	ASSERT_GROUP(rows, 22,
		     "nothing known, strong, manager 20, top 20\n"
		     "20 manager\n"
		     "21 worker 1/2 <20\n"
		     "22 worker 2/2 <20!\n");
}

/* (python3 a.py) & in a shell: a subshell is a fork of the shell, and as much of a boundary. */
static void two_groups_under_subshells(void **state)
{
	static const struct row rows[] = {
		{5, 1, "bash|-c|(a) & (b)|", "bash"},
		{6, 5},
		{7, 5},
		{10, 6, SPAWN(7)},
		{20, 7, SPAWN(8)},
		{21, 20},
	};

	ASSERT_GROUP(
		rows, 21,
		"multiprocessing, strong, manager 20, top 20\n20 manager\n21 worker 1/1 <20!\n");
}

static void two_services_under_supervisord(void **state)
{
	static const struct row rows[] = {
		{5, 1, "/usr/bin/python3|/usr/bin/supervisord|-n|"},
		{10, 5, "python3|/usr/bin/gunicorn|-b|:8001|app:app|"},
		{20, 5, "python3|/usr/bin/gunicorn|-b|:8002|app:app|"},
		{11, 10},
		{21, 20},
	};

	ASSERT_GROUP(rows, 11,
		     "gunicorn, strong, manager 10, top 10\n10 manager\n11 worker 1/1 <10!\n");
}

/* ---- orphans ---- */

/* The manager is the victim, and has ended: its workers are the reaper's, which is in the scope. */
static void orphans_of_the_victim(void **state)
{
	static const struct row rows[] = {
		{2, 1, "tini|--|python3|app.py|", "tini"},
		{10, 2, "python3|app.py|"},
		{11, 2, .forker = 10},
		{12, 2, .forker = 10},
		{13, 2, SPAWN(7)},
		{20, 2, "python3|other.py|"},
		{21, 20},
	};

	ASSERT_GROUP(rows, 10,
		     "multiprocessing, strong, ambiguous, manager 10, top 10\n"
		     "10 manager!\n"
		     "11 worker 1/2 <10\n"
		     "12 worker 2/2 <10\n"
		     "13 worker 1/1 <10\n");
}

/* A subreaper of the same Python, of another exec: no fork of its own. */
static void orphans_under_a_subreaper(void **state)
{
	static const struct row rows[] = {
		{5, 1, "python3|reaper.py|"},
		{10, 5, "python3|app.py|"},
		{11, 5, .forker = 10},
		{12, 5, .forker = 10},
	};

	ASSERT_GROUP(rows, 10,
		     "nothing known, strong, manager 10, top 10\n"
		     "10 manager!\n"
		     "11 worker 1/2 <10\n"
		     "12 worker 2/2 <10\n");
}

/* PID 1 is not in the scope: their parent is missing from the snapshot. */
static void parents_missing(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|app.py|"}, {11, 1, .forker = 10}, {12, 1, SPAWN(7)}};
	struct snapshot s = snapshot__of(rows, N_ROWS(rows));
	struct process victim = snapshot__victim(&s, 10);

	snapshot__remove(&s, 10);
	assert_group_of(&s, &victim, 1,
			"multiprocessing, strong, ambiguous, manager 10, top 10\n"
			"10 manager!\n"
			"11 worker 1/1 <10\n"
			"12 worker 1/1 <10\n");
	free(s.processes);
}

/* Worker and manager are victims: what the worker forked is the worker's as long as it is there. */
static void orphans_of_two_victims(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|app.py|"},
		{11, 1, .forker = 10},
		{12, 1, .forker = 11},
		{13, 1, .forker = 10},
	};
	struct snapshot s = snapshot__of(rows, N_ROWS(rows));
	struct process victims[] = {snapshot__victim(&s, 11), snapshot__victim(&s, 10)};

	assert_group_of(&s, victims, 2,
			"nothing known, strong, manager 10, top 10\n"
			"10 manager!\n"
			"11 worker 1/3 <10!\n"
			"12 worker 2/3 <10\n"
			"13 worker 3/3 <10\n");
	free(s.processes);
}

/* ---- who is who ---- */

/* The victim's pid and that of its manager were used before, and after. */
static void pids_are_reused(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|app.py|"},
		{11, 10},
		{12, 10},
	};
	static const struct row again = {12, 1, "sleep|1|", "sleep", .start_ms = AFTER};
	struct snapshot s = snapshot__of(rows, N_ROWS(rows));
	struct process victim = snapshot__victim(&s, 12);

	snapshot__remove(&s, 12);
	snapshot__add(&s, &again);
	assert_group_of(&s, &victim, 1,
			"nothing known, strong, manager 10, top 10\n"
			"10 manager\n"
			"11 worker 1/2 <10\n"
			"12 worker 2/2 <10!\n");
	free(s.processes);
}

/* Its parent's pid is now that of a process which started after it: not its parent. */
static void a_parent_is_older(void **state)
{
	static const struct row rows[] = {
		{11, 10, SPAWN(7), .start_ms = 2000},
		{10, 1, "python3|app.py|", .start_ms = 3000},
	};

	ASSERT_GROUP(rows, 11, "multiprocessing, strong, manager 0, top 11\n11 single! ~\n");
}

static void zombies_belong_to_it(void **state)
{
	static const struct row rows[] = {{10, 1, "python3|app.py|"},
					  {11, 10, .zombie = true},
					  {12, 10, .zombie = true},
					  {13, 10}};

	ASSERT_GROUP(rows, 12,
		     "nothing known, strong, manager 10, top 10\n"
		     "10 manager\n"
		     "11 worker 1/3 <10\n"
		     "12 worker 2/3 <10!\n"
		     "13 worker 3/3 <10\n");
}

/* memory.oom.group: nobody is left, and the snapshot is empty. */
static void all_are_victims(void **state)
{
	static const struct row rows[] = {{10, 1, "python3|app.py|"}, {11, 10}, {12, 10}};
	struct snapshot s = snapshot__of(rows, N_ROWS(rows)), empty = {0};
	struct process victims[] = {snapshot__victim(&s, 12), snapshot__victim(&s, 11),
				    snapshot__victim(&s, 10)};

	assert_group_of(&empty, victims, 3,
			"nothing known, strong, manager 10, top 10\n"
			"10 manager!\n"
			"11 worker 1/2 <10!\n"
			"12 worker 2/2 <10!\n");
	free(s.processes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(siblings_that_are_alike),
		cmocka_unit_test(two_groups_under_one_shell),
		cmocka_unit_test(two_groups_under_subshells),
		cmocka_unit_test(two_services_under_supervisord),
		cmocka_unit_test(orphans_of_the_victim),
		cmocka_unit_test(orphans_under_a_subreaper),
		cmocka_unit_test(parents_missing),
		cmocka_unit_test(orphans_of_two_victims),
		cmocka_unit_test(pids_are_reused),
		cmocka_unit_test(a_parent_is_older),
		cmocka_unit_test(zombies_belong_to_it),
		cmocka_unit_test(all_are_victims),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
