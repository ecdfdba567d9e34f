// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Several incidents at once, and more than there is room for. */
#include "group/follow_ups.h"
#include "app.h"

/* ---- several ---- */

/* Two decisions about one group, each with what it knows. */
static void two_of_one_group(void **state)
{
	struct incident *first, *second;

	START(app);
	world__kill(&w, 3, 12);
	first = world__opens(&w);
	w.now_ns += 5 * MS;
	world__victim_exits(&w, 3, 1);
	snapshot__end(&w.now, 12, 1);
	world__kill(&w, 4, 13);
	second = world__opens(&w);
	assert_ptr_not_equal(first, second);
	assert_int_equal(second->outcome.alike, 2);
	world__signal(&w, 10, 14);
	assert_int_equal(first->n_follow_ups, 1);
	assert_int_equal(second->n_follow_ups, 1);
	assert_int_equal(incidents__count(w.incidents), 2);
}

/* As many as are watched, opened. */
static void watch_all_there_is_room_for(struct world *world)
{
	for (uint64_t id = 1; id <= INCIDENTS_WATCHED; id++) {
		world__kill(world, id, 12);
		world__opens(world);
	}
}

static void more_than_can_be_watched(void **state)
{
	static const struct row rows[] = {{10, 1, "a|"}, {11, 10}, {12, 10}};
	struct incident *in;
	uint64_t at_ms;

	START(rows);
	watch_all_there_is_room_for(&w);
	world__kill_beside(&w, 100, 12, true);
	world__kill_beside(&w, 100, 11, false);
	assert_null(incidents__overtaken(w.incidents));
	world__decided(&w, 100);
	in = world__closes(&w, &at_ms);
	assert_int_equal(in->oom_id, 100);
	assert_int_equal(in->n_victims, 2);
	assert_true(in->unwatched);
	assert_int_equal(in->verdict, VERDICT_NONE);
	assert_int_equal(at_ms, 0);
	incidents__drop(w.incidents, in);
	assert_int_equal(incidents__count(w.incidents), INCIDENTS_WATCHED);
	assert_int_equal(incidents__lost(w.incidents), 0);
}

/* Victims of an unwatched one come one after another, too. */
static void the_unwatched_is_told_once(void **state)
{
	enum news news;

	START(app);
	watch_all_there_is_room_for(&w);
	world__kill_beside(&w, 100, 12, true);
	assert_null(world__look(&w, &news));
	world__kill_beside(&w, 100, 11, false);
	world__decided(&w, 100);
	assert_int_equal(world__look(&w, &news)->n_victims, 2);
	assert_int_equal(news, NEWS_CLOSED);
}

/* A storm that is read in one go: each is told when the next comes, whatever its end. */
static void the_next_decision_ends_the_one_before(void **state)
{
	struct incident *in;

	START(app);
	watch_all_there_is_room_for(&w);
	world__kill_beside(&w, 100, 12, true);
	for (uint64_t id = 101; id < 200; id++) {
		world__kill_beside(&w, id, 12, true);
		world__kill_beside(&w, id, 11, false);
		in = incidents__overtaken(w.incidents);
		assert_int_equal(in->oom_id, id - 1);
		assert_int_equal(in->n_victims, id == 101 ? 1 : 2);
		assert_int_equal(incident__look(in, &w.now, w.now_ns), NEWS_CLOSED);
		incidents__drop(w.incidents, in);
	}
	assert_int_equal(incidents__lost(w.incidents), 0);
}

static void counts_those_without_room(void **state)
{
	START(app);
	watch_all_there_is_room_for(&w);
	world__kill_beside(&w, 100, 12, true);
	world__kill_beside(&w, 101, 12, true);
	world__kill_beside(&w, 102, 12, true); /* nobody has looked */
	world__kill_beside(&w, 102, 11, false);
	world__kill_beside(&w, 103, 12, true);
	assert_int_equal(incidents__count(w.incidents), INCIDENTS_WATCHED + 2);
	assert_int_equal(incidents__lost(w.incidents), 2);
}

static void closes_all_at_the_end(void **state)
{
	struct incident *in;

	START(app);
	world__kill(&w, 3, 12);
	world__opens(&w);
	world__kill_beside(&w, 4, 13, true);
	in = world__cut_short(&w);
	assert_int_equal(in->oom_id, 3);
	assert_true(in->cut_short);
	assert_int_equal(in->stage, STAGE_CLOSED);
	assert_int_equal(in->verdict, VERDICT_DEGRADED);
	incidents__drop(w.incidents, in);
	in = world__cut_short(&w);
	assert_int_equal(in->oom_id, 4);
	assert_int_equal(in->group.n, 0);
	incidents__drop(w.incidents, in);
	assert_null(world__cut_short(&w));
}

/* ---- many ---- */

#define MANY 5000

/* memory.oom.group kills all of them, and each exits. */
static void many_victims(void **state)
{
	static struct row rows[MANY];
	struct incident *in;

	for (uint32_t i = 0; i < MANY; i++)
		rows[i] = (struct row){.pid = 1000 + i, .parent = i ? 1000 : 1};
	rows[0].args = "app|";
	START(rows);
	for (uint32_t i = 0; i < MANY; i++)
		world__kill_beside(&w, 3, 1000 + i, i == 7);
	world__decided(&w, 3);
	in = world__opens(&w);
	assert_int_equal(in->n_victims, MANY);
	assert_int_equal(in->verdict, VERDICT_WHOLE_GROUP);
	for (uint32_t i = 0; i < MANY; i++)
		world__victim_exits(&w, 3, 1 + i);
	w.now.n = 0;
	assert_closes(20, VERDICT_WHOLE_GROUP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(two_of_one_group),
		TEST(more_than_can_be_watched),
		TEST(the_unwatched_is_told_once),
		TEST(the_next_decision_ends_the_one_before),
		TEST(counts_those_without_room),
		TEST(closes_all_at_the_end),
		TEST(many_victims),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
