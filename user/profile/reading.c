// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A file of profiles while it is read; see reading.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "profile/reading.h"
#include "render/utf8.h"

const char **member__in(void *object, const struct member *m)
{
	return (const char **)((char *)object + m->offset);
}

const struct member *member__find(const struct member *members, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(members[i].key, key))
			return &members[i];
	return NULL;
}

int reading__refuse(struct reading *r, const char *key, const char *format, ...)
{
	char what[256];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	snprintf(r->why, r->why_bytes, "%s: %s%s%s%s%s", r->path, r->where,
		 *r->where && key ? "." : "", key ? key : "", *r->where || key ? ": " : "", what);
	/* Names and jansson's excerpts are the file's. */
	utf8__make_printable(r->why);
	return -EINVAL;
}

int reading__string(struct reading *r, const struct member *m, const json_t *value,
		    const char **string)
{
	if (!json_is_string(value))
		return reading__refuse(r, m->key, "must be a string");
	if (!json_string_length(value))
		return reading__refuse(r, m->key, "is empty; leave it out");
	if (json_string_length(value) >= m->bytes)
		return reading__refuse(r, m->key, "is longer than %zu bytes", m->bytes - 1);
	*string = json_string_value(value);
	return 0;
}
