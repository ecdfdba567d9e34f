// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Lines of Prometheus' text format; see sample.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/sample.h"

#define NAME_CHARS "abcdefghijklmnopqrstuvwxyz_"

/* ---- written ---- */

/* The format knows three escapes: \\, \" and \n. */
static char *put_value(char *at, const char *value)
{
	for (size_t n = 0; value[n] && n < SAMPLE_VALUE_BYTES - 1; n++) {
		if (value[n] == '\\' || value[n] == '"' || value[n] == '\n')
			*at++ = '\\';
		*at++ = value[n] == '\n' ? 'n' : value[n];
	}
	return at;
}

size_t sample__write(char line[SAMPLE_LINE_BYTES], const char *name,
		     const struct label labels[SAMPLE_LABELS], int64_t value)
{
	char *at = stpcpy(line, name);

	for (int i = 0; labels && i < SAMPLE_LABELS && labels[i].key; i++) {
		at = stpcpy(stpcpy(stpcpy(at, i ? "," : "{"), labels[i].key), "=\"");
		at = stpcpy(put_value(at, labels[i].value), "\"");
	}
	if (labels && labels[0].key)
		*at++ = '}';
	at += sprintf(at, " %" PRId64 "\n", value);
	return at - line;
}

/* ---- read ---- */

/* Each reader moves *at past what it has taken. */

static bool read_name(const char **at, char name[SAMPLE_NAME_BYTES])
{
	size_t n = strspn(*at, NAME_CHARS);

	if (!n || n >= SAMPLE_NAME_BYTES)
		return false;
	memcpy(name, *at, n);
	name[n] = '\0';
	*at += n;
	return true;
}

static bool read_character(const char **at, char c)
{
	if (**at != c)
		return false;
	++*at;
	return true;
}

/* Up to the quote that ends it. */
static bool read_value(const char **at, char value[SAMPLE_VALUE_BYTES])
{
	size_t n = 0;

	while (**at != '"') {
		bool escaped = read_character(at, '\\');
		char c = **at;

		if (!c || n == SAMPLE_VALUE_BYTES - 1 || (escaped && !strchr("\\\"n", c)))
			return false;
		value[n++] = escaped && c == 'n' ? '\n' : c;
		++*at;
	}
	value[n] = '\0';
	return read_character(at, '"');
}

static bool read_labels(const char **at, struct sample *s)
{
	if (!read_character(at, '{'))
		return true;
	do {
		if (s->n_labels == SAMPLE_LABELS || !read_name(at, s->labels[s->n_labels].key) ||
		    !read_character(at, '=') || !read_character(at, '"') ||
		    !read_value(at, s->labels[s->n_labels].value))
			return false;
		s->n_labels++;
	} while (read_character(at, ','));
	return read_character(at, '}');
}

static bool read_number(const char *at, struct sample *s)
{
	char *end;

	errno = 0;
	s->value = strtoull(at, &end, 10);
	s->whole = *at >= '0' && *at <= '9' && !*end && !errno;
	strtod(at, &end);
	return *at && *at != ' ' && !*end;
}

bool sample__read(struct sample *s, const char *line)
{
	*s = (struct sample){0};
	return read_name(&line, s->name) && read_labels(&line, s) && read_character(&line, ' ') &&
	       read_number(line, s);
}

bool sample__has_labels(const struct sample *s, const char *const keys[], size_t n)
{
	for (size_t i = 0; i < n && i < s->n_labels; i++)
		if (strcmp(keys[i], s->labels[i].key))
			return false;
	return s->n_labels == n;
}
