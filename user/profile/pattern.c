// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* See pattern.h. */
#include <string.h>

#include "profile/pattern.h"

static bool is_special(char c)
{
	return c && strchr("*<>\\", c);
}

const char *pattern__fault(const char *pattern)
{
	int opened = 0, closed = 0;

	for (const char *p = pattern; *p; p++) {
		if (*p == '\\') {
			if (!is_special(*++p))
				return "\\ stands before *, <, > or \\ only";
			continue;
		}
		opened += *p == '<';
		closed += *p == '>';
		if (closed > opened || opened > 1)
			return "the label is one < and one > after it";
	}
	return opened == closed ? NULL : "the label has no end: > is missing";
}

size_t pattern__least(const char *pattern)
{
	size_t least = 0;

	for (const char *p = pattern; *p; p++) {
		if (*p == '\\')
			p++;
		else if (is_special(*p))
			continue;
		least++;
	}
	return least;
}

bool pattern__has_label(const char *pattern)
{
	const char *p = pattern;

	while (*p && *p != '<')
		p += *p == '\\' ? 2 : 1;
	return *p;
}

/* One attempt to match a pattern: how far it got, and where it found the label. */
struct match {
	const char *pattern;
	size_t at;
	size_t label_begin;
	size_t label_end;
};

/* Matches literal text up to the next *. False: the text differs. */
static bool go_on(struct match *m, struct text text)
{
	for (; *m->pattern != '*'; m->pattern++) {
		if (*m->pattern == '<') {
			m->label_begin = m->at;
		} else if (*m->pattern == '>') {
			m->label_end = m->at;
		} else if (!*m->pattern) {
			return m->at == text.len;
		} else {
			m->pattern += *m->pattern == '\\';
			if (m->at == text.len || text.at[m->at++] != *m->pattern)
				return false;
		}
	}
	return true;
}

/*
 * What came before the last * need never be tried again: that * can stand for whatever an earlier
 * one could have taken in addition.
 */
bool pattern__matches(const char *pattern, struct text text, struct text *label)
{
	struct match m = {.pattern = pattern}, star = {0};

	for (;;) {
		bool holds = go_on(&m, text);

		if (holds && !*m.pattern)
			break;
		if (holds) {
			star = m;
			star.pattern++;
		} else if (!star.pattern || star.at++ == text.len) {
			return false;
		}
		m = star;
	}
	if (m.label_end > m.label_begin)
		*label = (struct text){text.at + m.label_begin, m.label_end - m.label_begin};
	return true;
}
