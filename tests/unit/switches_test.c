// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Switches of the kernel, in files of the test's own, to which hooks are live. */
#include "sandbox.h"

#include "kernel/switches.h"

static struct hooks hooks;

static void put_switch(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void make_directories(void)
{
	static const char *const all[] = {
		"proc",	      "proc/sys",	  "proc/sys/kernel",	      "sys",
		"sys/kernel", "sys/kernel/debug", "sys/kernel/debug/kprobes",
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		assert_int_equal(mkdir(all[i], 0755), 0);
	hooks__none(&hooks, "not asked for");
}

static void attach(enum hook_id id, const char *how)
{
	hooks.state[id].how = how;
	hooks.state[id].why[0] = '\0';
}

static bool is_live(enum hook_id id)
{
	return hook__is_live(&hooks.state[id]);
}

#define FTRACE	"./proc/sys/kernel/ftrace_enabled"
#define KPROBES "./sys/kernel/debug/kprobes/enabled"

static void a_switch_takes_what_hangs_on_it(void **state)
{
	make_directories();
	attach(HOOK_MARK_VICTIM, "tp_btf");
	attach(HOOK_DECISION, "fentry");
	attach(HOOK_DECISION_END, "kretprobe");
	assert_false(switches__read(&hooks, ".")); /* neither is there */
	put_switch(FTRACE, "1\n");
	put_switch(KPROBES, "1\n");
	assert_false(switches__read(&hooks, "."));
	assert_true(is_live(HOOK_DECISION) && is_live(HOOK_DECISION_END));

	put_switch(KPROBES, "0\n");
	assert_true(switches__read(&hooks, "."));
	assert_false(switches__read(&hooks, ".")); /* it is known by now */
	assert_true(is_live(HOOK_DECISION));
	assert_false(is_live(HOOK_DECISION_END));
	assert_string_equal(hooks.state[HOOK_DECISION_END].why,
			    "/sys/kernel/debug/kprobes/enabled is 0");

	put_switch(FTRACE, "0\n");
	assert_true(switches__read(&hooks, "."));
	assert_false(is_live(HOOK_DECISION) || is_live(HOOK_DECISION_END));
	assert_string_equal(hooks.state[HOOK_DECISION].why, "kernel.ftrace_enabled is 0");
	assert_true(is_live(HOOK_MARK_VICTIM));

	put_switch(FTRACE, "1\n");
	put_switch(KPROBES, "1\n");
	assert_true(switches__read(&hooks, "."));
	assert_true(is_live(HOOK_DECISION) && is_live(HOOK_DECISION_END));
}

static void what_is_not_attached_stays_so(void **state)
{
	make_directories();
	for (const char *const *text = (const char *const[]){"0\n", "1\n", "", NULL}; *text;
	     text++) {
		put_switch(FTRACE, *text);
		assert_false(switches__read(&hooks, "."));
		assert_string_equal(hooks.state[HOOK_DECISION].why, "not asked for");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_sandbox(a_switch_takes_what_hangs_on_it),
		in_sandbox(what_is_not_attached_stays_so),
	};

	return cmocka_run_group_tests_name("switches", tests, NULL, NULL);
}
