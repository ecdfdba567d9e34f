// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What a person sees, word by word. */
#include "victim_text.h"

/* ---- a victim ---- */

static void shows_a_victim(void **state)
{
	struct decision_event d = sample_decision();
	struct exec_entry x = sample_exec();
	struct victim_event e = sample_victim(&d, &x);

	assert_string_equal(
		victim_text(&e),
		"04:10:14.012Z killed ray::worker (pid 181, 37 in its namespace, child of 177)"
		" holding 199.5 MiB\n"
		"  memory   198.0 MiB anon, 1.5 MiB file, 4.0 KiB shmem, 512 B swap\n"
		"  limit    /demo: 250.0 MiB of 250.0 MiB in use\n"
		"  cgroup   /demo/worker: 249.0 MiB of 300.0 MiB in use\n"
		"  command  python3 serve.py\n"
		"  trigger  manager (pid 190), GFP_KERNEL|__GFP_ZERO, order 0\n");
}

static void shows_what_is_known_of_a_thread(void **state)
{
	struct victim_event e = {
		.time_ns = SAMPLE_KILLED_NS,
		.process = {.tid = 182},
		.unread = {[PART_PROCESS] = -EPERM},
		.trigger_pid = 190,
		.trigger_title = "manager",
	};

	assert_string_equal(victim_text(&e), "04:10:14.012Z marked as OOM victim: thread 182\n"
					     "  trigger  manager (pid 190)\n");
}

static void shows_limits(void **state)
{
	struct decision_event d = sample_decision();
	struct victim_event e = sample_victim(&d, NULL);

	e.cgroup = d.hit;
	assert_non_null(
		strstr(victim_text(&e), "\n  limit    /demo: 250.0 MiB of 250.0 MiB in use\n"));
	assert_null(strstr(text, "\n  cgroup"));

	d.global = true;
	memset(&d.hit, 0, sizeof(d.hit));
	assert_non_null(strstr(victim_text(&e),
			       "\n  limit    the whole machine was out of memory\n"
			       "  cgroup   /demo: 250.0 MiB of 250.0 MiB in use\n"));

	e.decision = NULL;
	e.cgroup.unlimited = true;
	e.cgroup.usage_unknown = true;
	e.cgroup.path_truncated = true;
	assert_non_null(
		strstr(victim_text(&e),
		       "\n  cgroup   .../demo: no limit (this limit or one above it was hit)\n"));
	e.cgroup.path[0] = '\0';
	e.cgroup.path_truncated = false;
	e.cgroup.limits_known = false;
	assert_non_null(strstr(victim_text(&e), "\n  cgroup   cgroup 21: limit not known ("));
	e.cgroup.id = 0;
	assert_null(strstr(victim_text(&e), "cgroup"));
}

static void leaves_out_memory_that_was_not_read(void **state)
{
	static const enum rec_part parts[] = {PART_MM, PART_RSS};

	for (size_t i = 0; i < 2; i++) {
		struct victim_event e = sample_victim(NULL, NULL);

		e.unread[parts[i]] = -EPERM;
		assert_null(strstr(victim_text(&e), "memory "));
		assert_null(strstr(text, "holding"));
		assert_non_null(strstr(text, "ray::worker (pid 181"));
	}
}

static void says_what_happened(void **state)
{
	static const char *const words[] = {
		" marked as OOM victim: ray::worker (",
		" killed ray::worker (",
		" killed with its group: ray::worker (",
		" killed for sharing memory: ray::worker (",
		" out of memory, but already exiting: ray::worker (",
	};

	for (int kind = 0; kind <= VICTIM_ALREADY_EXITING; kind++) {
		struct victim_event e = sample_victim(NULL, NULL);

		e.kind = kind;
		assert_ptr_equal(strstr(victim_text(&e), words[kind]),
				 text + strlen("04:10:14.012Z"));
	}
}

static void shows_sizes(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} cases[] = {
		{0, " 0 B anon"},
		{1023, " 1023 B anon"},
		{1024, " 1.0 KiB anon"},
		{1536, " 1.5 KiB anon"},
		{1048576, " 1.0 MiB anon"},
		{(uint64_t)5 << 30, " 5.0 GiB anon"},
		{(uint64_t)1 << 40, " 1.0 TiB anon"},
		{(uint64_t)1 << 50, " 1024.0 TiB anon"},
		{UINT64_MAX, " 16777216.0 TiB anon"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct victim_event e = sample_victim(NULL, NULL);

		e.memory.anon_rss_bytes = cases[i].bytes;
		assert_non_null(strstr(victim_text(&e), cases[i].text));
	}
}

/* ---- its command ---- */

static void assert_command(const char *args, size_t bytes, const char *expected)
{
	struct exec_entry x = {.args_bytes = bytes};
	struct victim_event e = sample_victim(NULL, &x);

	memset(x.args, 'x', sizeof(x.args));
	memcpy(x.args, args, bytes);
	assert_non_null(strstr(victim_text(&e), expected));
}

static void shows_commands(void **state)
{
	char args[600], expected[600];

	assert_command("a\0b\0", 4, "\n  command  a b\n  trigger");
	assert_command("a", 1, "\n  command  a\n  trigger");
	assert_command("a\0\0b\0", 5, "\n  command  a  b\n  trigger");
	assert_command("a\nb\0\x1b[2J\0", 9, "\n  command  a\\x0ab \\x1b[2J\n  trigger");
	assert_command("", 0, "in use (this limit or one above it was hit)\n  trigger");

	memset(args, 'y', sizeof(args));
	args[200] = '\0';
	snprintf(expected, sizeof(expected), "\n  command  %.200s\n  trigger", args);
	assert_command(args, 201, expected);
	args[200] = 'y';
	snprintf(expected, sizeof(expected), "\n  command  %.200s...\n  trigger", args);
	assert_command(args, 201, expected);
	assert_command(args, 600, expected);
}

/* Whole arguments that are left out leave a mark too. */
static void marks_arguments_left_out(void **state)
{
	char args[400];

	memset(args, 'y', sizeof(args));
	args[150] = args[300] = '\0';
	memcpy(args + 301, "last", 5);
	assert_command(args, 306, "yyy...\n  trigger");
}

/* What is cut off is no part of a character: nothing is shown as if it were no UTF-8. */
static void cuts_a_command_between_characters(void **state)
{
	char args[400] = "y";

	for (int i = 1; i + 2 < 400; i += 3)
		memcpy(args + i, "\xe2\x82\xac", 3);
	assert_command(args, 400, "\xe2\x82\xac...\n  trigger");
}

/* ---- the other records ---- */

static void shows_an_exit(void **state)
{
	struct node node = sample_node();
	struct exit_event e = sample_exit();

	text__exit(text, sizeof(text), &node, &e);
	assert_string_equal(text, "04:10:14.262Z pid 181 is gone, 0.250 s after the kill; "
				  "200.0 MiB freed, the OOM reaper helped\n");
	e.freed_known = false;
	e.reaper_started_ns = 0;
	text__exit(text, sizeof(text), &node, &e);
	assert_string_equal(text, "04:10:14.262Z pid 181 is gone, 0.250 s after the kill\n");
}

static void shows_a_start(void **state)
{
	static const struct hook_state hooks[] = {
		{.name = "mark_victim", .how = "tp_btf"},
		{.name = "decision", .why = "no kprobes"},
	};
	struct kernel_facts facts = {.hooks = hooks, .n_hooks = 2};
	struct missed missed = {true, 3, "2026-11-24T04:00:00.000000000Z"};
	struct node node = sample_node();

	text__start(text, sizeof(text), &node, &facts, &missed);
	assert_string_equal(text, "oomtrace " OOMTRACE_VERSION " on Linux 6.12.9: waiting for OOM "
				  "kills, Ctrl-C to stop\n"
				  "  without decision (no kprobes)\n"
				  "  missed 3 kills since 2026-11-24T04:00:00.000000000Z, by the "
				  "kernel's count\n");
	facts.n_hooks = 1;
	facts.why_unpinned = "no BPF file system";
	missed.kills = 0;
	text__start(text, sizeof(text), &node, &facts, &missed);
	assert_string_equal(text, "oomtrace " OOMTRACE_VERSION " on Linux 6.12.9: waiting for OOM "
				  "kills, Ctrl-C to stop\n"
				  "  a restart will miss kills (no BPF file system)\n");
	facts.why_unpinned = NULL;
	node.scope = (struct scope){.cgroup_id = 7, .path = "/a\x1b", .foreign_pids = true};
	text__start(text, sizeof(text), &node, &facts, &missed);
	assert_string_equal(text, "oomtrace " OOMTRACE_VERSION " on Linux 6.12.9: waiting for OOM "
				  "kills, Ctrl-C to stop\n"
				  "  only kills in /a\\x1b\n"
				  "  can't see kills outside of this pod: they belong to others\n"
				  "  can't see how many kills the kernel counted: its count is for "
				  "the whole machine\n"
				  "  can't see who survives in other pid namespaces: set "
				  "shareProcessNamespace or hostPID\n");
}

/* Hooks of which two are live. */
static void shows_a_gap_and_a_stop(void **state)
{
	struct gap gap = {7, 9, "ring_full"};
	struct ledger l = {.books = {.seq = 10, .written = 6, .duplicates = 2, .ring_full = 3}};

	text__gap(text, sizeof(text), &gap);
	assert_string_equal(text, "LOST 3 kills, numbers 7 to 9 (ring_full)\n");
	text__stop(text, sizeof(text), &hooked, &l);
	assert_string_equal(text, "seen 10 · written 6 · duplicates 2 · lost 4 · "
				  "unexplained unknown · hooks 2\n");
	l.resumable = true;
	l.books.vmstat_known = l.vmstat_known = true;
	l.books.vmstat_before = 100;
	l.books.by_kind[VICTIM_KILLED] = 7;
	l.vmstat_now = 105;
	text__stop(text, sizeof(text), &hooked, &l);
	assert_string_equal(text, "seen 10 · written 6 · duplicates 2 · lost 3 · unexplained -2 · "
				  "hooks 2\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_a_victim),
		cmocka_unit_test(shows_what_is_known_of_a_thread),
		cmocka_unit_test(shows_limits),
		cmocka_unit_test(leaves_out_memory_that_was_not_read),
		cmocka_unit_test(says_what_happened),
		cmocka_unit_test(shows_sizes),
		cmocka_unit_test(shows_commands),
		cmocka_unit_test(marks_arguments_left_out),
		cmocka_unit_test(cuts_a_command_between_characters),
		cmocka_unit_test(shows_an_exit),
		cmocka_unit_test(shows_a_start),
		cmocka_unit_test(shows_a_gap_and_a_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
