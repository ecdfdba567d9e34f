// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The record oom_finish, as JSON key by key and as text word by word. */
#include <errno.h>
#include <signal.h>

#include "group/finish.h"
#include "hostile.h"
#include "line.h"
#include "render/finish.h"
#include "render/text.h"
#include "sample.h"

static char line[JSONL_LINE_BYTES];
static char text[TEXT_BYTES];
static struct incident_victim victim = {.seq = 42};
static struct target targets[40];
static struct finish finish;
static struct incident in;

/* A flow of which the manager and a worker that it started since are left, a second after. */
static int set_up(void **state)
{
	memset(targets, 0, sizeof(targets));
	for (int i = 0; i < 40; i++) {
		targets[i].process = (struct process){.pid = 177 + i,
						      .parent_pid = 1,
						      .vpid = 7 + i,
						      .start_ns = SAMPLE_START_NS,
						      .rss_bytes = 100 * MIB,
						      .comm = "python3"};
		targets[i].state = TARGET_SIGNALLED;
	}
	targets[0].role = ROLE_MANAGER;
	finish = (struct finish){.state = FINISH_SIGNALLED,
				 .match = "/demo*",
				 .targets = targets,
				 .n = 2,
				 .by_cgroup = true,
				 .scope_id = 22,
				 .signal = SIGKILL,
				 .step = 1,
				 .time_ns = SAMPLE_KILLED_NS + 1000000000};
	in = (struct incident){.oom_id = 3,
			       .stage = STAGE_CLOSED,
			       .victims = &victim,
			       .n_victims = 1,
			       .verdict = VERDICT_DEGRADED,
			       .scope = "/demo",
			       .finish = &finish};
	return 0;
}

static long told(void)
{
	struct node node = sample_node();
	long len = jsonl__finish(line, sizeof(line), &node, &in);

	assert_in_range(len, 1, sizeof(line));
	return len;
}

#define ASSERT_TOLD(rows) line__assert_some(line, told(), rows, N_OF(rows))

static const char *said(void)
{
	struct node node = sample_node();
	long len = text__finish(text, sizeof(text), &node, &in);

	assert_int_equal(strlen(text), len);
	return text;
}

/* ---- JSON ---- */

static void has_these_keys(void **state)
{
	static const struct expected rows[] = {
		{"schema", "1"},
		{"type", "\"oom_finish\""},
		{"source", "\"kernel\""},
		{"time", "\"2026-11-24T04:10:15.012345678Z\""},
		{"uptime_ns", "3415012345678"},
		{"log/record/uid", "\"" SAMPLE_UID "-42-finish-1\""},
		{"host/name", "\"gpu-7\""},
		{"boot_id", "\"9e0f2c5a-3f1d-4c55-9a0e-0f7f4a1b2c3d\""},
		{"oom/id", "3"},
		{"verdict", "\"degraded\""},
		{"state", "\"signalled\""},
		{"refused", "null"},
		{"signal", "9"},
		{"by", "\"cgroup.kill\""},
		{"match", "\"/demo*\""},
		{"scope/cgroup_id", "22"},
		{"scope/path", "\"/demo\""},
		{"container/id", "null"},
		{"container/runtime", "null"},
		{"container/name", "null"},
		{"container/hostname", "null"},
		{"k8s/pod/uid", "null"},
		{"k8s/pod/name", "null"},
		{"k8s/namespace/name", "null"},
		{"k8s/container/name", "null"},
		{"k8s/qos", "null"},
		{"k8s/names_from", "null"},
		{"processes_total", "2"},
		{"processes", NULL},
		{"unread", "{}"},
	};
	json_t *record, *one;

	line__assert(line, told(), rows, N_OF(rows));
	record = line__parse(line, told());
	one = json_array_get(json_object_get(record, "processes"), 0);
	assert_string_equal(json_string_value(line__at(one, "role")), "manager");
	assert_string_equal(json_string_value(line__at(one, "state")), "signalled");
	assert_true(json_is_null(line__at(one, "error")));
	assert_int_equal(json_integer_value(line__at(one, "process/pid")), 177);
	assert_int_equal(json_integer_value(line__at(one, "process/vpid")), 7);
	one = json_array_get(json_object_get(record, "processes"), 1);
	assert_true(json_is_null(line__at(one, "role")));
	json_decref(record);
}

static void names_each_state(void **state)
{
	static const struct {
		enum finish_state state;
		enum finish_refusal refusal;
		const char *named, *refused, *signal, *by;
	} cases[] = {
		{FINISH_REHEARSED, FINISH_ALLOWED, "\"dry_run\"", "null", "9", "null"},
		{FINISH_SIGNALLED, FINISH_ALLOWED, "\"signalled\"", "null", "9", "\"pidfd\""},
		{FINISH_ENDED, FINISH_NOBODY, "\"ended\"", "\"nobody\"", "9", "null"},
		{FINISH_REMAINS, FINISH_ALLOWED, "\"remains\"", "null", "9", "null"},
		{FINISH_STOPPED, FINISH_ALLOWED, "\"stopped\"", "null", "9", "null"},
		{FINISH_REFUSED, FINISH_UNSEEN, "\"refused\"", "\"pid_namespace\"", "null", "null"},
		{FINISH_REFUSED, FINISH_IN_ROOT, "\"refused\"", "\"root_cgroup\"", "null", "null"},
		{FINISH_REFUSED, FINISH_UNCERTAIN, "\"refused\"", "\"uncertain\"", "null", "null"},
		{FINISH_REFUSED, FINISH_INCOMPLETE, "\"refused\"", "\"incomplete\"", "null",
		 "null"},
		{FINISH_REFUSED, FINISH_MEMBER, "\"refused\"", "\"member\"", "null", "null"},
	};

	finish.by_cgroup = false;
	for (size_t i = 0; i < N_OF(cases); i++) {
		const struct expected rows[] = {
			{"state", cases[i].named},
			{"refused", cases[i].refused},
			{"signal", cases[i].signal},
			{"by", cases[i].by},
		};

		finish.state = cases[i].state;
		finish.refusal = cases[i].refusal;
		ASSERT_TOLD(rows);
	}
}

static void names_what_was_not_read(void **state)
{
	static const struct expected rows[] = {
		{"unread/processes", "\"EIO\""}, {"scope/cgroup_id", "null"}, {"match", "null"}};

	finish.err = -EIO;
	finish.scope_id = 0;
	finish.match = NULL;
	ASSERT_TOLD(rows);
}

/* The list is cut, and what is in the way comes first. */
static void lists_so_many(void **state)
{
	json_t *record, *list;

	finish.n = 40;
	targets[39].state = TARGET_FAILED;
	targets[39].err = -EPERM;
	record = line__parse(line, told());
	list = json_object_get(record, "processes");
	assert_int_equal(json_array_size(list), 32);
	assert_int_equal(json_integer_value(line__at(json_array_get(list, 0), "process/pid")), 216);
	assert_string_equal(json_string_value(line__at(json_array_get(list, 0), "error")), "EPERM");
	assert_int_equal(json_integer_value(line__at(json_array_get(list, 31), "process/pid")),
			 207);
	assert_int_equal(json_integer_value(json_object_get(record, "processes_total")), 40);
	json_decref(record);
}

static void strangers_words_are_escaped(void **state)
{
	for (size_t i = 0; i < N_HOSTILE; i++) {
		snprintf(targets[0].process.title, sizeof(targets[0].process.title), "%s",
			 hostile[i].name);
		snprintf(in.scope, sizeof(in.scope), "/%s", hostile[i].name);
		json_decref(line__parse(line, told()));
		assert_non_null(strstr(line, hostile[i].json));
		if (!strchr(hostile[i].text, ' ') && !strstr(said(), hostile[i].text))
			fail_msg("%s: %s", hostile[i].what, text);
	}
}

/* ---- text ---- */

static void tells_a_person(void **state)
{
	assert_string_equal(
		said(), "04:10:15.012Z OOM 3: SIGKILL sent by cgroup.kill to what is left of the "
			"group in\n  /demo: 177, 178.\n");
	finish.by_cgroup = false;
	finish.signal = SIGTERM;
	finish.state = FINISH_REHEARSED;
	assert_string_equal(
		said(), "04:10:15.012Z OOM 3: SIGTERM would be sent to what is left of the group "
			"in\n  /demo: 177, 178. With --finish-enforce it is.\n");
	finish.state = FINISH_ENDED;
	assert_string_equal(said(), "04:10:15.012Z OOM 3: nothing is left of the group.\n");
	finish.state = FINISH_REMAINS;
	finish.n = 1;
	assert_string_equal(said(), "04:10:15.012Z OOM 3: of the group there are, in spite of "
				    "SIGKILL: 177.\n");
	finish.state = FINISH_STOPPED;
	finish.n = 40;
	assert_non_null(strstr(said(), "ends, and of the group there were: 177, 178, "));
	assert_non_null(strstr(text, "more.\n"));
}

static void says_why_not(void **state)
{
	static const struct {
		enum finish_refusal refusal;
		enum target_state state;
		int err;
		const char *why;
	} cases[] = {
		{FINISH_UNSEEN, TARGET_FOUND, 0, "oomtrace is in a pid namespace of its own"},
		{FINISH_IN_ROOT, TARGET_FOUND, 0,
		 "it is in no container, unit or cgroup of its own"},
		{FINISH_UNCERTAIN, TARGET_FOUND, 0, "that it is one group is a guess"},
		{FINISH_INCOMPLETE, TARGET_FOUND, 0, "who is in it could not be read as a whole"},
		{FINISH_NOBODY, TARGET_FOUND, 0, "nobody of it lives"},
		{FINISH_MEMBER, TARGET_INIT, 0, "178 is PID 1 of the machine"},
		{FINISH_MEMBER, TARGET_SELF, 0, "178 is oomtrace itself"},
		{FINISH_MEMBER, TARGET_OUTSIDE, 0, "178 has left its cgroup"},
		{FINISH_MEMBER, TARGET_PROTECTED, 0,
		 "178 is protected by its oom_score_adj of -1000"},
		{FINISH_MEMBER, TARGET_FAILED, -EPERM,
		 "178 can't be signalled: Operation not permitted"},
	};

	for (size_t i = 0; i < N_OF(cases); i++) {
		char expected[128];

		finish.state = FINISH_REFUSED;
		finish.refusal = cases[i].refusal;
		targets[1].state = cases[i].state;
		targets[1].err = cases[i].err;
		snprintf(expected, sizeof(expected), "the group is left as it is: %s.\n",
			 cases[i].why);
		said();
		for (char *c = text; (c = strstr(c, "\n  "));)
			memmove(c + 1, c + 3, strlen(c + 3) + 1), *c = ' ';
		if (!strstr(text, expected))
			fail_msg("%s", text);
	}
}

#define TEST(f) cmocka_unit_test_setup(f, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(has_these_keys),
		TEST(names_each_state),
		TEST(names_what_was_not_read),
		TEST(lists_so_many),
		TEST(strangers_words_are_escaped),
		TEST(tells_a_person),
		TEST(says_why_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
