// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* How a run stands, key by key; and when that is written. */
#include "sample.h"
#include "sandbox.h"
#include "line.h"
#include "state/state.h"

#define NOW_NS (SAMPLE_KILLED_NS + 1000000000u)
#define TIME   "\"2026-11-24T04:10:15.012345678Z\""
#define KILLED "\"2026-11-24T04:10:14.012345678Z\""

static char line[64 << 10];

static const struct hook_state hooks[] = {
	{.name = "mark_victim", .how = "tp_btf"},
	{.name = "oom_kill_process", .why = "the kernel has no kprobes"},
};

static const struct kernel_facts facts = {
	.hooks = hooks, .n_hooks = 2, .pinned = "/sys/fs/bpf/oomtrace", .taken_over = true};

static struct ledger ledger_after(const struct victim_event *e)
{
	struct ledger l = {
		.books = {.seq = 42,
			  .by_kind = {0, 20, 15, 5, 2},
			  .killed_again = 5,
			  .ring_full = 3,
			  .vmstat_known = 1,
			  .vmstat_before = 100,
			  .last_seq = 42,
			  .written = 38,
			  .duplicates = 6,
			  .lost_output = 1},
		.resumable = true,
		.vmstat_known = true,
		.vmstat_now = 143,
	};

	ledger__keep(&l, e);
	return l;
}

static struct victim_event in_a_pod(void)
{
	struct victim_event e = sample_victim(NULL, NULL);

	strcpy(e.identity.container.pod_uid, "1f2e3d4c-0000-4000-8000-000000000000");
	strcpy(e.identity.names.pod, "ranker-0");
	strcpy(e.identity.names.namespace, "ml");
	strcpy(e.identity.names.container, "server");
	return e;
}

static void tells_how_it_stands(void **state)
{
	struct victim_event e = in_a_pod();
	struct ledger l = ledger_after(&e);
	struct node node = sample_node();
	const struct run_state run = {
		.node = &node,
		.kernel = &facts,
		.ledger = &l,
		.output = {"/var/log/o.jsonl", 7, -ENOSPC},
		.now_ns = NOW_NS,
		.began_ns = SAMPLE_KILLED_NS,
		.audited_ns = NOW_NS,
		.lost_incidents = 4,
		.audit_seconds = 60,
	};
	const struct expected rows[] = {
		{"schema", "1"},
		{"type", "\"state\""},
		{"source", "\"kernel\""},
		{"time", TIME},
		{"uptime_ns", "3415012345678"},
		{"every_seconds", "60"},
		{"host/name", "\"gpu-7\""},
		{"boot_id", "\"9e0f2c5a-3f1d-4c55-9a0e-0f7f4a1b2c3d\""},
		{"oomtrace/version", "\"" OOMTRACE_VERSION "\""},
		{"since", KILLED},
		{"since_uptime_ns", "3414012345678"},
		{"ended", "null"},
		{"scope/kind", "\"node\""},
		{"pinned/path", "\"/sys/fs/bpf/oomtrace\""},
		{"pinned/taken_over", "true"},
		{"hooks",
		 "[{\"name\":\"mark_victim\",\"live\":true,\"how\":\"tp_btf\",\"why\":null},"
		 "{\"name\":\"oom_kill_process\",\"live\":false,\"how\":null,"
		 "\"why\":\"the kernel has no kprobes\"}]"},
		{"totals/seen", "42"},
		{"totals/written", "38"},
		{"totals/waiting", "0"},
		{"totals/duplicates", "6"},
		{"totals/lost/ring_full", "3"},
		{"totals/lost/output", "1"},
		{"totals/lost/shutdown", "0"},
		{"lost_incidents", "4"},
		{"kernel/vmstat_oom_kill_before", "100"},
		{"kernel/vmstat_oom_kill", "143"},
		{"kernel/kills", "40"},
		{"kernel/unexplained", "3"},
		{"kernel/audited", TIME},
		{"last/earlier", "false"},
		{"last/seq", "42"},
		{"last/time", KILLED},
		{"last/process/pid", "181"},
		{"last/k8s/pod/name", "\"ranker-0\""},
		{"last/k8s/namespace/name", "\"ml\""},
		{"last/k8s/container/name", "\"server\""},
		{"output/path", "\"/var/log/o.jsonl\""},
		{"output/waiting", "7"},
		{"output/error", "\"ENOSPC\""},
	};

	line__assert_some(line, state__json(line, sizeof(line), &run), rows, N_OF(rows));
}

static void tells_what_is_not_known(void **state)
{
	struct node node = sample_node();
	struct ledger l = {0};
	const struct run_state run = {
		.node = &node, .ledger = &l, .now_ns = NOW_NS, .ended = true, .exit_status = 1};
	const struct expected rows[] = {
		{"every_seconds", "null"},
		{"since", "null"},
		{"since_uptime_ns", "null"},
		{"ended/exit_status", "1"},
		{"hooks", "[]"},
		{"pinned/path", "null"},
		{"pinned/taken_over", "false"},
		{"kernel/vmstat_oom_kill_before", "null"},
		{"kernel/vmstat_oom_kill", "null"},
		{"kernel/unexplained", "null"},
		{"kernel/audited", "null"},
		{"last", "null"},
		{"output/path", "null"},
		{"output/error", "null"},
	};

	line__assert_some(line, state__json(line, sizeof(line), &run), rows, N_OF(rows));
}

static long hostile_state(char *buf, size_t cap)
{
	struct victim_event e = in_a_pod();
	struct node node = sample_node();
	struct ledger l;
	const struct run_state run = {
		.node = &node, .kernel = &facts, .ledger = &l, .now_ns = NOW_NS};

	memset(e.process.title, '\x1b', sizeof(e.process.title) - 1);
	memset(e.cgroup.path, '\n', sizeof(e.cgroup.path) - 1);
	memset(e.identity.names.pod, '"', sizeof(e.identity.names.pod) - 1);
	l = ledger_after(&e);
	return state__json(buf, cap, &run);
}

static void fits_whole_or_not_at_all(void **state)
{
	line__assert_whole_or_nothing(hostile_state, hostile_state(line, sizeof(line)));
}

/* ---- over a restart ---- */

/* The next run's state, whose books are new, after one that was line. */
static long restart(struct earlier *earlier, long bytes)
{
	struct node node = sample_node();
	struct ledger none = {0};
	const struct run_state run = {
		.node = &node, .ledger = &none, .earlier_last = earlier->last, .now_ns = NOW_NS};

	earlier__take(earlier, line, bytes);
	return state__json(line, sizeof(line), &run);
}

static void goes_on_with_the_last_kill(void **state)
{
	const struct expected rows[] = {
		{"last/earlier", "true"},
		{"last/seq", "42"},
		{"last/time", KILLED},
		{"last/process/pid", "181"},
		{"last/k8s/pod/name", "\"ranker-0\""},
	};
	struct victim_event e = in_a_pod();
	struct ledger l = ledger_after(&e);
	struct node node = sample_node();
	const struct run_state run = {.node = &node, .ledger = &l, .now_ns = NOW_NS};
	struct earlier earlier;
	long bytes = state__json(line, sizeof(line), &run);

	for (int i = 0; i < 2; i++) {
		bytes = restart(&earlier, bytes);
		line__assert_some(line, bytes, rows, N_OF(rows));
	}
}

static void takes_no_kill_of_what_is_no_state(void **state)
{
	static const char *const texts[] = {"", "{", "{}", "null", "[]", "{\"last\":{\"seq\":1}}"};
	struct earlier earlier;

	for (size_t i = 0; i < N_OF(texts); i++) {
		earlier__take(&earlier, texts[i], strlen(texts[i]));
		assert_string_equal(earlier.last, "null");
	}
}

static void takes_no_kill_that_is_too_long(void **state)
{
	long bytes = hostile_state(line, sizeof(line));
	struct earlier earlier;
	json_t *s = line__parse(line, bytes);
	json_t *last = json_object_get(s, "last");
	char path[EARLIER_LAST_BYTES], *text;

	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	json_object_set_new(last, "path", json_string(path));
	text = json_dumps(s, 0);
	earlier__take(&earlier, text, strlen(text));
	assert_string_equal(earlier.last, "null");
	free(text);
	json_decref(s);
}

/* ---- when ---- */

static struct state kept;

static void open_here(void)
{
	const struct options o = {.state = "s.json"};

	state__open(&kept, &o);
	assert_non_null(kept.path);
}

static void is_due_when_it_changed_a_second_ago(void **state)
{
	const struct state_mark first = {.seq = 1}, second = {.seq = 1, .written = 1};

	open_here();
	assert_int_equal(state__wait_ms(&kept), -1);
	assert_true(state__is_due(&kept, &first));
	state__put(&kept, &first, "{}\n", 3);
	assert_false(state__is_due(&kept, &first));
	assert_int_equal(state__wait_ms(&kept), -1);
	kept.told_ns = clock__boot_ns() - 100000000u;
	assert_false(state__is_due(&kept, &second));
	assert_in_range(state__wait_ms(&kept), 1, 901);
	kept.told_ns -= 1000000000u;
	assert_int_equal(state__wait_ms(&kept), 0);
	assert_true(state__is_due(&kept, &second));
	state__put(&kept, &second, "{}\n", 3);
	assert_false(state__is_due(&kept, &second));
	state__close(&kept);
}

static void is_never_due_where_it_is_not_kept(void **state)
{
	const struct options o = {.no_state = true, .state = "s.json"};
	const struct state_mark mark = {.seq = 1};

	state__open(&kept, &o);
	assert_null(kept.path);
	assert_false(state__is_due(&kept, &mark));
	assert_int_equal(state__wait_ms(&kept), -1);
	state__put(&kept, &mark, "{}\n", 3);
	assert_int_equal(access("s.json", F_OK), -1);
	state__close(&kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_how_it_stands),
		cmocka_unit_test(tells_what_is_not_known),
		cmocka_unit_test(fits_whole_or_not_at_all),
		cmocka_unit_test(goes_on_with_the_last_kill),
		cmocka_unit_test(takes_no_kill_of_what_is_no_state),
		cmocka_unit_test(takes_no_kill_that_is_too_long),
		in_sandbox(is_due_when_it_changed_a_second_ago),
		in_sandbox(is_never_due_where_it_is_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
