// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The record oom_incident: its keys, its lists and how they are cut, strangers' bytes in it. */
#include <errno.h>

#include "group/evidence.h"
#include "hostile.h"
#include "line.h"
#include "render/incident.h"
#include "sample.h"
#include "world.h"

#define TRACKER "python3|-c|from multiprocessing.resource_tracker import main;main(5)|"

static struct world w;
static char line[JSONL_LINE_BYTES];

static int tear_down(void **state)
{
	world__done(&w);
	return 0;
}

#define START(rows) world__init(&w, rows, N_ROWS(rows))

static const struct row app[] = {
	{10, 1, "python3|app.py|"}, {11, 10, TRACKER}, {12, 10}, {13, 10}, {14, 10}};

static long told(const struct incident *in)
{
	struct node node = sample_node();
	long len = jsonl__incident(line, sizeof(line), &node, in);

	assert_in_range(len, 1, sizeof(line));
	return len;
}

#define ASSERT_TOLD(in, rows) line__assert_some(line, told(in), rows, N_OF(rows))

/* ---- keys ---- */

/* A value against what the schema says of it: its required keys, no others, as deep as it goes. */
static void assert_keys(json_t *schema, json_t *rules, json_t *value, const char *way)
{
	json_t *ref = json_object_get(rules, "$ref"), *properties, *item;
	const char *key;
	size_t i;

	if (ref) {
		json_t *defs = json_object_get(schema, "$defs");

		rules = json_object_get(defs, json_string_value(ref) + strlen("#/$defs/"));
		assert_non_null(rules);
	}
	json_array_foreach(value, i, item)
		assert_keys(schema, json_object_get(rules, "items"), item, way);
	properties = json_object_get(rules, "properties");
	if (!json_is_object(value) || !properties)
		return;
	json_array_foreach(json_object_get(rules, "required"), i, item)
		if (!json_object_get(value, json_string_value(item)))
			fail_msg("%s has no %s", way, json_string_value(item));
	json_object_foreach(value, key, item) {
		if (!json_object_get(properties, key))
			fail_msg("%s has %s", way, key);
		assert_keys(schema, json_object_get(properties, key), item, key);
	}
}

static void assert_as_in_schema(const struct incident *in)
{
	json_t *schema = json_load_file("schema/oomtrace.schema.json", 0, NULL);
	json_t *record = line__parse(line, told(in));
	json_t *rules = json_object_get(json_object_get(schema, "$defs"), "oom_incident");

	assert_non_null(rules);
	assert_keys(schema, rules, record, "oom_incident");
	json_decref(record);
	json_decref(schema);
}

static void has_the_keys_of_the_schema(void **state)
{
	struct incident *in;
	uint64_t at_ms;

	START(app);
	world__kill(&w, 3, 13);
	in = world__opens(&w);
	assert_as_in_schema(in);
	world__signal(&w, 10, 14);
	world__victim_exits(&w, 3, 1);
	snapshot__end(&w.now, 13, 1);
	assert_as_in_schema(world__closes(&w, &at_ms));
}

static void has_all_keys_of_what_is_not_known(void **state)
{
	struct snapshot failed = {.err = -EPERM};
	struct incident *in;

	START(app);
	world__kill(&w, 3, 13);
	in = incidents__due(w.incidents, w.now_ns);
	incident__look(in, &failed, w.now_ns);
	assert_as_in_schema(in);
	assert_as_in_schema(world__cut_short(&w));
}

/* ---- values ---- */

static void tells_an_open_one(void **state)
{
	static const struct expected rows[] = {
		{"type", "\"oom_incident\""},
		{"log/record/uid", "\"" SAMPLE_UID "-1-open\""},
		{"state", "\"open\""},
		{"verdict", "null"},
		{"consistent", "null"},
		{"watched_ms", "null"},
		{"replacements", "0"},
		{"expected", "\"one_process\""},
		{"group/id", "\"10-3b9aca00\""},
		{"group/framework", "\"multiprocessing\""},
		{"group/members", "5"},
		{"group/manager_pid", "10"},
		{"group/top_pid", "10"},
		{"group/role", "\"worker\""},
		{"group/index", "2"},
		{"group/of", "3"},
		{"group/strength", "\"strong\""},
		{"group/ambiguous", "false"},
		{"victims_total", "1"},
		{"survivors_total", "4"},
		{"followed_by_total", "0"},
		{"followed_by", "[]"},
		{"freed_bytes", "null"},
		{"exited_ms", "null"},
		{"reaped_ms", "null"},
		{"usage_before_bytes", "262144000"},
		{"usage_after_bytes", "null"},
		{"oom/id", "3"},
		{"evidence",
		 "[\"13 was forked by 10 and runs its program (strong)\",\"3 more below "
		 "10: 2 forked, 1 launched\"]"},
		{"unread", "{}"},
	};

	START(app);
	world__kill(&w, 3, 13);
	ASSERT_TOLD(world__opens(&w), rows);
}

static void tells_a_closed_one(void **state)
{
	static const struct expected rows[] = {
		{"log/record/uid", "\"" SAMPLE_UID "-1-closed\""},
		{"state", "\"closed\""},
		{"verdict", "\"manager_only\""},
		{"consistent", "false"},
		{"watched_ms", "30000"},
		{"cut_short", "false"},
		{"followed_by_total", "2"},
		{"freed_bytes", "104857600"},
		{"exited_ms", "12"},
		{"usage_after_bytes", "4096"},
	};
	struct incident *in;
	json_t *record, *first;
	uint64_t at_ms;

	START(app);
	world__kill(&w, 3, 13);
	world__opens(&w);
	w.now_ns += 12 * MS;
	world__victim_exits(&w, 3, 1);
	snapshot__end(&w.now, 13, 1);
	world__signal(&w, 10, 12);
	world__signal(&w, 10, 14);
	snapshot__end(&w.now, 12, 1);
	snapshot__end(&w.now, 14, 1);
	in = world__closes(&w, &at_ms);
	in->usage_after_known = true;
	in->usage_after_bytes = 4096;
	ASSERT_TOLD(in, rows);

	record = line__parse(line, told(in));
	first = json_array_get(json_object_get(record, "followed_by"), 0);
	line__assert_key(first, &(struct expected){"by", "\"manager\""});
	line__assert_key(first, &(struct expected){"signal", "9"});
	line__assert_key(first, &(struct expected){"sender/pid", "10"});
	line__assert_key(json_array_get(json_object_get(record, "survivors"), 2),
			 &(struct expected){"fate", "\"gone\""});
	json_decref(record);
}

static void tells_why_nothing_is_known(void **state)
{
	static const struct expected rows[] = {
		{"group", "null"},	  {"survivors", "null"},  {"survivors_total", "null"},
		{"replacements", "null"}, {"victims_total", "1"}, {"unread/group", "\"EPERM\""},
	};
	struct snapshot failed = {.err = -EPERM};
	struct incident *in;

	START(app);
	world__kill(&w, 3, 13);
	in = incidents__due(w.incidents, w.now_ns);
	incident__look(in, &failed, w.now_ns);
	ASSERT_TOLD(in, rows);
}

/* ---- much of everything ---- */

/* The chosen one comes first, wherever it is among the victims. */
static void cuts_its_lists(void **state)
{
	static struct row rows[301];
	static const struct expected totals[] = {
		{"victims_total", "100"}, {"survivors_total", "201"}, {"group/members", "301"}};
	struct incident *in;
	json_t *record;

	for (uint32_t i = 0; i <= 300; i++)
		rows[i] = (struct row){.pid = 1000 + i, .parent = i ? 1000 : 1};
	rows[0].args = "app|";
	START(rows);
	for (uint32_t i = 1; i <= 100; i++)
		world__kill_beside(&w, 3, 1000 + i, i == 90);
	world__decided(&w, 3);
	in = world__opens(&w);
	ASSERT_TOLD(in, totals);
	record = line__parse(line, told(in));
	assert_in_range(json_array_size(json_object_get(record, "victims")), 16, 64);
	assert_in_range(json_array_size(json_object_get(record, "survivors")), 16, 64);
	line__assert_key(json_array_get(json_object_get(record, "victims"), 0),
			 &(struct expected){"process/pid", "1090"});
	json_decref(record);
}

static void fill(char *text, size_t bytes)
{
	memset(text, '\x01', bytes - 1);
	text[bytes - 1] = '\0';
}

/* Every name is as long as it may be, and each of its bytes takes six. */
static void the_worst_one_fits(void **state)
{
	static struct row rows[300];
	struct incident *in;

	for (uint32_t i = 0; i < 300; i++)
		rows[i] = (struct row){.pid = 1000 + i, .parent = i ? 1000 + (i - 1) / 2 : 1};
	rows[0].args = "app|";
	START(rows);
	for (uint32_t i = 0; i < 100; i++)
		world__kill_beside(&w, 3, 1100 + i, i == 0);
	world__decided(&w, 3);
	in = world__opens(&w);
	for (int i = 0; i < in->forest.n; i++) {
		struct member *m = &in->forest.members[i];

		fill(m->process.comm, sizeof(m->process.comm));
		fill(m->process.title, sizeof(m->process.title));
		fill(m->process.executable, sizeof(m->process.executable));
		fill(m->hint.label, sizeof(m->hint.label));
	}
	for (size_t i = 0; i < in->n_victims; i++) {
		fill(in->victims[i].process.title, PROCESS_TITLE_BYTES);
		fill(in->victims[i].process.executable, REC_NAME_BYTES);
	}
	for (int i = 0; i < 2 * INCIDENT_FOLLOW_UPS; i++)
		world__signal(&w, 1000, 1299);
	for (int i = 0; i < INCIDENT_FOLLOW_UPS; i++)
		fill(in->follow_ups[i].sender_title, sizeof(in->follow_ups[i].sender_title));
	fill(in->cgroup.path, sizeof(in->cgroup.path));
	in->decision_known = true;
	fill(in->decision.hit.path, sizeof(in->decision.hit.path));
	in->stage = STAGE_CLOSED;
	assert_as_in_schema(in);
}

/* A chain of a thousand forks, and the last of them is the victim. */
static void a_long_way_to_the_top_fits(void **state)
{
	static struct row rows[1000];
	struct incident *in;

	for (uint32_t i = 0; i < 1000; i++)
		rows[i] = (struct row){.pid = 1000 + i, .parent = 999 + i};
	rows[0].args = "app|";
	START(rows);
	world__kill(&w, 3, 1999);
	in = world__opens(&w);
	assert_int_equal(in->group.n, 1000);
	assert_as_in_schema(in);
}

/* Too little room, whatever is left out. */
static void says_when_it_does_not_fit(void **state)
{
	struct node node = sample_node();
	struct incident *in;

	START(app);
	world__kill(&w, 3, 13);
	in = world__opens(&w);
	assert_int_equal(jsonl__incident(line, 500, &node, in), -ENOBUFS);
}

/* ---- strangers ---- */

static void escapes_names(void **state)
{
	struct incident *in;

	START(app);
	world__kill(&w, 3, 13);
	in = world__opens(&w);
	for (size_t i = 0; i < N_HOSTILE; i++) {
		struct member *top = &in->forest.members[in->group.top];
		char title[PROCESS_TITLE_BYTES];

		snprintf(top->process.title, sizeof(title), "%s", hostile[i].name);
		snprintf(top->hint.label, sizeof(top->hint.label), "%s", hostile[i].name);
		json_decref(line__parse(line, told(in)));
		snprintf(title, sizeof(title), "\"title\":\"%s\"", hostile[i].json);
		assert_non_null(strstr(line, title));
		snprintf(title, sizeof(title), "\"label\":\"%s\"", hostile[i].json);
		assert_non_null(strstr(line, title));
	}
}

/* ---- evidence ---- */

static void evidence_names_each_step(void **state)
{
	static const struct row rows[] = {
		{10, 1, "python3|/usr/bin/torchrun|train.py|"},
		{11, 10, "python3|train.py|", .ranks = "RANK=0|"},
		{12, 10, "python3|train.py|", .ranks = "RANK=1|"},
		{13, 12, TRACKER},
		{14, 12},
	};
	char sentence[EVIDENCE_BYTES];
	struct incident *in;

	START(rows);
	world__kill(&w, 3, 14);
	in = world__opens(&w);
	assert_true(evidence__sentence(&in->group, 0, sentence));
	assert_string_equal(sentence, "14 was forked by 12 and runs its program (strong)");
	assert_true(evidence__sentence(&in->group, 1, sentence));
	assert_string_equal(sentence, "12 was given a rank of its own by 10 (strong)");
	assert_true(evidence__sentence(&in->group, 2, sentence));
	assert_string_equal(sentence, "2 more below 10: 1 launched, 1 given ranks");
	assert_false(evidence__sentence(&in->group, 3, sentence));
}

static void there_is_none_of_one_alone(void **state)
{
	static const struct row rows[] = {{10, 1, "app|"}};
	char sentence[EVIDENCE_BYTES];
	struct incident *in;

	START(rows);
	world__kill(&w, 3, 10);
	in = world__opens(&w);
	assert_false(evidence__sentence(&in->group, 0, sentence));
	assert_false(evidence__sentence(&in->group, 1, sentence));
}

#define TEST(f) cmocka_unit_test_teardown(f, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(has_the_keys_of_the_schema), TEST(has_all_keys_of_what_is_not_known),
		TEST(tells_an_open_one),	  TEST(tells_a_closed_one),
		TEST(tells_why_nothing_is_known), TEST(cuts_its_lists),
		TEST(the_worst_one_fits),	  TEST(a_long_way_to_the_top_fits),
		TEST(says_when_it_does_not_fit),  TEST(escapes_names),
		TEST(evidence_names_each_step),	  TEST(there_is_none_of_one_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
