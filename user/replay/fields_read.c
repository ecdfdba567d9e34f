// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* JSON objects to structs; see fields.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "render/oom_json.h"
#include "render/utf8.h"
#include "replay/fields.h"

struct reading {
	char where[128];
	char *why;
};

__attribute__((format(printf, 2, 3))) static int refuse(struct reading *r, const char *format, ...)
{
	char what[FIELDS_WHY_BYTES - sizeof(r->where) - 2];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	snprintf(r->why, FIELDS_WHY_BYTES, "%s: %s", r->where, what);
	utf8__make_printable(r->why);
	return -EINVAL;
}

static bool number_of(const json_t *value, uint64_t *number)
{
	const char *digits = json_string_value(value);
	char *end;

	if (json_is_integer(value)) {
		*number = json_integer_value(value);
		return json_integer_value(value) >= 0;
	}
	if (!digits || *digits < '0' || *digits > '9')
		return false;
	errno = 0;
	*number = strtoull(digits, &end, 10);
	return !errno && !*end;
}

static int read_unsigned(struct reading *r, size_t bytes, const json_t *value, void *at)
{
	uint64_t number, most = bytes == 4 ? UINT32_MAX : UINT64_MAX;

	if (!number_of(value, &number) || number > most)
		return refuse(r, "must be a number from 0 to %" PRIu64, most);
	if (bytes == 4)
		*(uint32_t *)at = number;
	else
		*(uint64_t *)at = number;
	return 0;
}

static int read_signed(struct reading *r, size_t bytes, const json_t *value, void *at)
{
	int64_t least = bytes == 4 ? INT32_MIN : INT64_MIN, number = json_integer_value(value);

	if (!json_is_integer(value) || number < least || number > -(least + 1))
		return refuse(r, "must be a number from %" PRId64 " to %" PRId64, least,
			      -(least + 1));
	if (bytes == 4)
		*(int32_t *)at = number;
	else
		*(int64_t *)at = number;
	return 0;
}

static int read_errno(struct reading *r, const json_t *value, int *err)
{
	const char *name = json_string_value(value);

	if (json_is_integer(value))
		return read_signed(r, sizeof(*err), value, err);
	for (int e = 1; name && e < FIELDS_ERRNO_MAX; e++) {
		const char *known = strerrorname_np(e);

		if (known && !strcmp(known, name)) {
			*err = -e;
			return 0;
		}
	}
	return refuse(r, "must be the name of an error, as \"ENOENT\"");
}

static int read_kind(struct reading *r, const char *name, enum victim_kind *kind)
{
	for (int k = VICTIM_KILLED; name && k <= VICTIM_ALREADY_EXITING; k++) {
		if (!strcmp(oom__kind(k), name)) {
			*kind = k;
			return 0;
		}
	}
	return refuse(r, "must be killed, group_member, mm_shared or already_exiting");
}

/* "\x5c" and what follows, or two backslashes: one byte; 0: neither. *used: how much that takes. */
static unsigned char unescape(const char *s, size_t *used)
{
	unsigned int byte = 0;
	int n = 0;

	*used = 2;
	if (s[1] == '\\')
		return '\\';
	if (s[1] != 'x' || sscanf(s + 2, "%2[0-9a-f]%n", (char[3]){0}, &n) != 1 || n != 2)
		return 0;
	sscanf(s + 2, "%2x", &byte);
	*used = 4;
	return byte;
}

/* Appends to the *n bytes at to, of which there are cap. */
static int read_bytes(struct reading *r, const json_t *value, char *to, size_t cap, size_t *n)
{
	const char *s = json_string_value(value);

	if (!s)
		return refuse(r, "must be a string");
	for (size_t used; *s; s += used) {
		unsigned char byte = *s;

		used = 1;
		if (byte == '\\')
			byte = unescape(s, &used);
		if (!byte)
			return refuse(r, "has a backslash that is neither doubled nor of a \\xNN");
		if (*n == cap)
			return refuse(r, "is longer than %zu bytes", cap);
		to[(*n)++] = byte;
	}
	return 0;
}

static int read_texts(struct reading *r, const struct field *f, json_t *array, void *to)
{
	char *text = (char *)to + f->offset;
	size_t n = 0, i;
	json_t *value;
	int err;

	if (!json_is_array(array))
		return refuse(r, "must be an array of strings");
	json_array_foreach(array, i, value) {
		if (i && n == f->bytes)
			return refuse(r, "is longer than %zu bytes", f->bytes);
		if (i)
			text[n++] = '\0';
		err = read_bytes(r, value, text, f->bytes, &n);
		if (err)
			return err;
	}
	*(uint32_t *)((char *)to + f->count) = n;
	return 0;
}

static int read_numbers(struct reading *r, const struct field *f, json_t *array, void *to)
{
	uint32_t *numbers = (uint32_t *)((char *)to + f->offset);
	size_t room = f->bytes / sizeof(*numbers), i;
	json_t *value;
	int err;

	if (!json_is_array(array) || json_array_size(array) > room)
		return refuse(r, "must be an array of at most %zu numbers", room);
	json_array_foreach(array, i, value) {
		err = read_unsigned(r, sizeof(*numbers), value, &numbers[i]);
		if (err)
			return err;
	}
	*(uint32_t *)((char *)to + f->count) = i;
	return 0;
}

static int read_object(struct reading *r, const struct fields *fields, json_t *object, void *to);

static int read_field(struct reading *r, const struct field *f, json_t *value, void *to)
{
	void *at = (char *)to + f->offset;
	size_t n = 0;

	switch (f->type) {
	case FIELD_UNSIGNED:
		return read_unsigned(r, f->bytes, value, at);
	case FIELD_SIGNED:
		return read_signed(r, f->bytes, value, at);
	case FIELD_FLAG:
		*(bool *)at = json_is_true(value);
		return json_is_boolean(value) ? 0 : refuse(r, "must be true or false");
	case FIELD_ERRNO:
		return read_errno(r, value, at);
	case FIELD_KIND:
		return read_kind(r, json_string_value(value), at);
	case FIELD_TEXT:
		return read_bytes(r, value, at, f->bytes - 1, &n);
	case FIELD_TEXTS:
		return read_texts(r, f, value, to);
	case FIELD_NUMBERS:
		return read_numbers(r, f, value, to);
	case FIELD_OBJECT:
		if (f->count)
			*((bool *)to + f->count) = true;
		return read_object(r, f->object, value, at);
	}
	return -EINVAL;
}

static const struct field *find(const struct fields *fields, const char *key)
{
	for (size_t i = 0; i < fields->n; i++)
		if (!strcmp(fields->rows[i].name, key))
			return &fields->rows[i];
	return NULL;
}

static int refuse_key(struct reading *r, const struct fields *fields)
{
	char known[FIELDS_WHY_BYTES] = "";

	for (size_t i = 0, n = 0; i < fields->n && n < sizeof(known); i++)
		n += snprintf(known + n, sizeof(known) - n, "%s%s", i ? ", " : "",
			      fields->rows[i].name);
	return refuse(r, "is not known here; known are %s", *known ? known : "none");
}

static int read_object(struct reading *r, const struct fields *fields, json_t *object, void *to)
{
	size_t end = strlen(r->where);
	const char *key;
	json_t *value;
	int err;

	if (!json_is_object(object))
		return refuse(r, "must be an object");
	json_object_foreach(object, key, value) {
		const struct field *f = find(fields, key);

		snprintf(r->where + end, sizeof(r->where) - end, ".%s", key);
		err = f ? read_field(r, f, value, to) : refuse_key(r, fields);
		if (err)
			return err;
		r->where[end] = '\0';
	}
	return 0;
}

int fields__read(const struct fields *fields, const char *name, json_t *object, void *to,
		 char why[FIELDS_WHY_BYTES])
{
	struct reading r = {.why = why};

	snprintf(r.where, sizeof(r.where), "%s", name);
	return read_object(&r, fields, object, to);
}
