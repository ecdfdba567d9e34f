/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* A line of JSON, parsed back and compared with what is expected of it, key by key. */
#ifndef OOMTRACE_TESTS_LINE_H
#define OOMTRACE_TESTS_LINE_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "render/jsonl.h"

/* A key by its way from the outermost object, and its value as compact JSON. */
struct expected {
	const char *way; /* "process/user/id" */
	const char *json;
};

/* One line, one object, no key twice. */
static inline json_t *line__parse(const char *line, long len)
{
	json_error_t error;
	json_t *record;

	assert_true(len > 1);
	assert_int_equal(line[len - 1], '\n');
	for (long i = 0; i < len - 1; i++)
		assert_true((unsigned char)line[i] >= 0x20);
	record = json_loadb(line, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	if (!record)
		fail_msg("%s at %d of %.*s", error.text, error.position, (int)len, line);
	assert_true(json_is_object(record));
	return record;
}

static inline json_t *line__at(json_t *record, const char *way)
{
	char *copy = strdup(way), *rest;

	for (char *key = strtok_r(copy, "/", &rest); key; key = strtok_r(NULL, "/", &rest))
		record = json_object_get(record, key);
	free(copy);
	return record;
}

/* Values that are no objects; an empty object is one too. */
static inline size_t line__count_leaves(json_t *value)
{
	const char *key;
	size_t n = 0;
	json_t *member;

	if (!json_object_size(value))
		return 1;
	json_object_foreach(value, key, member)
		n += line__count_leaves(member);
	return n;
}

static inline void line__assert_key(json_t *record, const struct expected *e)
{
	json_t *value = line__at(record, e->way);
	char *json = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);

	if (!json || strcmp(json, e->json))
		fail_msg("%s is %s, not %s", e->way, json ? json : "not there", e->json);
	free(json);
}

/* Each key has its value, and there are no others. The rows with json NULL are the caller's. */
static inline void line__assert(const char *line, long len, const struct expected *rows, size_t n)
{
	json_t *record = line__parse(line, len);

	for (size_t i = 0; i < n; i++)
		if (rows[i].json)
			line__assert_key(record, &rows[i]);
	assert_int_equal(line__count_leaves(record), n);
	json_decref(record);
}

/* Only these keys. */
static inline void line__assert_some(const char *line, long len, const struct expected *rows,
				     size_t n)
{
	json_t *record = line__parse(line, len);

	for (size_t i = 0; i < n; i++)
		line__assert_key(record, &rows[i]);
	json_decref(record);
}

/* Whatever room there is, to the byte: the whole line, or -ENOBUFS. len: of the whole line. */
static inline void line__assert_whole_or_nothing(long (*render)(char *buf, size_t cap), long len)
{
	assert_true(len > 0);
	for (long cap = 0; cap <= len + 1; cap++) {
		char *buf = malloc(cap);

		assert_int_equal(render(buf, cap), cap < len ? -ENOBUFS : len);
		if (cap >= len)
			json_decref(line__parse(buf, len));
		free(buf);
	}
}

#define N_OF(rows) (sizeof(rows) / sizeof((rows)[0]))

#endif /* OOMTRACE_TESTS_LINE_H */
