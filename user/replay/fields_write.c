// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Structs to JSON objects; see fields.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "record.h"
#include "render/oom_json.h"
#include "render/utf8.h"
#include "replay/fields.h"

static uint32_t count_of(const struct field *f, const void *from)
{
	return *(const uint32_t *)((const char *)from + f->count);
}

/* Returns the length. */
static size_t escape(char to[FIELDS_TEXT_BYTES], const char *s, size_t len)
{
	size_t n = 0, used;

	for (size_t i = 0; i < len; i += used) {
		uint32_t cp = utf8__next(s + i, len - i, &used);

		if (cp == UTF8_REPLACEMENT && used == 1) {
			n += sprintf(to + n, "\\x%02x", (unsigned char)s[i]);
			continue;
		}
		if (cp == '\\')
			to[n++] = '\\';
		memcpy(to + n, s + i, used);
		n += used;
	}
	return n;
}

static void write_text(struct json *j, const char *key, const char *s, size_t len)
{
	static char escaped[FIELDS_TEXT_BYTES];

	json__bytes(j, key, escaped, escape(escaped, s, len));
}

static void write_texts(struct json *j, const struct field *f, const char *s, uint32_t bytes)
{
	const char *end = s + (bytes < f->bytes ? bytes : f->bytes);

	json__begin_array(j, f->name);
	for (size_t n; s <= end; s += n + 1) {
		n = strnlen(s, end - s);
		write_text(j, NULL, s, n);
	}
	json__end_array(j);
}

static void write_numbers(struct json *j, const struct field *f, const uint32_t *numbers,
			  uint32_t n)
{
	json__begin_array(j, f->name);
	for (uint32_t i = 0; i < n && i < f->bytes / sizeof(*numbers); i++)
		json__u64(j, NULL, numbers[i]);
	json__end_array(j);
}

static void write_unsigned(struct json *j, const char *key, uint64_t number)
{
	char digits[24];

	if (number <= INT64_MAX) {
		json__u64(j, key, number);
		return;
	}
	snprintf(digits, sizeof(digits), "%" PRIu64, number);
	json__string(j, key, digits);
}

/* The kernel has some that libc has no name for: ENOTSUPP, 524. */
static void write_errno(struct json *j, const char *key, int err)
{
	const char *name = err > -FIELDS_ERRNO_MAX && err < 0 ? strerrorname_np(-err) : NULL;

	if (name)
		json__string(j, key, name);
	else
		json__i64(j, key, err);
}

static bool is_zero(const char *at, size_t bytes)
{
	return !at[0] && !memcmp(at, at + 1, bytes - 1);
}

static bool is_left_away(const struct field *f, const void *from)
{
	const char *at = (const char *)from + f->offset;

	switch (f->type) {
	case FIELD_TEXT:
		return !*at;
	case FIELD_TEXTS:
	case FIELD_NUMBERS:
		return !count_of(f, from);
	case FIELD_OBJECT:
		if (f->count)
			return !*((const bool *)from + f->count);
		break;
	default:
		break;
	}
	return is_zero(at, f->bytes);
}

static void write_field(const struct field *f, const void *from, struct json *j)
{
	const void *at = (const char *)from + f->offset;

	switch (f->type) {
	case FIELD_UNSIGNED:
		write_unsigned(j, f->name, f->bytes == 4 ? *(uint32_t *)at : *(uint64_t *)at);
		break;
	case FIELD_SIGNED:
		json__i64(j, f->name, f->bytes == 4 ? *(int32_t *)at : *(int64_t *)at);
		break;
	case FIELD_FLAG:
		json__bool(j, f->name, true);
		break;
	case FIELD_ERRNO:
		write_errno(j, f->name, *(int *)at);
		break;
	case FIELD_KIND:
		json__string(j, f->name, oom__kind(*(enum victim_kind *)at));
		break;
	case FIELD_TEXT:
		write_text(j, f->name, at, strnlen(at, f->bytes));
		break;
	case FIELD_TEXTS:
		write_texts(j, f, at, count_of(f, from));
		break;
	case FIELD_NUMBERS:
		write_numbers(j, f, at, count_of(f, from));
		break;
	case FIELD_OBJECT:
		json__begin_object(j, f->name);
		fields__write(f->object, at, j);
		json__end_object(j);
		break;
	}
}

void fields__write(const struct fields *fields, const void *from, struct json *j)
{
	for (size_t i = 0; i < fields->n; i++)
		if (!is_left_away(&fields->rows[i], from))
			write_field(&fields->rows[i], from, j);
}
