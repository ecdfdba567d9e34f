// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Parts of a line; see slice.h. */
#include <string.h>

#include "klog/slice.h"

struct slice slice__of(const char *text)
{
	return (struct slice){text, strlen(text)};
}

bool slice__equal(struct slice a, struct slice b)
{
	return a.n == b.n && (!a.n || !memcmp(a.s, b.s, a.n));
}

bool slice__is(struct slice a, const char *text)
{
	return slice__equal(a, slice__of(text));
}

bool slice__begins(struct slice a, const char *text)
{
	return cut__prefix(&a, text);
}

long slice__find(struct slice s, const char *text, size_t from)
{
	const char *at;

	if (from > s.n)
		return -1;
	at = memmem(s.s + from, s.n - from, text, strlen(text));
	return at ? at - s.s : -1;
}

long slice__find_last(struct slice s, const char *text)
{
	size_t n = strlen(text);

	for (long at = (long)(s.n - n); s.n >= n && at >= 0; at--)
		if (!memcmp(s.s + at, text, n))
			return at;
	return -1;
}

void slice__copy(struct slice s, char *to, size_t size)
{
	size_t n = s.n < size - 1 ? s.n : size - 1;

	if (n) /* s.s may be NULL otherwise */
		memcpy(to, s.s, n);
	to[n] = '\0';
}

bool cut__prefix(struct slice *s, const char *text)
{
	size_t n = strlen(text);

	if (s->n < n || memcmp(s->s, text, n))
		return false;
	s->s += n;
	s->n -= n;
	return true;
}

bool cut__suffix(struct slice *s, const char *text)
{
	size_t n = strlen(text);

	if (s->n < n || memcmp(s->s + s->n - n, text, n))
		return false;
	s->n -= n;
	return true;
}

void cut__spaces(struct slice *s)
{
	while (cut__prefix(s, " "))
		;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool read_number(const char *s, size_t n, uint64_t *number)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n; i++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(s[i] - '0'), &value))
			return false;
	if (n)
		*number = value;
	return n;
}

bool cut__number(struct slice *s, uint64_t *number)
{
	size_t n = 0;

	while (n < s->n && is_digit(s->s[n]))
		n++;
	if (!read_number(s->s, n, number))
		return false;
	s->s += n;
	s->n -= n;
	return true;
}

bool cut__last_number(struct slice *s, uint64_t *number)
{
	size_t n = 0;

	while (n < s->n && is_digit(s->s[s->n - n - 1]))
		n++;
	if (!read_number(s->s + s->n - n, n, number))
		return false;
	s->n -= n;
	return true;
}

bool cut__last_signed(struct slice *s, int64_t *number)
{
	uint64_t value;

	if (!cut__last_number(s, &value))
		return false;
	*number = cut__suffix(s, "-") ? -(int64_t)value : (int64_t)value;
	return true;
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool cut__hex(struct slice *s, uint64_t *number)
{
	size_t n = 0;

	*number = 0;
	for (; n < s->n && n < 16 && hex_digit(s->s[n]) >= 0; n++)
		*number = *number << 4 | hex_digit(s->s[n]);
	s->s += n;
	s->n -= n;
	return n;
}

bool cut__until(struct slice *s, const char *text, struct slice *front)
{
	long at = slice__find(*s, text, 0);

	if (at < 0)
		return false;
	*front = (struct slice){s->s, at};
	s->s += at + strlen(text);
	s->n -= at + strlen(text);
	return true;
}
