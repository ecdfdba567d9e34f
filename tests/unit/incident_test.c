// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Incidents from the kill to the verdict, through what happens meanwhile. */
#include <errno.h>

#include "group/follow_ups.h"
#include "world.h"

#define APP(worker_pid)                                                                            \
	{                                                                                          \
		worker_pid, 10                                                                     \
	}

/* A manager and four workers, forked. */
static const struct row app[] = {{10, 1, "python3|app.py|"}, APP(11), APP(12), APP(13), APP(14)};

static struct world w;

static int tear_down(void **state)
{
	world__done(&w);
	return 0;
}

#define START(rows) world__init(&w, rows, N_ROWS(rows))

static void assert_closes(uint64_t at_ms, enum verdict verdict)
{
	uint64_t closed_ms;
	struct incident *in = world__closes(&w, &closed_ms);

	assert_string_equal(verdict__name(in->verdict) ?: "none", verdict__name(verdict) ?: "none");
	assert_int_equal(closed_ms, at_ms);
	assert_false(in->cut_short);
	incidents__drop(w.incidents, in);
	assert_int_equal(incidents__due_ns(w.incidents), UINT64_MAX);
}

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

/* ---- verdicts ---- */

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

/* ---- who sent it ---- */

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

#define TEST(f) cmocka_unit_test_teardown(f, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(opens_when_the_decision_is_through),
		TEST(opens_without_the_end),
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
		TEST(respawned_for_a_moment),
		TEST(respawned_with_its_pid),
		TEST(degraded_by_half),
		TEST(degraded),
		TEST(headless),
		TEST(headless_for_a_moment),
		TEST(unreaped),
		TEST(unreaped_for_a_moment),
		TEST(the_place_of_a_sub_manager),
		TEST(aqueduct),
		TEST(names_the_senders),
		TEST(names_the_senders_of_the_first_moment),
		TEST(names_whom_the_manager_ended_at_once),
		TEST(names_whom_the_victim_took_along),
		TEST(forgets_signals_to_others),
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
