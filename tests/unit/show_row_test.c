// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Lines of the list, also of records that no oomtrace wrote. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "show/filter.h"
#include "show/row.h"

static json_t *record_of(const char *text)
{
	json_t *record = json_loads(text, 0, NULL);

	assert_non_null(record);
	return record;
}

static const struct row_style plain = {0, false, false};

static void each_record_is_a_line_or_none(void **state)
{
	static const struct {
		const char *record, *row;
	} cases[] = {
		{"{\"type\":\"gap\",\"time\":\"2026-11-24T05:00:00.123Z\",\"count\":1}",
		 "2026-11-24 05:00:00Z  1 victim without a record\n"},
		{"{\"type\":\"gap\",\"count\":\"1\"}", "-  0 victims without a record\n"},
		{"{\"type\":\"gap\",\"time\":7,\"host\":[1]}", "-  0 victims without a record\n"},
		{"{\"type\":\"oom_incident\",\"state\":\"closed\"}",
		 "-  place not known  no verdict  ?, pid 0\n"},
		{"{\"type\":\"oom_incident\",\"state\":\"open\"}", ""},
		{"{\"type\":\"oom_kill\"}", "-  place not known  killed  -[0]\n"},
		{"{\"type\":\"oom_kill\",\"process\":{\"title\":\"a\\u001bb\",\"pid\":5},"
		 "\"oom\":{\"hit\":{\"path\":\"/a\",\"limit_bytes\":-1}},\"memory\":"
		 "{\"anon_rss_bytes\":9223372036854775807,\"file_rss_bytes\":1,"
		 "\"shmem_rss_bytes\":-5}}",
		 "-  /a  killed  a\\x1bb[5]  8388608.0 TiB\n"},
		{"{\"type\":\"oom_kill\",\"process\":{\"title\":\"a\",\"pid\":5,\"vpid\":5},"
		 "\"oom\":{\"constraint\":\"none\",\"victim\":{\"path\":\"/\"}},"
		 "\"memory\":{\"anon_rss_bytes\":1024}}",
		 "-  /  killed  a[5]  1.0 KiB, the whole machine was out of memory\n"},
		{"{\"type\":\"oom_kill\",\"process\":{\"title\":\"a\",\"pid\":5},"
		 "\"oom\":{\"constraint\":null,\"victim\":{\"path\":\"/a\",\"limit_bytes\":2048}},"
		 "\"memory\":{\"anon_rss_bytes\":1024}}",
		 "-  /a  killed  a[5]  1.0 KiB of 2.0 KiB\n"},
		{"{\"type\":\"oom_exit\"}", ""},
		{"{}", ""},
		{"[]", ""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *record = record_of(cases[i].record);
		char row[ROW_BYTES] = "";
		size_t len = row__put(row, sizeof(row), record, &plain);

		assert_string_equal(row, cases[i].row);
		assert_int_equal(len, strlen(cases[i].row));
		json_decref(record);
	}
}

static const char incident[] =
	"{\"type\":\"oom_incident\",\"time\":\"2026-11-24T04:10:44Z\",\"state\":\"closed\","
	"\"host\":{\"name\":\"node-of-a-long-name\"},\"verdict\":\"degraded\",\"consistent\":false,"
	"\"meaning\":\"The manager goes on with fewer workers; it is one short.\","
	"\"group\":{\"framework\":\"vLLM\"},\"victims_total\":2,"
	"\"victims\":[{\"role\":\"worker\",\"index\":3,\"of\":5,\"process\":{\"pid\":612},"
	"\"memory\":{\"rss_bytes\":629145600}},{\"memory\":{\"rss_bytes\":1048576}}],"
	"\"oom\":{\"hit\":{\"limit_bytes\":1073741824}},"
	"\"k8s\":{\"pod\":{\"name\":\"ranker-7d9f8b6c5-x2x9k\"},\"namespace\":{\"name\":\"ml\"}}}";

/* What matters less is shorter first, and gone in the end. */
static void a_row_fits(void **state)
{
	static const struct {
		size_t columns;
		const char *row;
	} cases[] = {
		{188, "2026-11-24 04:10:44Z  ml/ranker-7d9f8b6c5-x2x9k  degraded INCONSISTENT  "
		      "worker 3 of 5 of vLLM, pid 612 and 1 more  601.0 MiB of 1.0 GiB  "
		      "The manager goes on with fewer workers; it is one …\n"},
		{145, "2026-11-24 04:10:44Z  ml/ranker-7d9f8b6c5-x2x9k  degraded INCONSISTENT  "
		      "worker 3 of 5 of vLLM, pid 612 and 1 more  601.0 MiB of 1.0 GiB\n"},
		{120, "2026-11-24 04:10:44Z  ranker-7d9f8b6c5-x2x9k  degraded INCONSISTENT  "
		      "worker 3/5 vLLM  601.0 MiB of 1.0 GiB\n"},
		{90, "11-24 04:10:44  ranker-7d9f8b6c5-x2x9k  degraded INCONSISTENT  worker 3/5 "
		     "vLLM  601M/1.0G\n"},
		{80, "11-24 04:10:44  ranker-7d9f8b6c5-…  degraded INCONSISTENT  worker 3/5  "
		     "601M/1.0G\n"},
		{60, "11-24 04:10:44  ranker-7d9f…  degraded INCONSISTENT  worker…\n"},
		{40, "11-24 04:10:44  ranker-7d9f…  degraded …\n"},
	};
	json_t *record = record_of(incident);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct row_style style = {cases[i].columns, false, false};
		char row[ROW_BYTES] = "";

		row__put(row, sizeof(row), record, &style);
		assert_string_equal(row, cases[i].row);
	}
	json_decref(record);
}

static void a_row_of_several_nodes_has_its_node(void **state)
{
	const struct row_style style = {80, true, true};
	json_t *record = record_of(incident);
	char row[ROW_BYTES] = "";

	row__put(row, sizeof(row), record, &style);
	assert_string_equal(row, "11-24 04:10:44  node-of…  ranker-7d9f…  "
				 "\x1b[1;31mdegraded INCONSISTENT\x1b[m  worker 3/5\n");
	json_decref(record);
}

static void a_row_ends_where_its_room_does(void **state)
{
	json_t *record = record_of(incident);

	for (size_t columns = 0; columns < 200; columns++) {
		struct row_style style = {columns, columns % 2, columns % 3};

		for (size_t room = 2; room < 64; room++) {
			char *row = malloc(room); /* ASan sees who writes on */
			size_t len = row__put(row, room, record, &style);

			assert_in_range(len, 1, room);
			assert_int_equal(row[len - 1], '\n');
			free(row);
		}
	}
	json_decref(record);
}

static void a_cgroup_is_of_its_own_and_those_above(void **state)
{
	static const struct {
		const char *group;
		bool takes;
	} cases[] = {
		{"/a/b", true},	  {"/a", true},	    {"/", true},    {"/a/", true},
		{"/a/b/", false}, {"/a/bc", false}, {"a/b", false}, {"", false},
	};
	json_t *record = record_of("{\"oom\":{\"victim\":{\"path\":\"/a/b\"}}}");

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct filter f = {INT64_MIN, INT64_MAX, NULL, cases[i].group, NULL};

		assert_int_equal(filter__takes(&f, record), cases[i].takes);
	}
	json_decref(record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_record_is_a_line_or_none),
		cmocka_unit_test(a_row_fits),
		cmocka_unit_test(a_row_of_several_nodes_has_its_node),
		cmocka_unit_test(a_row_ends_where_its_room_does),
		cmocka_unit_test(a_cgroup_is_of_its_own_and_those_above),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
