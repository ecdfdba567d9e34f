// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What a run told, read back; and what is no state, whoever wrote it. */
#include "sample.h"
#include "line.h"
#include "state/state_json.h"
#include "state/told.h"

static struct told told;
static char why[TOLD_WHY_BYTES];

/* A state as a run writes it, to be spoilt. The caller's. */
static json_t *sample_state(void)
{
	static char line[64 << 10];
	static const struct hook_state hooks[] = {
		{.name = "mark_victim", .how = "tp_btf"},
		{.name = "oom_kill_process", .why = "the kernel has no kprobes"},
	};
	const struct kernel_facts facts = {.hooks = hooks, .n_hooks = 2, .pinned = "/pins"};
	struct victim_event e = sample_victim(NULL, NULL);
	struct ledger l = {.books = {.seq = 42,
				     .by_kind = {0, 20, 20},
				     .ring_full = 3,
				     .vmstat_known = 1,
				     .vmstat_before = 100,
				     .last_seq = 42,
				     .written = 39,
				     .duplicates = 1},
			   .resumable = true,
			   .vmstat_known = true,
			   .vmstat_now = 141};
	struct node node = sample_node();
	const struct run_state run = {.node = &node,
				      .kernel = &facts,
				      .ledger = &l,
				      .output = {"/var/log/o.jsonl", 7, -ENOSPC},
				      .now_ns = SAMPLE_KILLED_NS,
				      .began_ns = SAMPLE_START_NS,
				      .audit_seconds = 60,
				      .lost_incidents = 2};

	ledger__keep(&l, &e);
	return line__parse(line, state__json(line, sizeof(line), &run));
}

static bool parse(const json_t *state)
{
	char *text = json_dumps(state, JSON_ENCODE_ANY);
	bool parsed = told__parse(&told, text, strlen(text), why);

	free(text);
	return parsed;
}

static void reads_what_a_run_writes(void **state)
{
	json_t *s = sample_state();

	assert_true(parse(s));
	assert_string_equal(told.boot_id, "9e0f2c5a-3f1d-4c55-9a0e-0f7f4a1b2c3d");
	assert_string_equal(told.version, OOMTRACE_VERSION);
	assert_int_equal(told.time_ns, SAMPLE_KILLED_NS + SAMPLE_BOOT_TO_REAL_NS);
	assert_int_equal(told.uptime_ns, SAMPLE_KILLED_NS);
	assert_int_equal(told.since_ns, SAMPLE_START_NS + SAMPLE_BOOT_TO_REAL_NS);
	assert_int_equal(told.every_seconds, 60);
	assert_false(told.ended);
	assert_int_equal(told.n_hooks, 2);
	assert_true(told.hooks[0].live);
	assert_string_equal(told.hooks[1].name, "oom_kill_process");
	assert_string_equal(told.hooks[1].why, "the kernel has no kprobes");
	assert_string_equal(told.pinned, "/pins");
	assert_int_equal(told.seen, 42);
	assert_int_equal(told.written, 39);
	assert_int_equal(told__lost(&told), 3);
	assert_int_equal(told.lost_incidents, 2);
	assert_true(told.compared);
	assert_int_equal(told.vmstat_before, 100);
	assert_int_equal(told.vmstat, 141);
	assert_int_equal(told.kills, 40);
	assert_int_equal(told.audited_ns, TOLD_NEVER);
	assert_int_equal(told.last_pid, 181);
	assert_int_equal(told.last_ns, SAMPLE_KILLED_NS + SAMPLE_BOOT_TO_REAL_NS);
	assert_string_equal(told.output, "/var/log/o.jsonl");
	assert_int_equal(told.waiting, 7);
	assert_string_equal(told.output_error, "ENOSPC");
	json_decref(s);
}

/* The object that the last word of key is in. */
static json_t *holder(json_t *record, const char *key)
{
	char word[64];

	for (const char *dot; (dot = strchr(key, '.')); key = dot + 1) {
		snprintf(word, sizeof(word), "%.*s", (int)(dot - key), key);
		record = json_object_get(record, word);
	}
	return record;
}

static const char *last_word(const char *key)
{
	return strrchr(key, '.') ? strrchr(key, '.') + 1 : key;
}

/* Spoils one value. value is taken; NULL: the key goes. */
static bool parses_with(const char *key, json_t *value)
{
	json_t *s = sample_state(), *in = holder(s, key);
	bool parsed;

	assert_non_null(in);
	if (value)
		assert_int_equal(json_object_set_new(in, last_word(key), value), 0);
	else
		assert_int_equal(json_object_del(in, last_word(key)), 0);
	parsed = parse(s);
	json_decref(s);
	return parsed;
}

static void says_which_key_is_wrong(void **state)
{
	static const char *const keys[] = {
		"type",
		"time",
		"uptime_ns",
		"boot_id",
		"hooks",
		"oomtrace.pid",
		"oomtrace.version",
		"totals.seen",
		"totals.lost.decode",
		"lost_incidents",
		"kernel.kills",
		"output.waiting",
	};

	for (size_t i = 0; i < N_OF(keys); i++) {
		assert_false(parses_with(keys[i], NULL));
		assert_int_equal(strncmp(why, keys[i], strlen(keys[i])), 0);
		assert_false(parses_with(keys[i], json_null()));
		assert_false(parses_with(keys[i], json_real(1.5)));
		assert_false(parses_with(keys[i], json_object()));
	}
}

/* Numbers that would run over when they are added, and texts that are none. */
static void refuses_values_that_can_not_be(void **state)
{
	static const char *const numbers[] = {
		"oomtrace.pid",	      "uptime_ns",    "every_seconds", "totals.seen",
		"totals.lost.output", "kernel.kills", "last.seq",      "kernel.vmstat_oom_kill",
	};
	static const char *const texts[] = {"time", "since", "books_since", "last.time",
					    "kernel.audited"};

	for (size_t i = 0; i < N_OF(numbers); i++) {
		assert_false(parses_with(numbers[i], json_integer(-1)));
		assert_false(parses_with(numbers[i], json_integer(INT64_MIN)));
		assert_false(parses_with(numbers[i], json_integer(INT64_MAX)));
		assert_false(parses_with(numbers[i], json_string("7")));
		assert_false(parses_with(numbers[i], json_true()));
	}
	for (size_t i = 0; i < N_OF(texts); i++) {
		assert_false(parses_with(texts[i], json_string("")));
		assert_false(parses_with(texts[i], json_string("yesterday")));
		assert_false(parses_with(texts[i], json_integer(0)));
	}
	assert_false(parses_with("kernel.vmstat_oom_kill", json_integer(99))); /* counts back */
	assert_false(parses_with("ended", json_object()));
	assert_false(parses_with("last", json_object()));
	assert_false(parses_with("hooks", json_string("mark_victim")));
	assert_false(parses_with("schema", json_integer(0)));
}

/* What a later version adds is passed over. */
static void takes_what_it_does_not_know(void **state)
{
	assert_true(parses_with("schema", json_integer(2)));
	assert_true(parses_with("totals.dreamt", json_integer(2)));
	assert_true(parses_with("last.earlier", json_true()));
	assert_true(told.last_earlier);
	assert_true(parses_with("last", json_null()));
	assert_int_equal(told.last_seq, 0);
	assert_true(parses_with("kernel.vmstat_oom_kill_before", json_null()));
	assert_false(told.compared);
}

static void cuts_what_is_too_long(void **state)
{
	char longer[4096];

	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_true(parses_with("last.process.title", json_string(longer)));
	assert_int_equal(strlen(told.last_title), sizeof(told.last_title) - 1);
	assert_true(parses_with("last.path", json_string(longer)));
	assert_int_equal(strlen(told.last_where), sizeof(told.last_where) - 1);
	assert_true(parses_with("last.container.name", json_string(longer)));
	assert_true(parses_with("output.path", json_string(longer)));
}

static void refuses_more_hooks_than_there_are(void **state)
{
	json_t *hooks = json_array();

	for (int i = 0; i < TOLD_HOOKS + 1; i++)
		json_array_append_new(hooks, json_pack("{s:s, s:b}", "name", "h", "live", 1));
	assert_false(parses_with("hooks", hooks));
	assert_false(parses_with("hooks", json_pack("[{s:s}]", "name", "h")));
	assert_false(parses_with("hooks", json_pack("[i]", 1)));
}

static void names_where_the_last_was(void **state)
{
	json_t *pod = json_pack("{s:{s:s}, s:{s:s}, s:{s:s}}", "pod", "name", "ranker-0",
				"namespace", "name", "ml", "container", "name", "server");

	assert_true(parses_with("last.k8s", pod));
	assert_string_equal(told.last_where, "ml/ranker-0/server");
	pod = json_pack("{s:{s:s}}", "pod", "name", "ranker-0");
	assert_true(parses_with("last.k8s", pod));
	assert_string_equal(told.last_where, "ranker-0");
	assert_true(parses_with("last.container.id", json_string("0123456789abcdef")));
	assert_string_equal(told.last_where, "container 0123456789ab");
	assert_true(parses_with("last.container.name", json_string("web")));
	assert_string_equal(told.last_where, "container web");
	assert_true(parses_with("last.path", json_null()));
	assert_string_equal(told.last_where, "");
}

static void refuses_what_is_no_json(void **state)
{
	static const char *const texts[] = {
		"",
		"\n",
		"{",
		"null",
		"[]",
		"\"state\"",
		"{}",
		"{\"type\":\"state\",\"type\":\"state\"}",
		"\xff\xfe",
		"{\"type\":\"st\\u0000ate\"}",
		"{\"type\":\"state\"}garbage",
	};
	char deep[20000];

	for (size_t i = 0; i < N_OF(texts); i++) {
		assert_false(told__parse(&told, texts[i], strlen(texts[i]), why));
		assert_true(strlen(why) > 0);
	}
	memset(deep, '[', sizeof(deep));
	assert_false(told__parse(&told, deep, sizeof(deep), why));
}

/* Cut anywhere, as no rename leaves it, and as a hand might. */
static void refuses_what_is_cut(void **state)
{
	json_t *s = sample_state();
	char *text = json_dumps(s, JSON_COMPACT);
	size_t len = strlen(text);

	for (size_t cut = 0; cut < len; cut += 7)
		assert_false(told__parse(&told, text, cut, why));
	assert_true(told__parse(&told, text, len, why));
	free(text);
	json_decref(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_a_run_writes),
		cmocka_unit_test(says_which_key_is_wrong),
		cmocka_unit_test(refuses_values_that_can_not_be),
		cmocka_unit_test(takes_what_it_does_not_know),
		cmocka_unit_test(cuts_what_is_too_long),
		cmocka_unit_test(refuses_more_hooks_than_there_are),
		cmocka_unit_test(names_where_the_last_was),
		cmocka_unit_test(refuses_what_is_no_json),
		cmocka_unit_test(refuses_what_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
