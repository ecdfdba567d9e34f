// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The text: what is in it, how a stranger's name is, and what is made of one that is read back. */
#include <errno.h>

#include "hostile.h"
#include "metrics/families.h"
#include "metrics/sample.h"
#include "metrics_fixture.h"

/* ---- written ---- */

static void tells_of_the_process_and_its_hooks(void **state)
{
	struct exposition x = exposition_now();

	show(&x);
	assert_true(
		has("oomtrace_build_info{version=\"" OOMTRACE_VERSION "\",kernel=\"6.12.9\"} 1"));
	assert_true(has("oomtrace_running 1"));
	assert_true(has("oomtrace_start_time_seconds 100"));
	assert_true(has("oomtrace_heartbeat_timestamp_seconds 200"));
	assert_true(has("oomtrace_hook_live{hook=\"mark_victim\"} 1"));
	assert_true(has("oomtrace_hook_live{hook=\"oom_kill_process\"} 0"));
	assert_true(has("oomtrace_pinned 0"));
	assert_true(has("oomtrace_source_info{source=\"kernel\"} 1"));
	x.running = false;
	show(&x);
	assert_true(has("oomtrace_running 0"));
	assert_true(has("oomtrace_hook_live{hook=\"mark_victim\"} 0"));
}

/* Those that are pinned go on without a process. */
static void pinned_hooks_outlive_the_process(void **state)
{
	struct exposition x = exposition_now();
	struct kernel_facts pinned = facts;

	pinned.pinned = "/sys/fs/bpf/oomtrace";
	x.facts = &pinned;
	x.running = false;
	show(&x);
	assert_true(has("oomtrace_hook_live{hook=\"mark_victim\"} 1"));
	assert_true(has("oomtrace_pinned 1"));
}

static void tells_of_kills_where_there_were_some(void **state)
{
	show_now();
	assert_null(strstr(shown, "oomtrace_kills_total"));
	kill_in("web", 5);
	kill_in("web", 6);
	show_now();
	assert_true(has("oomtrace_kills_total{kind=\"killed\",constraint=\"memcg\",namespace=\"\","
			"pod=\"\",container=\"web\"} 2"));
	assert_true(has("oomtrace_last_kill_timestamp_seconds{namespace=\"\",pod=\"\","
			"container=\"web\"} 1795493420"));
}

static void tells_of_the_kernels_count_where_there_is_one(void **state)
{
	show_now();
	assert_null(strstr(shown, "oomtrace_unexplained_kills"));
	assert_null(strstr(shown, "oomtrace_kernel_oom_kills_total"));
	ledger.vmstat_known = true;
	ledger.books.vmstat_known = true;
	ledger.vmstat_now = 7;
	ledger.books.vmstat_before = 4;
	ledger.books.by_kind[VICTIM_KILLED] = 5;
	show_now();
	assert_true(has("oomtrace_unexplained_kills -2"));
	assert_true(has("oomtrace_kernel_oom_kills_total 7"));
}

static void tells_what_is_lost(void **state)
{
	struct exposition x = exposition_now();

	books.ring_full = 1;
	books.lost_decode = 2;
	books.lost_output = 3;
	ledger.books.seq = 4; /* in the ring, and nobody will read it any more */
	x.incidents_lost = 5;
	show(&x);
	assert_true(has("oomtrace_records_lost_total{stage=\"ring_full\"} 1"));
	assert_true(has("oomtrace_records_lost_total{stage=\"decode\"} 2"));
	assert_true(has("oomtrace_records_lost_total{stage=\"output\"} 3"));
	assert_true(has("oomtrace_records_lost_total{stage=\"shutdown\"} 0"));
	assert_true(has("oomtrace_incidents_lost_total 5"));
	x.running = false;
	show(&x);
	assert_true(has("oomtrace_records_lost_total{stage=\"shutdown\"} 4"));
}

static void gives_up_where_nothing_can_be_written(void **state)
{
	const struct exposition x = exposition_now();
	int full = open("/dev/full", O_WRONLY);

	assert_int_equal(exposition__write(&x, full), -ENOSPC);
	assert_int_equal(exposition__write(&x, -1), -EBADF);
	close(full);
}

static void escapes_as_the_format_wants(void **state)
{
	const struct label labels[SAMPLE_LABELS] = {{"a", "\\ \" \n {x=\"y\"} 1"}};
	char line[SAMPLE_LINE_BYTES];
	struct sample s;
	size_t n = sample__write(line, "oomtrace_x", labels, 1);

	line[n - 1] = '\0';
	assert_string_equal(line, "oomtrace_x{a=\"\\\\ \\\" \\n {x=\\\"y\\\"} 1\"} 1");
	assert_true(sample__read(&s, line));
	assert_string_equal(s.labels[0].value, labels[0].value);
}

/* ---- read back ---- */

static void goes_on_from_there(void **state)
{
	static struct metrics before;
	static char text[sizeof(shown)];
	struct exit_event e = sample_exit();

	metrics__open_books(&metrics, &books, true, 0);
	for (size_t i = 0; i < N_HOSTILE; i++)
		kill_in(hostile[i].name, i);
	for (int i = 0; i < 300; i++)
		kill_in((char[]){'a' + i % 26, 'a' + i / 26, '\0'}, 100);
	metrics__exit(&metrics, &e);
	show_now();
	assert_true(metrics.totals[TOTAL_FOLDED]);
	before = metrics;
	memcpy(text, shown, shown_bytes + 1);
	assert_int_equal(carry_over(), 0);
	assert_memory_equal(&metrics.tallies, &before.tallies, sizeof(before.tallies));
	metrics__open_books(&metrics, &books, true, 0);
	show_now();
	assert_string_equal(shown, text);
}

static void expect(const char *text, int err)
{
	shown_bytes = snprintf(shown, sizeof(shown), "%s", text);
	assert_int_equal(carry_over(), err);
	if (err) {
		static struct metrics none;

		metrics__init(&none, &node);
		assert_memory_equal(&metrics, &none, sizeof(none));
	}
}

/* What comes before and after the lines of a case. */
#define HEAD "# HELP oomtrace_x y\n"
#define TAIL "# oomtrace books l 1 2 3 4 5 6 7\n"

static const struct {
	const char *text;
	int err;
} texts[] = {
	{"", 0},
	{HEAD TAIL, 0},
	{HEAD "oomtrace_of_a_later_version{a=\"b\"} 0.5\n" TAIL, 0},
	{HEAD "oomtrace_unexplained_kills -3\n" TAIL, 0},
	/* not ours */
	{"root:x:0:0:root:/root:/bin/bash\n", -EEXIST},
	{"# HELP node_load1 1m load average.\n", -EEXIST},
	{"\n", -EEXIST},
	/* cut off */
	{HEAD, -EBADMSG},
	{HEAD "oomtrace_freed_bytes_total 3\n", -EBADMSG},
	{HEAD "oomtrace_freed_bytes_total 3", -EBADMSG},
	{HEAD "# oomtrace books l 1 2 3 4 5 6 7", -EBADMSG},
	{HEAD "# oomtrace books l 1 2 3 4 5 6\n", -EBADMSG},
	{HEAD "# oomtrace books l 1 2 3 4 5 6 7 8\n", -EBADMSG},
	{HEAD "# oomtrace books l 1 2 3 4 5 6 -7\n", -EBADMSG},
	{HEAD "# oomtrace books \n", -EBADMSG},
	{HEAD TAIL "oomtrace_freed_bytes_total 3\n", -EBADMSG},
	{HEAD TAIL TAIL, -EBADMSG},
	/* no lines that we write */
	{HEAD "\n" TAIL, -EBADMSG},
	{HEAD "node_load1 3\n" TAIL, -EBADMSG},
	{HEAD "oomtrace_freed_bytes_total\n" TAIL, -EBADMSG},
	{HEAD "oomtrace_freed_bytes_total \n" TAIL, -EBADMSG},
	{HEAD "oomtrace_freed_bytes_total  3\n" TAIL, -EBADMSG},
	{HEAD "oomtrace_freed_bytes_total 3 1700000000\n" TAIL, -EBADMSG},
	{HEAD "oomtrace_freed_bytes_total -3\n" TAIL, -EBADMSG},
	{HEAD "oomtrace_freed_bytes_total 3.5\n" TAIL, -EBADMSG},
	{HEAD "oomtrace_freed_bytes_total NaN\n" TAIL, -EBADMSG},
	{HEAD "oomtrace_freed_bytes_total 99999999999999999999\n" TAIL, -EBADMSG},
	{HEAD "oomtrace_records_total{outcome=\"seen\"} x\n" TAIL, -EBADMSG},
	{HEAD "oomtrace_records_total{outcome=\"seen} 1\n" TAIL, -EBADMSG},
	{HEAD "oomtrace_records_total{outcome=\"se\\xen\"} 1\n" TAIL, -EBADMSG},
	{HEAD "oomtrace_records_total{outcome=\"seen\"\n" TAIL, -EBADMSG},
	{HEAD "oomtrace_records_total{} 1\n" TAIL, -EBADMSG},
	{HEAD "oomtrace_records_total{\n" TAIL, -EBADMSG},
	{HEAD "oomtrace_last_kill_timestamp_seconds 3\n" TAIL, -EBADMSG},
	{HEAD "oomtrace_kills_total{namespace=\"\",pod=\"\",container=\"\"} 3\n" TAIL, -EBADMSG},
	{HEAD "oomtrace_kills_total{kind=\"eaten\",constraint=\"memcg\",namespace=\"\",pod=\"\","
	      "container=\"\"} 3\n" TAIL,
	 -EBADMSG},
	{HEAD "oomtrace_kills_total{kind=\"killed\",constraint=\"memcg\",namespace=\"\",pod=\"\","
	      "container=\"\"} 4294967296\n" TAIL,
	 -EBADMSG},
	{HEAD "oomtrace_incidents_total{verdict=\"\",consistent=\"\",namespace=\"\",pod=\"\","
	      "container=\"\"} 3\n" TAIL,
	 -EBADMSG},
};

static void takes_all_of_a_text_or_nothing(void **state)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		expect(texts[i].text, texts[i].err);
}

/* A file system that lost what was not on the disk yet. */
static void zeros_are_damage(void **state)
{
	memset(shown, 0, 4096);
	shown_bytes = 4096;
	assert_int_equal(carry_over(), -EBADMSG);
	shown_bytes = sprintf(shown, HEAD "oomtrace_freed_bytes_total 3\n%c" TAIL, '\0');
	assert_int_equal(carry_over(), -EBADMSG);
}

static void every_cut_is_noticed(void **state)
{
	static char text[16384];
	size_t bytes;

	metrics__open_books(&metrics, &books, true, 0);
	kill_in("a\"b\\c", 0);
	show_now();
	bytes = shown_bytes;
	assert_true(bytes < sizeof(text));
	memcpy(text, shown, bytes);
	for (size_t cut = strlen("# HELP oomtrace_"); cut < bytes; cut++) {
		memcpy(shown, text, cut);
		shown[cut] = '\0';
		shown_bytes = cut;
		assert_int_equal(carry_over(), -EBADMSG);
	}
}

static void more_places_than_there_are_is_damage(void **state)
{
	size_t n = sprintf(shown, HEAD);

	for (int i = 0; i <= TALLIES; i++)
		n += sprintf(shown + n,
			     "oomtrace_last_kill_timestamp_seconds{namespace=\"\",pod=\"\","
			     "container=\"c%d\"} 1\n",
			     i);
	shown_bytes = n + sprintf(shown + n, TAIL);
	assert_int_equal(carry_over(), -EBADMSG);
}

static void too_long_a_label_is_damage(void **state)
{
	size_t n = sprintf(shown, HEAD "oomtrace_x{a=\"");

	memset(shown + n, 'x', 100000);
	shown_bytes = n + 100000 + sprintf(shown + n + 100000, "\"} 1\n" TAIL);
	assert_int_equal(carry_over(), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		on_metrics(tells_of_the_process_and_its_hooks),
		on_metrics(pinned_hooks_outlive_the_process),
		on_metrics(tells_of_kills_where_there_were_some),
		on_metrics(tells_of_the_kernels_count_where_there_is_one),
		on_metrics(tells_what_is_lost),
		on_metrics(gives_up_where_nothing_can_be_written),
		on_metrics(escapes_as_the_format_wants),
		on_metrics(goes_on_from_there),
		on_metrics(takes_all_of_a_text_or_nothing),
		on_metrics(zeros_are_damage),
		on_metrics(every_cut_is_noticed),
		on_metrics(more_places_than_there_are_is_damage),
		on_metrics(too_long_a_label_is_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
