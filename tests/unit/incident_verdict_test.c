// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What became of a group, from what lives when it is looked at: each verdict. */
#include "group/follow_ups.h"
#include "app.h"

static void single(void **state)
{
	static const struct row rows[] = {{10, 1, "python3|app.py|"}, {20, 1, "python3|other.py|"}};

	START(rows);
	world__kill(&w, 3, 10);
	assert_int_equal(world__opens(&w)->verdict, VERDICT_SINGLE);
	w.now_ns += 5 * MS;
	snapshot__end(&w.now, 10, 1);
	world__victim_exits(&w, 3, 1);
	assert_closes(25, VERDICT_SINGLE);
}

static void helper_lost(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|app.py|"},
		{11, 10, "python3|-c|from multiprocessing.resource_tracker import main;main(5)|"},
		APP(12)};

	START(rows);
	world__kill(&w, 3, 11);
	world__opens(&w);
	snapshot__end(&w.now, 11, 1);
	world__victim_exits(&w, 3, 1);
	assert_closes(20, VERDICT_HELPER_LOST);
}

/* Also where the kernel chose a helper. */
static void whole_group(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|app.py|"},
		{11, 10, "python3|-c|from multiprocessing.resource_tracker import main;main(5)|"},
		APP(12)};

	START(rows);
	w.oom_group = true;
	world__kill_beside(&w, 3, 11, true);
	world__kill_beside(&w, 3, 10, false);
	world__kill_beside(&w, 3, 12, false);
	world__decided(&w, 3);
	assert_string_equal(incident__expected(world__opens(&w)), "whole_cgroup");
	for (uint64_t seq = 1; seq <= 3; seq++)
		world__victim_exits(&w, 3, seq);
	w.now.n = 0;
	assert_closes(20, VERDICT_WHOLE_GROUP);
}

/* One that its namespace's end came to before the OOM killer did is no survivor. */
static void whole_group_without_a_mark(void **state)
{
	struct incident *in;
	enum news news;

	START(app);
	w.oom_group = true;
	world__kill_beside(&w, 3, 12, true);
	world__kill_beside(&w, 3, 10, false);
	world__kill_beside(&w, 3, 11, false);
	world__kill_beside(&w, 3, 14, false);
	assert_null(world__look(&w, &news));
	snapshot__end(&w.now, 13, 1);
	world__decided(&w, 3);
	in = world__opens(&w);
	assert_int_equal(incident__count_survivors(in), 0);
	for (uint64_t seq = 1; seq <= 4; seq++)
		world__victim_exits(&w, 3, seq);
	w.now.n = 0;
	assert_closes(20, VERDICT_WHOLE_GROUP);
}

static void group_exit(void **state)
{
	START(app);
	world__kill(&w, 3, 12);
	world__opens(&w);
	world__is_quiet(&w, 2500);
	world__victim_exits(&w, 3, 1);
	world__end(&w, 11);
	world__end(&w, 13);
	world__end(&w, 14);
	world__end(&w, 10);
	assert_closes(2520, VERDICT_GROUP_EXIT);
}

/* torchrun: all ranks are ended and started anew. */
static void group_restart(void **state)
{
	START(app);
	world__kill(&w, 3, 12);
	world__opens(&w);
	world__is_quiet(&w, 700);
	for (uint32_t pid = 11; pid <= 14; pid++)
		world__end(&w, pid);
	world__is_quiet(&w, 800);
	for (uint32_t pid = 21; pid <= 24; pid++)
		world__start(&w, (struct row)APP(pid));
	assert_closes(2000, VERDICT_GROUP_RESTART);
}

static void respawned(void **state)
{
	struct incident *in;

	START(app);
	world__kill(&w, 3, 12);
	in = world__opens(&w);
	w.now_ns += 10 * MS;
	world__victim_exits(&w, 3, 1);
	world__end(&w, 12);
	world__start(&w, (struct row)APP(15));
	world__is_quiet(&w, 500);
	assert_int_equal(in->outcome.new_alike, 1);
	assert_int_equal(in->outcome.alike_now, 3);
	assert_closes(1030, VERDICT_RESPAWNED);
}

/* It loads for long before it calls itself what its elders do. */
static void respawned_without_its_title_yet(void **state)
{
#define SPAWNED(fd)                                                                                \
	"python3|-c|from multiprocessing.spawn import spawn_main; spawn_main(pipe_handle=" #fd     \
	")|--multiprocessing-fork|"
	static const struct row rows[] = {
		{10, 1, "python3|app.py|"},
		{11, 10, SPAWNED(9), .title = "dask worker [tcp://h:1]"},
		{12, 10, SPAWNED(11), .title = "dask worker [tcp://h:2]"},
		{13, 10, SPAWNED(13), .title = "dask worker [tcp://h:3]"},
	};

	START(rows);
	world__kill(&w, 3, 11);
	world__opens(&w);
	w.now_ns += 10 * MS;
	world__victim_exits(&w, 3, 1);
	world__end(&w, 11);
	world__start(&w, (struct row){14, 10, SPAWNED(15)});
	assert_closes(1030, VERDICT_RESPAWNED);
}

/* Its first look was at what had only just been forked, and had its manager's title still. */
static void respawned_with_the_title_of_its_manager(void **state)
{
#define MASTER "nginx: master process nginx"
#define WORKER "nginx: worker process"
	static const struct row rows[] = {
		{10, 1, "nginx|", .executable = "nginx", .title = MASTER},
		{11, 10, .title = WORKER},
		{12, 10, .title = WORKER},
		{13, 10, .title = WORKER},
	};

	START(rows);
	world__kill(&w, 3, 12);
	w.now_ns += 2 * MS;
	snapshot__end(&w.now, 12, 1);
	world__start(&w, (struct row){14, 10});
	assert_string_equal(snapshot__find(&w.now, 14)->title, MASTER);
	world__opens(&w);
	world__victim_exits(&w, 3, 1);
	strcpy(snapshot__find(&w.now, 14)->title, WORKER);
	assert_closes(1022, VERDICT_RESPAWNED);
}

/* The manager was faster than the first snapshot. */
static void respawned_at_once(void **state)
{
	struct incident *in;

	START(app);
	world__kill(&w, 3, 12);
	w.now_ns += 2 * MS;
	snapshot__end(&w.now, 12, 1);
	world__start(&w, (struct row)APP(15));
	in = world__opens(&w);
	assert_int_equal(in->outcome.survivors, 4);
	assert_int_equal(in->outcome.new_alike, 1);
	world__victim_exits(&w, 3, 1);
	assert_closes(1002, VERDICT_RESPAWNED);
}

/* It ended by itself, and nobody has asked how: whom it had started has another parent by now. */
static void its_manager_is_a_zombie_by_the_first_look(void **state)
{
	struct incident *in;

	START(app);
	world__kill(&w, 3, 12);
	snapshot__find(&w.now, 10)->zombie = true;
	for (uint32_t pid = 13; pid <= 14; pid++)
		snapshot__find(&w.now, pid)->parent_pid = 1;
	in = world__opens(&w);
	assert_int_equal(in->forest.members[in->group.manager].process.pid, 10);
	assert_int_equal(in->fates[in->group.manager], FATE_ZOMBIE);
}

/* What replaced it is killed as well, and not replaced any more. */
static void respawned_for_a_moment(void **state)
{
	START(app);
	world__kill(&w, 3, 12);
	w.now_ns += 2 * MS;
	snapshot__end(&w.now, 12, 1);
	world__start(&w, (struct row)APP(15));
	world__opens(&w);
	world__is_quiet(&w, 300);
	snapshot__end(&w.now, 15, 1);
	assert_closes(30002, VERDICT_DEGRADED);
}

/* A new one under another's victim's pid. */
static void respawned_with_its_pid(void **state)
{
	START(app);
	world__kill(&w, 3, 12);
	world__opens(&w);
	w.now_ns += 10 * MS;
	world__end(&w, 12);
	world__start(&w, (struct row)APP(12));
	assert_closes(1030, VERDICT_RESPAWNED);
}

/* One of two is back. */
static void degraded_by_half(void **state)
{
	START(app);
	world__kill_beside(&w, 3, 12, true);
	world__kill_beside(&w, 3, 13, false);
	world__decided(&w, 3);
	world__opens(&w);
	snapshot__end(&w.now, 12, 1);
	snapshot__end(&w.now, 13, 1);
	w.now_ns += 10 * MS;
	world__start(&w, (struct row)APP(15));
	assert_closes(30000, VERDICT_DEGRADED);
}

static void degraded(void **state)
{
	START(app);
	world__kill(&w, 3, 12);
	world__opens(&w);
	world__victim_exits(&w, 3, 1);
	snapshot__end(&w.now, 12, 1);
	assert_closes(30000, VERDICT_DEGRADED);
}

static void headless(void **state)
{
	START(app);
	world__kill(&w, 3, 10);
	world__opens(&w);
	world__victim_exits(&w, 3, 1);
	snapshot__end(&w.now, 10, 1);
	assert_closes(30000, VERDICT_HEADLESS);
}

/* Their parent-death signal ends the workers. */
static void headless_for_a_moment(void **state)
{
	struct incident *in;

	START(app);
	world__kill(&w, 3, 10);
	in = world__opens(&w);
	for (uint32_t pid = 11; pid <= 14; pid++) {
		struct signal_event e = world__signal_event(&w, 10, pid);

		e.sender_exiting = 1;
		incidents__on_signal(w.incidents, &e);
	}
	assert_int_equal(in->n_follow_ups, 4);
	assert_string_equal(follow_up__sender(in, &in->follow_ups[3]), "parent_death");
	world__victim_exits(&w, 3, 1);
	w.now.n = 0;
	assert_closes(20, VERDICT_GROUP_EXIT);
}

static void unreaped(void **state)
{
	START(app);
	world__kill(&w, 3, 12);
	world__opens(&w);
	world__victim_exits(&w, 3, 1);
	world__zombie(&w, 12);
	assert_closes(30000, VERDICT_UNREAPED);
}

static void unreaped_for_a_moment(void **state)
{
	START(app);
	world__kill(&w, 3, 12);
	world__opens(&w);
	world__victim_exits(&w, 3, 1);
	world__zombie(&w, 12);
	world__is_quiet(&w, 900);
	snapshot__end(&w.now, 12, 1);
	world__start(&w, (struct row)APP(15));
	assert_closes(2000, VERDICT_RESPAWNED);
}

/* A worker and its loader are victims: what counts is the worker's place, not the loader's. */
static void the_place_of_a_sub_manager(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|app.py|"}, APP(11), APP(12), {20, 11}, {21, 11}};

	START(rows);
	world__kill(&w, 3, 20);
	world__opens(&w);
	world__victim_exits(&w, 3, 1);
	world__is_quiet(&w, 100);
	world__end(&w, 20);
	world__end(&w, 21);
	world__end(&w, 11);
	world__is_quiet(&w, 300);
	world__start(&w, (struct row)APP(31));
	assert_closes(1500, VERDICT_RESPAWNED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(single),
		TEST(helper_lost),
		TEST(whole_group),
		TEST(whole_group_without_a_mark),
		TEST(group_exit),
		TEST(group_restart),
		TEST(respawned),
		TEST(respawned_without_its_title_yet),
		TEST(respawned_with_the_title_of_its_manager),
		TEST(respawned_at_once),
		TEST(its_manager_is_a_zombie_by_the_first_look),
		TEST(respawned_for_a_moment),
		TEST(respawned_with_its_pid),
		TEST(degraded_by_half),
		TEST(degraded),
		TEST(headless),
		TEST(headless_for_a_moment),
		TEST(unreaped),
		TEST(unreaped_for_a_moment),
		TEST(the_place_of_a_sub_manager),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
