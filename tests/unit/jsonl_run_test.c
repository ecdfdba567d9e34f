// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The records start, gap, audit and stop, key by key. */
#include <unistd.h>

#include "hostile.h"
#include "line.h"
#include "sample.h"

static char line[JSONL_LINE_BYTES];

/* What every one of them begins with; time and uid are of the moment. */
#define COMMON(type_)                                                                              \
	{"schema", "1"}, {"type", "\"" type_ "\""}, {"source", "\"kernel\""}, {"time", NULL},      \
		{"uptime_ns", NULL}, {"log/record/uid", NULL}, {"host/name", "\"gpu-7\""},         \
	{                                                                                          \
		"boot_id", "\"9e0f2c5a-3f1d-4c55-9a0e-0f7f4a1b2c3d\""                              \
	}

/* Between before_ns and now; of the uid what follows the numbers, and the moment in hex. */
static void assert_moment(long len, uint64_t before_ns, const char *uid_begins)
{
	json_t *record = line__parse(line, len);
	const char *time = json_string_value(line__at(record, "time"));
	const char *uid = json_string_value(line__at(record, "log/record/uid"));
	char least[CLOCK_TEXT_BYTES], most[CLOCK_TEXT_BYTES], *end;
	uint64_t now_ns = clock__boot_ns(), moment;

	clock__format(least, before_ns + SAMPLE_BOOT_TO_REAL_NS);
	clock__format(most, now_ns + SAMPLE_BOOT_TO_REAL_NS);
	assert_true(strcmp(time, least) >= 0 && strcmp(time, most) <= 0);
	assert_int_equal(strncmp(uid, uid_begins, strlen(uid_begins)), 0);
	moment = strtoull(uid + strlen(uid_begins), &end, 16);
	assert_true(moment >= before_ns && moment <= now_ns);
	assert_string_equal(end, "");
	json_decref(record);
}

static const struct hook_state hooks[] = {
	{.name = "mark_victim", .how = "tp_btf", .program = "mark_victim"},
	{.name = "decision", .why = "the kernel has no kprobes"},
};

static struct kernel_facts sample_facts(void)
{
	return (struct kernel_facts){
		.hooks = hooks,
		.n_hooks = 2,
		.btf_path = "/sys/kernel/btf/vmlinux",
		.lockdown = "none",
		.pinned = "/sys/fs/bpf/oomtrace",
		.taken_over = true,
	};
}

static struct ledger sample_ledger(void)
{
	return (struct ledger){
		.books = {.seq = 42,
			  .by_kind = {1, 20, 15, 4, 2},
			  .repeated = 9,
			  .killed_again = 5,
			  .ring_full = 3,
			  .ring_full_other = 77,
			  .vmstat_known = 1,
			  .vmstat_before = 100,
			  .last_seq = 40,
			  .written = 30,
			  .duplicates = 6,
			  .lost_decode = 2,
			  .lost_output = 1},
		.vmstat_known = true,
		.vmstat_now = 150,
		.cgroups =
			{{.id = 22, .seen = 2, .counter_known = true, .counter = 3, .path = "/a"},
			 {.id = 0, .seen = 9, .path = "/free"},
			 {.id = 23, .seen = 1, .counter = 7}},
	};
}

/* ---- start ---- */

static void tells_how_it_starts(void **state)
{
	char pid[16];
	const struct expected rows[] = {
		COMMON("start"),
		{"oomtrace/version", "\"" OOMTRACE_VERSION "\""},
		{"oomtrace/pid", pid},
		{"kernel/release", "\"6.12.9\""},
		{"kernel/machine", "\"x86_64\""},
		{"kernel/btf", "\"/sys/kernel/btf/vmlinux\""},
		{"cgroup/version", "2"},
		{"scope/kind", "\"pod\""},
		{"scope/cgroup_id", "77"},
		{"scope/path", "\"/pod\""},
		{"scope/unseen", NULL},
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
		{"lockdown", "\"none\""},
		{"hooks",
		 "[{\"name\":\"mark_victim\",\"live\":true,\"how\":\"tp_btf\",\"why\":null},"
		 "{\"name\":\"decision\",\"live\":false,\"how\":null,"
		 "\"why\":\"the kernel has no kprobes\"}]"},
		{"pinned/path", "\"/sys/fs/bpf/oomtrace\""},
		{"pinned/why", "null"},
		{"pinned/taken_over", "true"},
		{"baseline/vmstat_oom_kill", "100"},
		{"missed/kills", "3"},
		{"missed/since", "\"2026-11-24T04:00:00.000000000Z\""},
	};
	struct missed missed = {true, 3, "2026-11-24T04:00:00.000000000Z"};
	struct node node = sample_node();
	struct kernel_facts facts = sample_facts();
	struct ledger ledger = sample_ledger();
	uint64_t before_ns = clock__boot_ns();
	long len;

	node.scope = (struct scope){.cgroup_id = 77, .path = "/pod"};
	len = jsonl__start(line, sizeof(line), &node, &facts, &ledger, &missed);
	snprintf(pid, sizeof(pid), "%d", getpid());
	line__assert(line, len, rows, N_OF(rows));
	assert_moment(len, before_ns, SAMPLE_UID "-40-start-");
}

static void starts_where_little_is_known(void **state)
{
	static const struct expected rows[] = {
		COMMON("start"),
		{"oomtrace/version", NULL},
		{"oomtrace/pid", NULL},
		{"kernel/release", "\"6.12.9\""},
		{"kernel/machine", "\"x86_64\""},
		{"kernel/btf", "null"},
		{"cgroup/version", "null"},
		{"scope/kind", "\"node\""},
		{"scope/cgroup_id", "null"},
		{"scope/path", "null"},
		{"scope/unseen", "[]"},
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
		{"lockdown", "null"},
		{"hooks", "[]"},
		{"pinned/path", "null"},
		{"pinned/why", "\"no BPF file system\""},
		{"pinned/taken_over", "false"},
		{"baseline/vmstat_oom_kill", "null"},
		{"missed", "null"},
	};
	struct missed missed = {.kills = 3};
	struct kernel_facts facts = {.why_unpinned = "no BPF file system"};
	struct node node = sample_node();
	struct ledger ledger = {.books.vmstat_before = 5};

	node.cgroups.version = 0;
	line__assert(line, jsonl__start(line, sizeof(line), &node, &facts, &ledger, &missed), rows,
		     N_OF(rows));
}

/* ---- audit and stop ---- */

static void tells_the_books(void **state)
{
	static const struct expected rows[] = {
		COMMON("stop"),
		{"totals/seen", "42"},
		{"totals/written", "30"},
		{"totals/waiting", "0"},
		{"totals/duplicates", "6"},
		{"totals/repeated_marks", "9"},
		{"totals/lost/ring_full", "3"},
		{"totals/lost/decode", "2"},
		{"totals/lost/output", "1"},
		{"totals/lost/shutdown", "6"},
		{"kernel/vmstat_oom_kill", "50"},
		{"kernel/vmstat_oom_kill_since_boot", "150"},
		{"kernel/kills", "35"},
		{"kernel/killed_again", "5"},
		{"kernel/already_exiting", "2"},
		{"kernel/mm_shared", "4"},
		{"kernel/unexplained", "10"},
		{"cgroups", "[{\"cgroup_id\":22,\"path\":\"/a\",\"seen\":2,\"oom_kill\":3},"
			    "{\"cgroup_id\":23,\"path\":null,\"seen\":1,\"oom_kill\":null}]"},
	};
	struct node node = sample_node();
	struct ledger ledger = sample_ledger();
	uint64_t before_ns = clock__boot_ns();
	long len = jsonl__stop(line, sizeof(line), &node, &ledger);

	line__assert(line, len, rows, N_OF(rows));
	assert_moment(len, before_ns, SAMPLE_UID "-42-stop-");
}

static void audits_as_it_stops(void **state)
{
	static const struct expected rows[] = {
		{"type", "\"audit\""},
		{"totals/waiting", "6"},
		{"totals/lost/shutdown", "0"},
		{"kernel/vmstat_oom_kill", "null"},
		{"kernel/vmstat_oom_kill_since_boot", "150"},
		{"kernel/kills", "35"},
		{"kernel/unexplained", "null"},
		{"cgroups", "[]"},
	};
	struct node node = sample_node();
	struct ledger ledger = sample_ledger();
	uint64_t before_ns = clock__boot_ns();
	long len;

	ledger.resumable = true;
	ledger.books.vmstat_known = 0;
	memset(ledger.cgroups, 0, sizeof(ledger.cgroups));
	len = jsonl__audit(line, sizeof(line), &node, &ledger);
	line__assert_some(line, len, rows, N_OF(rows));
	assert_moment(len, before_ns, SAMPLE_UID "-42-audit-");
}

static void knows_no_count_without_the_kernels(void **state)
{
	static const struct expected rows[] = {
		{"kernel/vmstat_oom_kill", "null"},
		{"kernel/vmstat_oom_kill_since_boot", "null"},
		{"kernel/unexplained", "null"},
	};
	struct node node = sample_node();
	struct ledger ledger = sample_ledger();

	ledger.vmstat_known = false;
	line__assert_some(line, jsonl__stop(line, sizeof(line), &node, &ledger), rows, N_OF(rows));
}

static void more_seen_than_counted_is_negative(void **state)
{
	static const struct expected rows[] = {{"kernel/unexplained", "-40"}};
	struct node node = sample_node();
	struct ledger ledger = sample_ledger();

	ledger.vmstat_now = 100;
	line__assert_some(line, jsonl__stop(line, sizeof(line), &node, &ledger), rows, N_OF(rows));
}

/* ---- gap ---- */

static void tells_a_gap(void **state)
{
	static const struct expected rows[] = {
		COMMON("gap"),
		{"from", "7"},
		{"to", "9"},
		{"count", "3"},
		{"stage", "\"ring_full\""},
	};
	static const struct expected uid[] = {{"log/record/uid", "\"" SAMPLE_UID "-9-gap\""}};
	struct node node = sample_node();
	struct gap gap = {7, 9, "ring_full"};
	long len = jsonl__gap(line, sizeof(line), &node, &gap);

	line__assert(line, len, rows, N_OF(rows));
	line__assert_some(line, len, uid, 1);
}

/* ---- names, and how long they get ---- */

static void escapes_names(void **state)
{
	struct node node = sample_node();

	for (size_t i = 0; i < N_HOSTILE; i++) {
		struct ledger ledger = {.cgroups = {{.id = 1}}};
		char expected[128];
		long len;

		snprintf(ledger.cgroups[0].path, sizeof(ledger.cgroups[0].path), "/%s",
			 hostile[i].name);
		snprintf(node.uts.nodename, sizeof(node.uts.nodename), "%s", hostile[i].name);
		len = jsonl__audit(line, sizeof(line), &node, &ledger);
		json_decref(line__parse(line, len));
		line[len] = '\0';
		snprintf(expected, sizeof(expected), "\"path\":\"/%s\"", hostile[i].json);
		assert_non_null(strstr(line, expected));
		snprintf(expected, sizeof(expected), "{\"name\":\"%s\"}", hostile[i].json);
		assert_non_null(strstr(line, expected));
	}
}

static long render_start(char *buf, size_t cap)
{
	struct missed missed = {true, 3, "2026-11-24T04:00:00.000000000Z"};
	struct node node = sample_node();
	struct kernel_facts facts = sample_facts();
	struct ledger ledger = sample_ledger();

	return jsonl__start(buf, cap, &node, &facts, &ledger, &missed);
}

static long render_stop(char *buf, size_t cap)
{
	struct node node = sample_node();
	struct ledger ledger = sample_ledger();

	return jsonl__stop(buf, cap, &node, &ledger);
}

static long render_gap(char *buf, size_t cap)
{
	struct node node = sample_node();
	struct gap gap = {7, 9, "output"};

	return jsonl__gap(buf, cap, &node, &gap);
}

static void is_whole_or_nothing(void **state)
{
	line__assert_whole_or_nothing(render_start, render_start(line, sizeof(line)));
	line__assert_whole_or_nothing(render_stop, render_stop(line, sizeof(line)));
	line__assert_whole_or_nothing(render_gap, render_gap(line, sizeof(line)));
}

/* The most hooks with the longest reasons; the most cgroups with the longest paths. */
static void the_longest_fit(void **state)
{
	struct hook_state all[HOOKS];
	struct kernel_facts facts = {.hooks = all, .n_hooks = HOOKS};
	struct missed missed = {.known = true};
	struct node node = sample_node();
	struct ledger ledger = {0};

	memset(&node.uts, 1, sizeof(node.uts));
	node.uts.nodename[sizeof(node.uts.nodename) - 1] = '\0';
	node.uts.release[sizeof(node.uts.release) - 1] = '\0';
	node.uts.machine[sizeof(node.uts.machine) - 1] = '\0';
	memset(&missed.since, 1, sizeof(missed.since) - 1);
	for (int i = 0; i < HOOKS; i++) {
		all[i] = (struct hook_state){.name = "reaper_finished"};
		memset(all[i].why, 1, sizeof(all[i].why) - 1);
	}
	memset(&ledger.books, 0x3f, sizeof(ledger.books)); /* sums still fit the parser */
	for (int i = 0; i < LEDGER_CGROUPS; i++) {
		ledger.cgroups[i] = (struct ledger_cgroup){
			INT64_MAX, .seen = INT64_MAX, .counter_known = true, .counter = INT64_MAX};
		memset(ledger.cgroups[i].path, 1, sizeof(ledger.cgroups[i].path) - 1);
	}
	json_decref(line__parse(line,
				jsonl__start(line, sizeof(line), &node, &facts, &ledger, &missed)));
	json_decref(line__parse(line, jsonl__stop(line, sizeof(line), &node, &ledger)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_how_it_starts),
		cmocka_unit_test(starts_where_little_is_known),
		cmocka_unit_test(tells_the_books),
		cmocka_unit_test(audits_as_it_stops),
		cmocka_unit_test(knows_no_count_without_the_kernels),
		cmocka_unit_test(more_seen_than_counted_is_negative),
		cmocka_unit_test(tells_a_gap),
		cmocka_unit_test(escapes_names),
		cmocka_unit_test(is_whole_or_nothing),
		cmocka_unit_test(the_longest_fit),
	};

	return cmocka_run_group_tests_name("jsonl_run", tests, NULL, NULL);
}
