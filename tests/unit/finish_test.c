// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Who of a group is to be ended, who never is, and what comes when: tables of groups and of steps. */
#include <errno.h>
#include <signal.h>

#include "group/finish.h"
#include "group/outcome.h"
#include "world.h"

#define TRACKER "python3|-c|from multiprocessing.resource_tracker import main;main(5)|"
#define SPAWNED                                                                                    \
	"python3|-c|from multiprocessing.spawn import spawn_main;spawn_main(5)|--multiprocessing-" \
	"fork|"
#define SELF 99
#define S    1000000000ULL

static struct world w;
static struct finish f;

static int tear_down(void **state)
{
	free(f.targets);
	f = (struct finish){0};
	world__done(&w);
	return 0;
}

#define START(rows) world__init(&w, rows, N_ROWS(rows))

static const struct row app[] = {{5, 1, "python3|super.py|"},
				 {10, 5, "python3|app.py|"},
				 {11, 10, TRACKER},
				 {12, 10},
				 {13, 10},
				 {14, 10}};

static struct incident *closes(uint32_t victim)
{
	uint64_t at_ms;

	world__kill(&w, 3, victim);
	world__opens(&w);
	world__victim_exits(&w, 3, 1);
	snapshot__end(&w.now, victim, 1);
	return world__closes(&w, &at_ms);
}

/* ---- who ---- */

static void plan(const struct incident *in, uint32_t self_pid)
{
	struct forest now;

	assert_int_equal(outcome__regrow(in, &w.now, &now), 0);
	assert_int_equal(finish__plan(&f, in, &now, self_pid), 0);
	forest__free(&now);
}

/* "10 manager, 11 helper, 15" */
static const char *planned(const struct incident *in)
{
	static char text[512];
	size_t n = 0;

	plan(in, SELF);
	text[0] = '\0';
	for (size_t i = 0; i < f.n; i++) {
		const struct target *t = &f.targets[i];

		n += snprintf(text + n, sizeof(text) - n, "%s%u%s%s", i ? ", " : "", t->process.pid,
			      t->role ? " " : "", t->role ? role__name(t->role) : "");
	}
	return text;
}

static void what_is_left_and_nobody_else(void **state)
{
	struct incident *in;

	START(app);
	world__start(&w, (struct row){20, 1, "nginx|"});
	in = closes(13);
	assert_string_equal(planned(in), "10 manager, 11 helper, 12 worker, 14 worker");
	assert_int_equal(f.refusal, FINISH_ALLOWED);
	assert_false(f.alone); /* 5 and 20 */
}

static void alone_in_its_scope(void **state)
{
	struct incident *in;

	START(app);
	in = closes(13);
	snapshot__remove(&w.now, 5);
	plan(in, SELF);
	assert_true(f.alone);
	snapshot__find(&w.now, 14)->zombie = true;
	assert_string_equal(planned(in), "10 manager, 11 helper, 12 worker");
	assert_true(f.alone);
}

/* What it has started meanwhile would be left alone: a replacement of one of two, a helper. */
static void what_it_started_since(void **state)
{
	struct incident *in;

	START(app);
	in = closes(13);
	world__start(&w, (struct row){15, 10});
	world__start(&w, (struct row){16, 15, SPAWNED});
	world__start(&w, (struct row){17, 10, "ffmpeg|", "ffmpeg"});
	assert_string_equal(planned(in), "10 manager, 11 helper, 12 worker, 14 worker, 15, 16");
}

/* Tied to it by no more than that they are alike, but its children. */
static void what_a_launcher_started_since(void **state)
{
	static const struct row rows[] = {{10, 1, "launcher|"},
					  {11, 10, "serve|--port|1|"},
					  {12, 10, "serve|--port|2|"},
					  {13, 10, "serve|--port|3|"}};
	struct incident *in;

	START(rows);
	world__kill_beside(&w, 3, 13, false);
	in = closes(12);
	world__start(&w, (struct row){14, 10, "serve|--port|4|"});
	assert_string_equal(planned(in), "10 manager, 11 worker, 14");
}

/* One that was forked while its parent was being killed. */
static void an_orphan_of_the_killed(void **state)
{
	struct incident *in;

	START(app);
	in = closes(13);
	world__start(&w, (struct row){15, 10});
	for (uint32_t pid = 10; pid <= 14; pid++)
		if (pid != 13)
			snapshot__end(&w.now, pid, 1);
	assert_string_equal(planned(in), "15");
}

/* It is alike, has the same parent, and is what was to be saved. */
static void a_supervisors_new_service_is_spared(void **state)
{
	struct incident *in;

	START(app);
	in = closes(10);
	assert_int_equal(in->verdict, VERDICT_HEADLESS);
	world__start(&w, (struct row){30, 5, "python3|app.py|"});
	world__start(&w, (struct row){31, 30, TRACKER});
	world__start(&w, (struct row){32, 30});
	assert_string_equal(planned(in), "11 helper, 12 worker, 13 worker, 14 worker");
}

/* An orphan of its successor may be in the session of the killed, too. */
static void a_stranger_in_its_session_is_spared(void **state)
{
	struct incident *in;

	START(app);
	in = closes(13);
	world__start(&w, (struct row){20, 1, SPAWNED});
	assert_string_equal(planned(in), "10 manager, 11 helper, 12 worker, 14 worker");
}

/* The manager's pid is that of somebody outside the scope by now. */
static void a_child_of_a_reused_pid_is_spared(void **state)
{
	struct incident *in;

	START(app);
	in = closes(13);
	snapshot__end(&w.now, 10, 1);
	world__start(&w, (struct row){20, 10, SPAWNED});
	assert_string_equal(planned(in), "11 helper, 12 worker, 14 worker");
}

static void a_reused_pid_is_another(void **state)
{
	struct incident *in;

	START(app);
	in = closes(13);
	snapshot__end(&w.now, 14, 1);
	world__start(&w, (struct row){14, 1, "sshd|", "sshd"});
	assert_string_equal(planned(in), "10 manager, 11 helper, 12 worker");
}

static void a_dying_victim_needs_no_signal(void **state)
{
	struct incident *in;
	uint64_t at_ms;

	START(app);
	world__kill(&w, 3, 13);
	world__opens(&w);
	in = world__closes(&w, &at_ms);
	assert_string_equal(planned(in), "10 manager, 11 helper, 12 worker, 14 worker");
}

/* ---- who never ---- */

static enum target_state state_of(uint32_t pid)
{
	for (size_t i = 0; i < f.n; i++)
		if (f.targets[i].process.pid == pid)
			return f.targets[i].state;
	fail_msg("%u is no target", pid);
	return TARGET_FOUND;
}

static void never_pid_1(void **state)
{
	static const struct row rows[] = {{1, 0, "python3|app.py|"}, {12, 1}, {13, 1}, {14, 1}};
	struct incident *in;

	START(rows);
	in = closes(13);
	plan(in, SELF);
	assert_int_equal(f.refusal, FINISH_MEMBER);
	assert_int_equal(state_of(1), TARGET_INIT);
	assert_int_equal(state_of(12), TARGET_FOUND);
	assert_int_equal(finish__next(&f, &(struct finish_rules){.with = FINISH_KILL}),
			 FINISH_CLOSE);
	assert_int_equal(f.state, FINISH_REFUSED);
}

static void never_itself(void **state)
{
	struct incident *in;

	START(app);
	in = closes(13);
	plan(in, 12);
	assert_int_equal(f.refusal, FINISH_MEMBER);
	assert_int_equal(state_of(12), TARGET_SELF);
}

static void never_what_it_can_not_name(void **state)
{
	struct incident *in;

	START(app);
	in = closes(13);
	plan(in, 0);
	assert_int_equal(f.refusal, FINISH_UNSEEN);
}

static void never_in_doubt(void **state)
{
	struct incident *in;

	START(app);
	in = closes(13);
	in->group.ambiguous = true;
	plan(in, SELF);
	assert_int_equal(f.refusal, FINISH_UNCERTAIN);
	in->group.ambiguous = false;
	in->group.strength = STRENGTH_WEAK;
	plan(in, SELF);
	assert_int_equal(f.refusal, FINISH_UNCERTAIN);
	in->cgroup.path_truncated = true;
	plan(in, SELF);
	assert_int_equal(f.refusal, FINISH_INCOMPLETE);
	f.err = -EIO;
	in->cgroup.path_truncated = false;
	plan(in, SELF);
	assert_int_equal(f.refusal, FINISH_INCOMPLETE);
	in->scope[1] = '\0';
	plan(in, SELF);
	assert_int_equal(f.refusal, FINISH_IN_ROOT);
}

static void nobody_is_left(void **state)
{
	struct incident *in;

	START(app);
	in = closes(13);
	w.now.n = 0;
	plan(in, SELF);
	assert_int_equal(f.refusal, FINISH_NOBODY);
	assert_int_equal(f.n, 0);
}

/* ---- whether ---- */

static void only_when_the_watch_is_over(void **state)
{
	const struct finish_rules rules = {.with = FINISH_KILL}, never = {.enforce = true};
	const char *match;
	struct incident *in;
	uint64_t at_ms;

	START(app);
	world__kill(&w, 3, 13);
	in = world__opens(&w);
	world__is_quiet(&w, 29000);
	assert_int_equal(in->verdict, VERDICT_DEGRADED);
	assert_false(finish__is_due(&rules, in, &match));
	assert_ptr_equal(world__closes(&w, &at_ms), in);
	assert_true(finish__is_due(&rules, in, &match));
	assert_null(match);
	assert_false(finish__is_due(&never, in, &match));
	in->cut_short = true;
	assert_false(finish__is_due(&rules, in, &match));
	in->cut_short = false;
	in->unwatched = true;
	assert_false(finish__is_due(&rules, in, &match));
}

static void only_what_is_inconsistent(void **state)
{
	const struct finish_rules rules = {.with = FINISH_KILL};
	struct incident in = {.stage = STAGE_CLOSED, .scope = "/a"};
	const char *match;

	for (enum verdict v = 0; v < VERDICTS; v++) {
		in.verdict = v;
		assert_int_equal(finish__is_due(&rules, &in, &match), v >= VERDICT_DEGRADED);
	}
	START(app);
}

static void only_what_matches(void **state)
{
	struct incident in = {.stage = STAGE_CLOSED,
			      .verdict = VERDICT_DEGRADED,
			      .scope = "/a",
			      .identity.names = {.pod = "ranker-0", .namespace = "ml"}};
	struct finish_rules rules = {
		.with = FINISH_KILL, .n_matches = 3, .matches = {"/b", "ml/*", "/a"}};
	const char *match;

	START(app);
	assert_true(finish__is_due(&rules, &in, &match));
	assert_string_equal(match, "ml/*");
	rules.n_matches = 1;
	assert_false(finish__is_due(&rules, &in, &match));
}

/* ---- when ---- */

static const struct finish_rules kill_rules = {.with = FINISH_KILL, .enforce = true};
static const struct finish_rules term_rules = {
	.with = FINISH_TERM, .enforce = true, .grace_seconds = 7};

/* The plan anew at at_ns, and what comes next; a signal is sent. */
static enum finish_next step(const struct incident *in, const struct finish_rules *rules,
			     uint64_t at_ns)
{
	enum finish_next next;

	f.time_ns = at_ns;
	plan(in, SELF);
	next = finish__next(&f, rules);
	for (size_t i = 0; next == FINISH_SIGNAL && i < f.n; i++)
		if (f.targets[i].state == TARGET_FOUND)
			f.targets[i].state = TARGET_SIGNALLED;
	return next;
}

static void kills_and_sees_to_it(void **state)
{
	struct incident *in;

	START(app);
	in = closes(13);
	assert_int_equal(step(in, &kill_rules, S), FINISH_SIGNAL);
	assert_int_equal(f.signal, SIGKILL);
	assert_int_equal(f.pause_ns, 20 * MS);
	assert_int_equal(step(in, &kill_rules, S + 20 * MS), FINISH_WAIT);
	assert_int_equal(f.pause_ns, 40 * MS);
	world__start(&w, (struct row){15, 10});
	assert_int_equal(step(in, &kill_rules, S + 60 * MS), FINISH_SIGNAL);
	w.now.n = 0;
	assert_int_equal(step(in, &kill_rules, S + 140 * MS), FINISH_CLOSE);
	assert_int_equal(f.state, FINISH_ENDED);
}

/* Not for ever: neither for one that can't be killed nor for one that forks all the time. */
static void gives_up(void **state)
{
	struct incident *in;
	uint64_t at_ns = S;

	START(app);
	in = closes(13);
	assert_int_equal(step(in, &kill_rules, at_ns), FINISH_SIGNAL);
	for (uint32_t pid = 100; (at_ns += f.pause_ns) < 11 * S; pid++) {
		world__start(&w, (struct row){pid, 10});
		assert_int_equal(step(in, &kill_rules, at_ns), FINISH_SIGNAL);
		assert_int_equal(step(in, &kill_rules, at_ns), FINISH_WAIT);
	}
	assert_int_equal(f.pause_ns, S);
	assert_int_equal(step(in, &kill_rules, at_ns), FINISH_CLOSE);
	assert_int_equal(f.state, FINISH_REMAINS);
}

static void asks_first(void **state)
{
	struct incident *in;

	START(app);
	in = closes(13);
	assert_int_equal(step(in, &term_rules, S), FINISH_SIGNAL);
	assert_int_equal(f.signal, SIGTERM);
	assert_int_equal(step(in, &term_rules, 8 * S - 1), FINISH_WAIT);
	assert_int_equal(f.signal, SIGTERM);
	assert_int_equal(step(in, &term_rules, 8 * S), FINISH_SIGNAL);
	assert_int_equal(f.signal, SIGKILL);
	assert_int_equal(f.targets[0].state, TARGET_SIGNALLED);
	assert_int_equal(step(in, &term_rules, 8 * S + 1), FINISH_WAIT);
	w.now.n = 0;
	assert_int_equal(step(in, &term_rules, 9 * S), FINISH_CLOSE);
	assert_int_equal(f.state, FINISH_ENDED);
}

/* A look that fails is none; what is not known at the end is refused. */
static void looks_again(void **state)
{
	struct incident *in;

	START(app);
	in = closes(13);
	assert_int_equal(step(in, &term_rules, S), FINISH_SIGNAL);
	f.err = -EIO;
	assert_int_equal(step(in, &term_rules, 2 * S), FINISH_WAIT);
	assert_int_equal(step(in, &term_rules, 8 * S), FINISH_CLOSE);
	assert_int_equal(f.state, FINISH_REFUSED);
	assert_int_equal(f.refusal, FINISH_INCOMPLETE);
}

#define TEST(t) cmocka_unit_test_teardown(t, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_left_and_nobody_else),
		TEST(alone_in_its_scope),
		TEST(what_it_started_since),
		TEST(what_a_launcher_started_since),
		TEST(an_orphan_of_the_killed),
		TEST(a_supervisors_new_service_is_spared),
		TEST(a_stranger_in_its_session_is_spared),
		TEST(a_child_of_a_reused_pid_is_spared),
		TEST(a_reused_pid_is_another),
		TEST(a_dying_victim_needs_no_signal),
		TEST(never_pid_1),
		TEST(never_itself),
		TEST(never_what_it_can_not_name),
		TEST(never_in_doubt),
		TEST(nobody_is_left),
		TEST(only_when_the_watch_is_over),
		TEST(only_what_is_inconsistent),
		TEST(only_what_matches),
		TEST(kills_and_sees_to_it),
		TEST(gives_up),
		TEST(asks_first),
		TEST(looks_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
