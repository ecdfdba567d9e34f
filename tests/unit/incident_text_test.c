// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What a person reads of an incident: word by word, within 80 columns, no byte of a stranger's raw. */
#include <errno.h>

#include "hostile.h"
#include "render/incident.h"
#include "render/text.h"
#include "sample.h"
#include "world.h"

#define TRACKER "python3|-c|from multiprocessing.resource_tracker import main;main(5)|"

static struct world w;
static char text[TEXT_BYTES];

static int tear_down(void **state)
{
	world__done(&w);
	return 0;
}

#define START(rows) world__init(&w, rows, N_ROWS(rows))

/* Each line ends in its last word, and has room on a terminal. */
static void assert_lines(const char *s)
{
	for (size_t n; *s; s += n + 1) {
		size_t columns = 0;

		n = strcspn(s, "\n");
		assert_int_equal(s[n], '\n');
		for (size_t i = 0; i < n; i++)
			columns += (s[i] & 0xc0) != 0x80;
		if (!n || columns > 80 || s[n - 1] == ' ')
			fail_msg("%zu columns: \"%.*s\"", columns, (int)n, s);
	}
}

static const char *told(const struct incident *in)
{
	struct node node = sample_node();
	long len;

	node.boot_to_real_ns = SAMPLE_BOOT_TO_REAL_NS - SAMPLE_BOOT_TO_REAL_NS % 86400000000000;
	len = text__incident(text, sizeof(text), &node, in);
	assert_int_equal(strlen(text), len);
	assert_lines(text);
	return text;
}

static struct incident *closes(void)
{
	uint64_t at_ms;

	return world__closes(&w, &at_ms);
}

/* ---- stories ---- */

static void a_flow_is_stopped(void **state)
{
	static const struct row rows[] = {{10, 1, "python3|app.py|"},
					  {11, 10, TRACKER},
					  {12, 10},
					  {13, 10},
					  {14, 10},
					  {15, 10}};

	START(rows);
	snapshot__find(&w.now, 14)->vpid = 37;
	world__kill(&w, 3, 14);
	assert_string_equal(
		told(world__opens(&w)),
		"00:00:10.000Z OOM 3 killed worker 3 of 4 of app.py (pid 14, 37 in its\n"
		"  namespace); still alive: manager 10, 3 workers and 1 helper.\n");
	w.now_ns += 12 * MS;
	world__victim_exits(&w, 3, 1);
	snapshot__end(&w.now, 14, 1);
	world__is_quiet(&w, 16000);
	for (uint32_t pid = 12; pid <= 15; pid += pid == 13 ? 2 : 1) {
		world__signal(&w, 10, pid);
		world__end(&w, pid);
	}
	assert_string_equal(
		told(closes()),
		"00:00:40.000Z OOM 3: manager_only, INCONSISTENT. The manager is alive without\n"
		"  any worker: it may look healthy but cannot work. The manager (python3.11, pid\n"
		"  10) sent SIGKILL to 12, 13, 15. 100.0 MiB were freed in 12 ms. Restart the\n"
		"  service, and set memory.oom.group on its cgroup so that it dies and restarts\n"
		"  as a whole. multiprocessing: If the program waits, restart it: a lost Pool\n"
		"  task never comes back.\n");
}

/* Code on a command line is no name. */
static void a_program_without_a_name(void **state)
{
	static const struct row rows[] = {{10, 1, "python3|-c|import app; app.run()|"}, {11, 10}};

	START(rows);
	world__kill(&w, 3, 11);
	assert_string_equal(
		told(world__opens(&w)),
		"00:00:10.000Z OOM 3 killed the worker of python3.11 (pid 11); still alive:\n"
		"  manager 10.\n");
}

static void gunicorn_replaces_it(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|/usr/bin/gunicorn|app:app|"}, {11, 10}, {12, 10}};

	START(rows);
	world__kill(&w, 3, 11);
	assert_string_equal(
		told(world__opens(&w)),
		"00:00:10.000Z OOM 3 killed worker 1 of 2 of gunicorn (pid 11); still alive:\n"
		"  manager 10 and 1 worker.\n");
	w.now_ns += 12 * MS;
	world__victim_exits(&w, 3, 1);
	snapshot__end(&w.now, 11, 1);
	world__start(&w, (struct row){13, 10});
	assert_string_equal(
		told(closes()),
		"00:00:11.032Z OOM 3: respawned. The manager started a replacement. 100.0 MiB\n"
		"  were freed in 12 ms. Work in flight was lost; give it more memory, or fewer\n"
		"  workers.\n");
}

static void alone(void **state)
{
	static const struct row rows[] = {{10, 1, "python3|app.py|"}};

	START(rows);
	world__kill(&w, 3, 10);
	assert_string_equal(
		told(world__opens(&w)),
		"00:00:10.000Z OOM 3 killed python3.11 (pid 10); it belonged to no group.\n");
	world__victim_exits(&w, 3, 1);
	assert_string_equal(
		told(closes()),
		"00:00:10.020Z OOM 3: single. It belonged to no group. 100.0 MiB were freed at\n"
		"  once. Give it more memory, or find out why it needs so much.\n");
}

static void all_at_once(void **state)
{
	static const struct row rows[] = {
		{10, 1, "postgres|-D|/data|", "postgres"}, {11, 10}, {12, 10}};

	START(rows);
	world__kill_beside(&w, 3, 10, true);
	world__kill_beside(&w, 3, 11, false);
	world__kill_beside(&w, 3, 12, false);
	world__decided(&w, 3);
	assert_string_equal(told(world__opens(&w)),
			    "00:00:10.000Z OOM 3 killed the manager of PostgreSQL (pid 10) and 2 "
			    "more; nobody\n  is left.\n");
	for (uint64_t seq = 1; seq <= 3; seq++)
		world__victim_exits(&w, 3, seq);
	assert_string_equal(
		told(closes()),
		"00:00:10.020Z OOM 3: whole_group. The whole group was killed together. 300.0 MiB\n"
		"  were freed at once. Give it more memory, or fewer workers.\n");
}

static void two_levels(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|/usr/bin/vllm|serve|m|"},
		{12, 10, .comm = "VLLM::EngineCor", .title = "VLLM::EngineCore"},
		{13, 12, .comm = "VLLM::Worker_TP", .title = "VLLM::Worker_TP0"}};

	START(rows);
	world__kill(&w, 3, 13);
	assert_string_equal(
		told(world__opens(&w)),
		"00:00:10.000Z OOM 3 killed worker Worker_TP under 12 of vLLM (pid 13); still\n"
		"  alive: manager 10 and 1 worker.\n");
}

static void a_manager_of_a_manager(void **state)
{
	static const struct row rows[] = {{10, 1, "python3|/usr/bin/deepspeed|train.py|"},
					  {11, 10, "python3|-m|deepspeed.launcher.launch|"},
					  {12, 11},
					  {13, 11}};

	START(rows);
	world__kill(&w, 3, 13);
	assert_string_equal(
		told(world__opens(&w)),
		"00:00:10.000Z OOM 3 killed worker 2 of 2 under 11 of DeepSpeed (pid 13); still\n"
		"  alive: manager 10, manager 11 and 1 worker.\n");
}

static void a_helper_of_several(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|train.py|"},
		{11, 10, "python3|/x/torch/_inductor/compile_worker/__main__.py|"},
		{12, 11},
		{13, 11}};

	START(rows);
	world__kill(&w, 3, 13);
	assert_string_equal(
		told(world__opens(&w)),
		"00:00:10.000Z OOM 3 killed helper compile_worker 2 of 2 of train.py (pid 13);\n"
		"  still alive: manager 10 and 2 helpers.\n");
	world__victim_exits(&w, 3, 1);
	snapshot__end(&w.now, 13, 1);
	assert_string_equal(
		told(closes()),
		"00:00:10.020Z OOM 3: helper_lost. Only a helper died; the manager and the\n"
		"  workers are alive. 100.0 MiB were freed at once. Restart the service when\n"
		"  convenient: the helper's work may be left undone.\n");
}

static void nothing_is_known(void **state)
{
	static const struct row rows[] = {{10, 1, "python3|app.py|"}};
	struct snapshot failed = {.err = -EPERM};
	struct incident *in;

	START(rows);
	world__kill(&w, 3, 10);
	in = incidents__due(w.incidents, w.now_ns);
	incident__look(in, &failed, w.now_ns);
	assert_string_equal(
		told(in),
		"00:00:10.000Z OOM 3 killed python3.11 (pid 10); the rest of its group is not\n"
		"  known.\n");
	in = world__cut_short(&w);
	assert_string_equal(told(in), "00:00:10.000Z OOM 3: the outcome is not known.\n");
}

static void cut_short(void **state)
{
	static const struct row rows[] = {{10, 1, "app|", "app"}, {11, 10}, {12, 10}};

	START(rows);
	world__kill(&w, 3, 10);
	assert_string_equal(told(world__opens(&w)), "00:00:10.000Z OOM 3 killed the manager of app "
						    "(pid 10); still alive: 2 workers.\n");
	assert_string_equal(
		told(world__cut_short(&w)),
		"00:00:10.000Z OOM 3: headless so far, INCONSISTENT. The workers are still\n"
		"  running without a manager. Stop the workers and restart the service;\n"
		"  memory.oom.group on its cgroup would have ended them with it.\n");
}

/* ---- senders ---- */

static void names_the_senders(void **state)
{
	static const struct row rows[] = {{10, 1, "app|", "app"}, {11, 10}, {12, 10}, {13, 10}};
	struct signal_event e;
	struct incident *in;

	START(rows);
	world__kill(&w, 3, 13);
	in = world__opens(&w);
	world__signal(&w, 12, 11);
	world__signal(&w, 1, 11);
	world__signal(&w, 99, 11);
	e = world__signal_event(&w, 10, 11);
	e.sender_exiting = 1;
	incidents__on_signal(w.incidents, &e);
	e.pid = 12;
	e.start_ns = snapshot__find(&w.now, 12)->start_ns;
	incidents__on_signal(w.incidents, &e);
	e.from_kernel = true;
	e.signal = 11;
	incidents__on_signal(w.incidents, &e);
	assert_string_equal(
		told(world__cut_short(&w)),
		"00:00:10.000Z OOM 3: degraded so far, INCONSISTENT. The manager carries on with\n"
		"  fewer workers; what was killed has not been replaced. Another of the group\n"
		"  (python3.11, pid 12) sent SIGKILL to 11. PID 1 (python3.11, pid 1) sent\n"
		"  SIGKILL to 11. An outsider (python3.11, pid 99) sent SIGKILL to 11. The death\n"
		"  of their parent (python3.11, pid 10) sent SIGKILL to 11, 12. The kernel sent\n"
		"  SIGSEGV to 12. Restart the service, and set memory.oom.group on its cgroup so\n"
		"  that it dies and restarts as a whole.\n");
	(void)in;
}

/* ---- strangers ---- */

static void escapes_names(void **state)
{
	static const struct row rows[] = {{10, 1, "app|", "app"}, {11, 10}};
	struct incident *in;

	START(rows);
	world__kill(&w, 3, 11);
	in = world__opens(&w);
	world__signal(&w, 99, 10);
	for (size_t i = 0; i < N_HOSTILE; i++) {
		struct process *top = &in->forest.members[in->group.top].process;

		in->stage = STAGE_WATCHING;
		snprintf(top->comm, sizeof(top->comm), "%s", hostile[i].name);
		top->args_bytes = 0;
		assert_non_null(strstr(told(in), hostile[i].text));
		top->args_bytes = 1 + snprintf(top->args, sizeof(top->args), "%s", hostile[i].name);
		assert_non_null(strstr(told(in), hostile[i].text));
		in->stage = STAGE_CLOSED;
		snprintf(in->follow_ups[0].sender_title, REC_COMM_BYTES, "%s", hostile[i].name);
		assert_non_null(strstr(told(in), hostile[i].text));
	}
}

/* A label of nothing but escapes is longer than a line. */
static void breaks_what_is_too_long(void **state)
{
	static const struct row rows[] = {{10, 1, "app|", "app"}, {11, 10}};
	struct incident *in;

	START(rows);
	world__kill(&w, 3, 11);
	in = world__opens(&w);
	memset(in->forest.members[in->group.victim].hint.label, '\x1b', PROFILE_LABEL_BYTES - 1);
	told(in);
}

static void many_signals_are_counted(void **state)
{
	static const struct row rows[] = {{10, 1, "app|", "app"}, {11, 10}, {12, 10}};
	struct incident *in;

	START(rows);
	world__kill(&w, 3, 11);
	in = world__opens(&w);
	for (uint32_t i = 0; i < INCIDENT_FOLLOW_UPS + 5; i++) {
		world__signal(&w, 1000 + i, 12);
		memset(in->follow_ups[i % INCIDENT_FOLLOW_UPS].sender_title, '\x01',
		       REC_COMM_BYTES);
	}
	in->stage = STAGE_CLOSED;
	assert_non_null(strstr(told(in), "5 more signals"));
}

/* Whatever the room, what is written ends in a newline and in the buffer. */
static void is_cut_to_its_room(void **state)
{
	static const struct row rows[] = {{10, 1, "app|", "app"}, {11, 10}};
	struct node node = sample_node();
	struct incident *in;

	START(rows);
	world__kill(&w, 3, 11);
	in = world__opens(&w);
	for (size_t cap = 16; cap < 100; cap++) {
		char *buf = malloc(cap);
		long len = text__incident(buf, cap, &node, in);

		assert_in_range(len, 1, cap - 1);
		assert_int_equal(buf[len - 1], '\n');
		free(buf);
	}
}

#define TEST(f) cmocka_unit_test_teardown(f, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_flow_is_stopped),
		TEST(a_program_without_a_name),
		TEST(gunicorn_replaces_it),
		TEST(alone),
		TEST(all_at_once),
		TEST(two_levels),
		TEST(a_manager_of_a_manager),
		TEST(a_helper_of_several),
		TEST(nothing_is_known),
		TEST(cut_short),
		TEST(names_the_senders),
		TEST(escapes_names),
		TEST(breaks_what_is_too_long),
		TEST(many_signals_are_counted),
		TEST(is_cut_to_its_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
