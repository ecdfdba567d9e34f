// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What the emitter writes, byte by byte, and that it writes a whole line or says that it can't. */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "hostile.h"
#include "render/json.h"

#define LINE_BYTES 512

/* One object with whatever fill puts in it. */
static long render(char *buf, size_t cap, void (*fill)(struct json *j))
{
	struct json j;

	json__init(&j, buf, cap);
	json__begin_object(&j, NULL);
	fill(&j);
	json__end_object(&j);
	return json__end_line(&j);
}

static void assert_line(void (*fill)(struct json *j), const char *expected)
{
	char line[LINE_BYTES];
	long len = render(line, sizeof(line), fill);

	assert_int_equal(len, strlen(expected));
	assert_memory_equal(line, expected, len);
}

static void fill_nothing(struct json *j)
{
}

static void fill_numbers(struct json *j)
{
	json__u64(j, "zero", 0);
	json__u64(j, "most", UINT64_MAX);
	json__i64(j, "least", INT64_MIN);
	json__i64(j, "minus", -1);
	json__i64(j, "signed_most", INT64_MAX);
}

static void fill_words(struct json *j)
{
	json__null(j, "a");
	json__bool(j, "b", true);
	json__bool(j, "c", false);
	json__string(j, "d", NULL);
	json__string(j, "e", "");
	json__bytes(j, "f", "xyz", 0);
}

static void fill_if(struct json *j)
{
	json__u64_if(j, "a", true, 7);
	json__u64_if(j, "b", false, 7);
	json__bool_if(j, "c", true, false);
	json__bool_if(j, "d", true, true);
	json__bool_if(j, "e", false, true);
}

static void fill_nested(struct json *j)
{
	json__begin_object(j, "empty");
	json__end_object(j);
	json__begin_array(j, "list");
	json__u64(j, NULL, 1);
	json__string(j, NULL, "two");
	json__begin_object(j, NULL);
	json__null(j, "three");
	json__end_object(j);
	json__begin_array(j, NULL);
	json__end_array(j);
	json__null(j, NULL);
	json__end_array(j);
	json__bool(j, "after", true);
}

static void fill_strange_keys(struct json *j)
{
	json__null(j, "");
	json__null(j, "a\"\\\n\xff");
}

static void fill_zeros(struct json *j)
{
	json__bytes(j, "comm", "a\0b\0", 4);
	json__bytes(j, "half", "\xe2\x82\xac", 2);
}

static void writes_values(void **state)
{
	assert_line(fill_nothing, "{}\n");
	assert_line(fill_numbers, "{\"zero\":0,\"most\":18446744073709551615,"
				  "\"least\":-9223372036854775808,\"minus\":-1,"
				  "\"signed_most\":9223372036854775807}\n");
	assert_line(fill_words,
		    "{\"a\":null,\"b\":true,\"c\":false,\"d\":null,\"e\":\"\",\"f\":\"\"}\n");
	assert_line(fill_if, "{\"a\":7,\"b\":null,\"c\":false,\"d\":true,\"e\":null}\n");
	assert_line(fill_nested, "{\"empty\":{},\"list\":[1,\"two\",{\"three\":null},[],null],"
				 "\"after\":true}\n");
	assert_line(fill_strange_keys, "{\"\":null,\"a\\\"\\\\\\u000a" BAD "\":null}\n");
	assert_line(fill_zeros, "{\"comm\":\"a\\u0000b\\u0000\",\"half\":\"" BAD BAD "\"}\n");
}

/* Every name comes out as the table says, and as JSON that a parser takes. */
static void escapes_what_is_hostile(void **state)
{
	for (size_t i = 0; i < N_HOSTILE; i++) {
		char line[LINE_BYTES], expected[LINE_BYTES];
		struct json j;
		json_t *parsed;
		long len;

		json__init(&j, line, sizeof(line));
		json__begin_object(&j, NULL);
		json__string(&j, "n", hostile[i].name);
		json__end_object(&j);
		len = json__end_line(&j);
		snprintf(expected, sizeof(expected), "{\"n\":\"%s\"}\n", hostile[i].json);
		if (len != (long)strlen(expected) || memcmp(line, expected, len))
			fail_msg("%s: %.*s", hostile[i].what, (int)len, line);
		parsed = json_loadb(line, len, 0, NULL);
		if (!parsed)
			fail_msg("%s: no JSON: %.*s", hostile[i].what, (int)len, line);
		json_decref(parsed);
	}
}

/* A copy that ends where it says: a cut sequence at the end must not be read on. */
static void reads_no_further_than_len(void **state)
{
	for (size_t i = 0; i < N_HOSTILE; i++) {
		size_t len = strlen(hostile[i].name);
		char line[LINE_BYTES], *copy = malloc(len);
		struct json j;

		memcpy(copy, hostile[i].name, len);
		json__init(&j, line, sizeof(line));
		json__bytes(&j, NULL, copy, len);
		assert_int_equal(j.len, strlen(hostile[i].json) + 2);
		assert_memory_equal(line + 1, hostile[i].json, j.len - 2);
		free(copy);
	}
}

static void fill_all(struct json *j)
{
	fill_numbers(j);
	fill_words(j);
	fill_if(j);
	fill_nested(j);
	fill_strange_keys(j);
	fill_zeros(j);
	for (size_t i = 0; i < 5; i++)
		json__string(j, "name", hostile[i].name);
}

static void is_whole_or_says_so(void **state)
{
	static char whole[2 * LINE_BYTES];
	long len = render(whole, sizeof(whole), fill_all);

	assert_true(len > 0);
	for (long cap = 0; cap <= len + 1; cap++) {
		char *buf = malloc(cap);

		assert_int_equal(render(buf, cap, fill_all), cap < len ? -ENOBUFS : len);
		if (cap >= len)
			assert_memory_equal(buf, whole, len);
		free(buf);
	}
}

/* What did not fit leaves a gap: a shorter value after it would fit and must not. */
static void stays_full(void **state)
{
	char buf[16];
	struct json j;

	json__init(&j, buf, sizeof(buf));
	json__begin_object(&j, NULL);
	json__string(&j, "k", "longer than the buffer");
	json__u64(&j, "k", 1);
	json__end_object(&j);
	assert_true(j.overflow);
	assert_int_equal(json__end_line(&j), -ENOBUFS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_values),
		cmocka_unit_test(escapes_what_is_hostile),
		cmocka_unit_test(reads_no_further_than_len),
		cmocka_unit_test(is_whole_or_says_so),
		cmocka_unit_test(stays_full),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
