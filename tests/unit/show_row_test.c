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

static void each_record_is_a_line_or_none(void **state)
{
	static const struct {
		const char *record, *row;
	} cases[] = {
		{"{\"type\":\"gap\",\"time\":\"2026-11-24T05:00:00.123Z\",\"count\":1,"
		 "\"host\":{\"name\":\"n\"}}",
		 "2026-11-24T05:00:00Z n 1 victim without a record\n"},
		{"{\"type\":\"gap\",\"count\":\"1\"}", "- - 0 victims without a record\n"},
		{"{\"type\":\"gap\",\"time\":7,\"host\":[1]}", "- - 0 victims without a record\n"},
		{"{\"type\":\"oom_incident\",\"state\":\"closed\"}", "- - - no verdict\n"},
		{"{\"type\":\"oom_incident\",\"state\":\"open\"}", ""},
		{"{\"type\":\"oom_kill\"}", "- - - -[0] killed\n"},
		{"{\"type\":\"oom_kill\",\"process\":{\"title\":\"a\\u001bb\",\"pid\":5},"
		 "\"memory\":"
		 "{\"anon_rss_bytes\":9223372036854775807,\"file_rss_bytes\":1,"
		 "\"shmem_rss_bytes\":-5}}",
		 "- - - a\\x1bb[5] killed, 8388608.0 TiB\n"},
		{"{\"type\":\"oom_exit\"}", ""},
		{"{}", ""},
		{"[]", ""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *record = record_of(cases[i].record);
		char row[ROW_BYTES] = "";
		size_t len = row__put(row, sizeof(row), record);

		assert_string_equal(row, cases[i].row);
		assert_int_equal(len, strlen(cases[i].row));
		json_decref(record);
	}
}

static void a_row_ends_where_its_room_does(void **state)
{
	json_t *record = record_of("{\"type\":\"gap\",\"host\":{\"name\":\"abcdefghijklmnop\"}}");

	for (size_t room = 2; room < 64; room++) {
		char *row = malloc(room); /* ASan sees who writes on */
		size_t len = row__put(row, room, record);

		assert_in_range(len, 1, room);
		assert_int_equal(row[len - 1], '\n');
		free(row);
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
		cmocka_unit_test(a_row_ends_where_its_room_does),
		cmocka_unit_test(a_cgroup_is_of_its_own_and_those_above),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
