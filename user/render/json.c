// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Writes JSON into a buffer, value by value; see json.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "render/json.h"
#include "render/utf8.h"

static void put(struct json *j, const char *s, size_t n)
{
	if (j->overflow || n > j->cap - j->len) {
		j->overflow = true;
		return;
	}
	memcpy(j->buf + j->len, s, n);
	j->len += n;
}

static void put_code_point(struct json *j, uint32_t cp, const char *s, size_t n)
{
	char escape[8];

	if (cp == '"' || cp == '\\') {
		put(j, "\\", 1);
		put(j, s, n);
	} else if (cp == UTF8_REPLACEMENT) {
		put(j, "\xef\xbf\xbd", 3);
	} else if (utf8__is_control(cp)) {
		put(j, escape, snprintf(escape, sizeof(escape), "\\u%04" PRIx32, cp));
	} else {
		put(j, s, n);
	}
}

static const bool stands_for_itself[256] = {
	[' ' ... '!'] = true,
	['#' ... '['] = true,
	[']' ... '~'] = true,
};

/* How many bytes at s stand for themselves: in most strings all of them. */
static size_t plain(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && stands_for_itself[(unsigned char)s[n]])
		n++;
	return n;
}

static void put_string(struct json *j, const char *s, size_t len)
{
	put(j, "\"", 1);
	for (size_t i = 0, used; i < len; i += used) {
		used = plain(s + i, len - i);
		if (used) {
			put(j, s + i, used);
		} else {
			uint32_t cp = utf8__next(s + i, len - i, &used);

			put_code_point(j, cp, s + i, used);
		}
	}
	put(j, "\"", 1);
}

static void put_key(struct json *j, const char *key)
{
	if (j->comma)
		put(j, ",", 1);
	if (key) {
		put_string(j, key, strlen(key));
		put(j, ":", 1);
	}
	j->comma = true;
}

void json__raw(struct json *j, const char *key, const char *json)
{
	put_key(j, key);
	put(j, json, strlen(json));
}

void json__init(struct json *j, char *buf, size_t cap)
{
	*j = (struct json){.buf = buf, .cap = cap};
}

void json__begin_object(struct json *j, const char *key)
{
	json__raw(j, key, "{");
	j->comma = false;
}

void json__end_object(struct json *j)
{
	put(j, "}", 1);
	j->comma = true;
}

void json__begin_array(struct json *j, const char *key)
{
	json__raw(j, key, "[");
	j->comma = false;
}

void json__end_array(struct json *j)
{
	put(j, "]", 1);
	j->comma = true;
}

void json__null(struct json *j, const char *key)
{
	json__raw(j, key, "null");
}

void json__bool(struct json *j, const char *key, bool value)
{
	json__raw(j, key, value ? "true" : "false");
}

/* A line has dozens of numbers: snprintf() took half of the time that it takes to make one. */
static void put_number(struct json *j, const char *key, uint64_t value, bool minus)
{
	char text[24], *end = text + sizeof(text), *at = end;

	do
		*--at = '0' + value % 10;
	while (value /= 10);
	if (minus)
		*--at = '-';
	put_key(j, key);
	put(j, at, end - at);
}

void json__u64(struct json *j, const char *key, uint64_t value)
{
	put_number(j, key, value, false);
}

void json__i64(struct json *j, const char *key, int64_t value)
{
	bool minus = value < 0;

	put_number(j, key, minus ? -(uint64_t)value : (uint64_t)value, minus);
}

void json__string(struct json *j, const char *key, const char *value)
{
	if (value)
		json__bytes(j, key, value, strlen(value));
	else
		json__null(j, key);
}

void json__bytes(struct json *j, const char *key, const char *value, size_t len)
{
	put_key(j, key);
	put_string(j, value, len);
}

void json__u64_if(struct json *j, const char *key, bool known, uint64_t value)
{
	if (known)
		json__u64(j, key, value);
	else
		json__null(j, key);
}

void json__bool_if(struct json *j, const char *key, bool known, bool value)
{
	if (known)
		json__bool(j, key, value);
	else
		json__null(j, key);
}

long json__end_line(struct json *j)
{
	put(j, "\n", 1);
	return j->overflow ? -ENOBUFS : (long)j->len;
}
