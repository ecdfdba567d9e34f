// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* One incident from the kill on: its victims, when it is looked at. */
#include <errno.h>

#include "group/follow_ups.h"
#include "app.h"

/* ---- gathering ---- */

static void opens_when_the_decision_is_through(void **state)
{
	struct incident *in;

	START(app);
	world__kill(&w, 3, 12);
	assert_int_equal(incidents__due_ns(w.incidents), w.now_ns);
	in = world__opens(&w);
	assert_int_equal(in->oom_id, 3);
	assert_int_equal(in->n_victims, 1);
	assert_int_equal(in->group.n, 5);
	assert_int_equal(in->outcome.survivors, 4);
	assert_int_equal(in->outcome.alike, 3);
	assert_string_equal(in->scope, "/demo");
	assert_string_equal(incident__expected(in), "one_process");
}

/* No hook tells the end of a decision: it is over when no victim came for a while. */
static void opens_without_the_end(void **state)
{
	enum news news;
	struct incident *in;

	START(app);
	world__kill_beside(&w, 3, 12, true);
	assert_null(world__look(&w, &news));
	w.now_ns += 30 * MS;
	world__kill_beside(&w, 3, 13, false);
	in = world__wait(&w, 1000, &news);
	assert_int_equal(news, NEWS_OPENED);
	assert_int_equal(w.now_ns, KILLED_NS + 80 * MS);
	assert_int_equal(in->n_victims, 2);
	assert_int_equal(in->outcome.survivors, 3);
	assert_int_equal(in->victims[in->chosen].process.pid, 12);
}

/* To look takes longer than to tell the next of them, who wait meanwhile. */
static void looks_at_many_once_all_are_told(void **state)
{
	enum news news;

	START(app);
	w.oom_group = true;
	world__kill_beside(&w, 3, 12, true);
	w.now_ns += 30 * MS;
	world__kill_beside(&w, 3, 13, false);
	w.now_ns += 30 * MS;
	assert_null(world__look(&w, &news));
	assert_int_equal(w.looks, 0);
	world__decided(&w, 3);
	world__opens(&w);
	assert_int_equal(w.looks, 1);
}

/* The first victim need not be the one that the kernel chose. */
static void the_chosen_one_stands_for_it(void **state)
{
	struct incident *in;

	START(app);
	world__kill_beside(&w, 3, 11, false);
	world__kill_beside(&w, 3, 13, true);
	world__kill_beside(&w, 3, 14, false);
	world__decided(&w, 3);
	in = world__opens(&w);
	assert_int_equal(in->victims[in->chosen].process.pid, 13);
	assert_int_equal(in->forest.members[in->group.victim].process.pid, 13);
	assert_int_equal(in->outcome.victims_alike, 3);
	assert_int_equal(in->outcome.alike, 1);
}

/* The flag may be that of the cgroup which was hit, above the victim's. */
static void the_hit_cgroup_promises(void **state)
{
	struct decision_event d = {.oom_id = 3, .hit = {.id = 20, .limits_known = true}};
	static struct exec_entry exec;
	struct victim_event e;
	struct incident *in;

	START(app);
	d.hit.oom_group = true;
	e = world__victim_event(&w, 3, snapshot__find(&w.now, 12), &exec);
	e.decision = &d;
	incidents__on_victim(w.incidents, &e);
	world__decided(&w, 3);
	in = world__opens(&w);
	assert_int_equal(incident__hit(in)->id, 20);
	assert_string_equal(incident__expected(in), "whole_cgroup");
	in->decision.hit.oom_group = false;
	assert_string_equal(incident__expected(in), "one_process");
	in->cgroup.limits_known = false;
	assert_null(incident__expected(in));
}

/* A mark alone has no decision, and a late victim is not of one that is open. */
static void what_is_no_victim_of_it(void **state)
{
	START(app);
	world__kill_beside(&w, 0, 12, true);
	assert_int_equal(incidents__count(w.incidents), 0);
	world__kill(&w, 3, 12);
	assert_int_equal(world__opens(&w)->n_victims, 1);
	world__kill_beside(&w, 3, 13, true);
	assert_int_equal(incidents__get(w.incidents, 0)->n_victims, 1);
}

static void victims_may_be_gone_before_the_snapshot(void **state)
{
	struct incident *in;

	START(app);
	world__kill(&w, 3, 12);
	world__victim_exits(&w, 3, 1);
	snapshot__end(&w.now, 12, 1);
	in = world__opens(&w);
	assert_int_equal(in->victims[0].exited_ns, KILLED_NS);
	assert_int_equal(in->group.places[in->group.victim].index, 2);
	assert_int_equal(in->fates[in->group.victim], FATE_GONE);
	assert_int_equal(in->outcome.survivors_now, 4);
}

static void an_exit_after_opening_is_its_own(void **state)
{
	struct incident *in;

	START(app);
	world__kill_beside(&w, 3, 12, true);
	world__kill_beside(&w, 3, 13, false);
	world__decided(&w, 3);
	in = world__opens(&w);
	w.now_ns += 12 * MS;
	world__victim_exits(&w, 3, 2);
	world__victim_exits(&w, 4, 1);
	world__victim_exits(&w, 3, 3);
	assert_int_equal(in->victims[0].exited_ns, 0);
	assert_int_equal(in->victims[1].exited_ns, KILLED_NS + 12 * MS);
	assert_true(in->victims[1].freed_known);
	assert_int_equal(in->due_ns, KILLED_NS + 32 * MS);
}

/* ---- looking ---- */

/* Nothing is heard of it: it is looked at, less and less often. */
static void looks_on_schedule(void **state)
{
	START(app);
	world__kill(&w, 3, 12);
	world__opens(&w);
	w.looks = 0;
	assert_closes(30000, VERDICT_DEGRADED);
	assert_int_equal(w.looks, 12);
}

static void may_not_be_watched_at_all(void **state)
{
	START(app);
	incidents__free(w.incidents);
	w.incidents = incidents__new(w.profiles, 0);
	world__kill(&w, 3, 12);
	world__opens(&w);
	assert_closes(0, VERDICT_DEGRADED);
}

static void looks_soon_after_something_happened(void **state)
{
	struct incident *in;

	START(app);
	world__kill(&w, 3, 12);
	in = world__opens(&w);
	world__is_quiet(&w, 4000);
	assert_int_equal(in->due_ns, KILLED_NS + 5000 * MS);
	world__zombie(&w, 13);
	assert_int_equal(in->due_ns, KILLED_NS + 4020 * MS);
	w.now_ns += 10 * MS;
	world__zombie(&w, 14);
	assert_int_equal(in->due_ns, KILLED_NS + 4020 * MS);
	world__is_quiet(&w, 4020);
	assert_int_equal(in->due_ns, KILLED_NS + 5000 * MS);
}

/* A look that failed says nothing, and least of all that everybody has ended. */
static void a_failed_look_says_nothing(void **state)
{
	struct incident *in;

	START(app);
	world__kill(&w, 3, 12);
	in = world__opens(&w);
	w.now_ns = in->due_ns;
	assert_int_equal(incident__look(in, &(struct snapshot){.err = -EPERM}, w.now_ns),
			 NEWS_NONE);
	assert_int_equal(in->outcome.survivors_now, 4);
	assert_closes(30000, VERDICT_DEGRADED);
}

/* Nor does one that is not whole: who is missing in it need not be gone. */
static void half_a_look_says_nothing(void **state)
{
	struct snapshot half;
	struct incident *in;

	START(app);
	world__kill(&w, 3, 12);
	in = world__opens(&w);
	half = (struct snapshot){.processes = w.now.processes, .n = 1, .err = -ENOMEM};
	w.now_ns = in->due_ns;
	incident__look(in, &half, w.now_ns);
	assert_int_equal(in->outcome.survivors_now, 4);
	assert_int_equal(in->verdict, VERDICT_DEGRADED);

	world__kill(&w, 4, 13);
	in = incidents__due(w.incidents, w.now_ns);
	assert_int_equal(incident__look(in, &half, w.now_ns), NEWS_OPENED);
	assert_int_equal(in->snapshot_err, -ENOMEM);
	assert_int_equal(in->verdict, VERDICT_NONE);
}

/* Without any snapshot there is no group, but the incident is told, and its error. */
static void no_snapshot_at_all(void **state)
{
	struct snapshot failed = {.err = -EPERM};
	struct incident *in;

	START(app);
	world__kill(&w, 3, 12);
	in = incidents__due(w.incidents, w.now_ns);
	assert_int_equal(incident__look(in, &failed, w.now_ns), NEWS_OPENED);
	assert_int_equal(in->snapshot_err, -EPERM);
	assert_int_equal(in->group.n, 0);
	world__victim_exits(&w, 3, 1);
	w.now_ns = in->due_ns;
	assert_int_equal(incident__look(in, &failed, w.now_ns), NEWS_CLOSED);
	assert_int_equal(in->verdict, VERDICT_NONE);
}

/* The scope has nobody in it any more, or is gone: what is known of the victims is the group. */
static void nobody_is_there(void **state)
{
	struct incident *in;

	START(app);
	for (uint32_t pid = 10; pid <= 14; pid++)
		world__kill_beside(&w, 3, pid, pid == 12);
	world__decided(&w, 3);
	w.now.n = 0;
	in = world__opens(&w);
	assert_int_equal(in->snapshot_err, 0);
	assert_int_equal(in->group.n, 5);
	assert_closes(50, VERDICT_WHOLE_GROUP);
}

/* ---- the whole story ---- */

/*
 * Five workers of one flow. Its liveness poll finds one dead within 1 s; the others are joined for
 * 5 s, one after another, and then killed. The application stays.
 */
static void aqueduct(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|app.py|"},
		{11, 10, "python3|-c|from multiprocessing.resource_tracker import main;main(5)|"},
		APP(12),
		APP(13),
		APP(14),
		APP(15),
		APP(16)};
	struct incident *in;

	START(rows);
	world__kill(&w, 3, 14);
	in = world__opens(&w);
	assert_int_equal(in->group.places[in->group.victim].index, 3);
	assert_int_equal(in->group.places[in->group.victim].of, 5);
	assert_int_equal(in->outcome.alike, 4);
	assert_int_equal(in->outcome.survivors, 5);
	world__victim_exits(&w, 3, 1);
	world__zombie(&w, 14);
	world__is_quiet(&w, 900);
	snapshot__end(&w.now, 14, 1);
	world__is_quiet(&w, 20900);
	assert_int_equal(in->verdict, VERDICT_DEGRADED);
	for (uint32_t pid = 12; pid <= 16; pid += pid == 13 ? 2 : 1) {
		world__signal(&w, 10, pid);
		world__end(&w, pid);
	}
	world__is_quiet(&w, 21000);
	assert_int_equal(in->verdict, VERDICT_MANAGER_ONLY);
	assert_int_equal(in->n_follow_ups, 4);
	for (int i = 0; i < 4; i++)
		assert_string_equal(follow_up__sender(in, &in->follow_ups[i]), "manager");
	assert_closes(30000, VERDICT_MANAGER_ONLY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(opens_when_the_decision_is_through),
		TEST(opens_without_the_end),
		TEST(looks_at_many_once_all_are_told),
		TEST(the_chosen_one_stands_for_it),
		TEST(the_hit_cgroup_promises),
		TEST(what_is_no_victim_of_it),
		TEST(victims_may_be_gone_before_the_snapshot),
		TEST(an_exit_after_opening_is_its_own),
		TEST(looks_on_schedule),
		TEST(may_not_be_watched_at_all),
		TEST(looks_soon_after_something_happened),
		TEST(a_failed_look_says_nothing),
		TEST(half_a_look_says_nothing),
		TEST(no_snapshot_at_all),
		TEST(nobody_is_there),
		TEST(aqueduct),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
