// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Signals after a kill: who sent them, and which are kept. */
#include "group/follow_ups.h"
#include "app.h"

static void names_the_senders(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|app.py|"}, APP(11), APP(12), {20, 11}, {21, 11}};
	struct signal_event e;
	struct incident *in;

	START(rows);
	world__kill(&w, 3, 20);
	in = world__opens(&w);
	world__signal(&w, 11, 21);
	world__signal(&w, 10, 21);
	world__signal(&w, 12, 21);
	world__signal(&w, 1, 21);
	world__signal(&w, 99, 21);
	e = world__signal_event(&w, 11, 21);
	e.sender_exiting = 1;
	incidents__on_signal(w.incidents, &e);
	e.from_kernel = true;
	incidents__on_signal(w.incidents, &e);
	e.pid = 77;
	incidents__on_signal(w.incidents, &e);
	assert_int_equal(in->n_follow_ups, 7);
	assert_string_equal(follow_up__sender(in, &in->follow_ups[0]), "manager");
	assert_string_equal(follow_up__sender(in, &in->follow_ups[1]), "manager");
	assert_string_equal(follow_up__sender(in, &in->follow_ups[2]), "member");
	assert_string_equal(follow_up__sender(in, &in->follow_ups[3]), "init");
	assert_string_equal(follow_up__sender(in, &in->follow_ups[4]), "other");
	assert_string_equal(follow_up__sender(in, &in->follow_ups[5]), "parent_death");
	assert_string_equal(follow_up__sender(in, &in->follow_ups[6]), "kernel");
	for (int i = 0; i < 2 * INCIDENT_FOLLOW_UPS; i++)
		world__signal(&w, 10, 21);
	assert_int_equal(in->n_follow_ups, 7 + 2 * INCIDENT_FOLLOW_UPS);
}

/* A manager may be faster than any snapshot: the signals are there before the group is known. */
static void names_the_senders_of_the_first_moment(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|app.py|"}, APP(11), APP(12), APP(13), {30, 1, "nginx|"}};
	struct signal_event e;
	struct incident *in;

	START(rows);
	world__kill(&w, 3, 11);
	world__signal(&w, 10, 30);
	e = world__signal_event(&w, 10, 13);
	e.from_kernel = true;
	incidents__on_signal(w.incidents, &e);
	world__signal(&w, 10, 12);
	snapshot__find(&w.now, 12)->zombie = true;
	in = world__opens(&w);
	assert_int_equal(in->n_follow_ups, 1);
	assert_int_equal(in->follow_ups[0].pid, 12);
	assert_string_equal(follow_up__sender(in, &in->follow_ups[0]), "manager");
	assert_int_equal(incident__count_survivors(in), 3);
	assert_int_equal(in->outcome.survivors_now, 2);
}

/* Who was gone by the first look was one if the manager ended it; of a stranger's nobody knows. */
static void names_whom_the_manager_ended_at_once(void **state)
{
	struct incident *in;

	START(app);
	world__kill(&w, 3, 11);
	world__signal(&w, 10, 12);
	world__signal(&w, 12, 13);
	world__signal(&w, 99, 14);
	for (uint32_t pid = 12; pid <= 14; pid++)
		snapshot__end(&w.now, pid, 1);
	in = world__opens(&w);
	assert_int_equal(in->n_follow_ups, 1);
	assert_int_equal(in->follow_ups[0].pid, 12);
	assert_string_equal(follow_up__sender(in, &in->follow_ups[0]), "manager");
	assert_int_equal(incident__count_survivors(in), 1);
}

/* The victim had workers of its own, which had asked to be told of its death. */
static void names_whom_the_victim_took_along(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|app.py|"}, APP(11), APP(12), {21, 11}, {22, 11}};
	struct signal_event e;
	struct incident *in;

	START(rows);
	world__kill(&w, 3, 11);
	for (uint32_t pid = 21; pid <= 22; pid++) {
		e = world__signal_event(&w, 11, pid);
		e.sender_exiting = pid == 21;
		incidents__on_signal(w.incidents, &e);
		snapshot__end(&w.now, pid, 1);
	}
	in = world__opens(&w);
	assert_int_equal(in->n_follow_ups, 1);
	assert_int_equal(in->follow_ups[0].pid, 21);
	assert_string_equal(follow_up__sender(in, &in->follow_ups[0]), "parent_death");
}

/* More than are kept, of which none is to a member; and of a group that nobody looks at. */
static void forgets_signals_to_others(void **state)
{
	static const struct row rows[] = {{10, 1, "python3|app.py|"}, APP(11), {30, 1, "nginx|"}};

	START(rows);
	world__kill(&w, 3, 11);
	for (int i = 0; i < 2 * INCIDENT_FOLLOW_UPS; i++)
		world__signal(&w, 10, 30);
	assert_int_equal(world__opens(&w)->n_follow_ups, 0);
	world__kill(&w, 4, 10);
	world__signal(&w, 10, 30);
	assert_int_equal(incidents__get(w.incidents, 1)->n_follow_ups, 1);
	incident__cut_short(incidents__get(w.incidents, 1), w.now_ns);
	assert_int_equal(incidents__get(w.incidents, 1)->n_follow_ups, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_the_senders),
		TEST(names_the_senders_of_the_first_moment),
		TEST(names_whom_the_manager_ended_at_once),
		TEST(names_whom_the_victim_took_along),
		TEST(forgets_signals_to_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
