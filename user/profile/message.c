// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Finds messages in lines; see message.h. */
#include <string.h>

#include "group/ending.h"
#include "profile/message.h"

#define LITERAL_LEAST 4 /* bytes that a message begins with: what is looked for in each line */
#define LITERAL_MOST  256
#define NAME_MOST     256	 /* bytes in which a name ends */
#define PID_MOST      (1u << 22) /* the kernel's PID_MAX_LIMIT */

enum field { FIELD_NONE, FIELD_PID, FIELD_NAME, FIELD_SIGNAL, FIELD_STATUS, FIELD_WAIT, FIELD_ANY };

static const struct {
	const char *text;
	enum field field;
} fields[] = {
	{"{pid}", FIELD_PID},	    {"{name}", FIELD_NAME}, {"{signal}", FIELD_SIGNAL},
	{"{status}", FIELD_STATUS}, {"{wait}", FIELD_WAIT}, {"{*}", FIELD_ANY},
};

/* The field that the pattern begins with; the pattern is then past it. */
static enum field next_field(const char **pattern)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		size_t n = strlen(fields[i].text);

		if (!strncmp(*pattern, fields[i].text, n)) {
			*pattern += n;
			return fields[i].field;
		}
	}
	return FIELD_NONE;
}

/* The literal text that the pattern begins with, without its backslashes; its length. */
static size_t next_literal(const char **pattern, char literal[LITERAL_MOST])
{
	size_t n = 0;

	for (; **pattern && **pattern != '{' && n < LITERAL_MOST; ++*pattern) {
		if (**pattern == '\\')
			++*pattern;
		literal[n++] = **pattern;
	}
	return n;
}

/* What is wrong with the field at the start of the pattern, which is then past it; NULL: nothing. */
static const char *field_fault(const char **pattern, unsigned int *seen)
{
	enum field field = next_field(pattern);

	if (field == FIELD_NONE)
		return "has a { that is none of {pid}, {name}, {signal}, {status}, {wait}, {*}";
	if (field != FIELD_ANY && *seen & 1u << field)
		return "has a field twice";
	*seen |= 1u << field;
	return **pattern == '{' ? "has nothing between two fields" : NULL;
}

const char *message__fault(const char *pattern)
{
	const char *fault = NULL, *p = pattern;
	unsigned int seen = 0;

	if (strcspn(pattern, "{\\") < LITERAL_LEAST)
		return "must begin with 4 bytes or more of plain text";
	while (*p && !fault) {
		if (*p == '{') {
			fault = field_fault(&p, &seen);
		} else if (*p == '\\') {
			if (p[1] != '{' && p[1] != '\\')
				return "\\ stands before { or \\ only";
			p += 2;
		} else {
			p++;
		}
	}
	return fault;
}

static size_t read_pid(struct text rest, struct said *said)
{
	size_t n = 0;

	said->pid = 0;
	for (; n < rest.len && rest.at[n] >= '0' && rest.at[n] <= '9'; n++) {
		said->pid = said->pid * 10 + rest.at[n] - '0';
		if (said->pid > PID_MOST)
			return 0;
	}
	return said->pid ? n : 0;
}

/* As far as the literal text that follows; without any, to the end of the word. */
static size_t read_name(const char *pattern, struct text rest, struct said *said)
{
	char literal[LITERAL_MOST];
	size_t n = next_literal(&pattern, literal);
	const char *end;

	if (rest.len > NAME_MOST + n)
		rest.len = NAME_MOST + n;
	end = n ? memmem(rest.at, rest.len, literal, n) : NULL;
	if (n && !end)
		return 0;
	said->name = (struct text){rest.at, 0};
	if (n)
		said->name.len = end - rest.at;
	else
		while (said->name.len < rest.len && rest.at[said->name.len] > ' ')
			said->name.len++;
	return said->name.len;
}

/* The bytes of the rest that the field takes; 0: it is not there. */
static size_t read_field(enum field field, const char *pattern, struct text rest, struct said *said)
{
	struct said ignored;

	switch (field) {
	case FIELD_PID:
		return read_pid(rest, said);
	case FIELD_NAME:
		return read_name(pattern, rest, said);
	case FIELD_ANY:
		return read_name(pattern, rest, &ignored);
	case FIELD_SIGNAL:
		return ending__read(rest, SPELLING_SIGNAL, said);
	case FIELD_STATUS:
		return ending__read(rest, SPELLING_STATUS, said);
	case FIELD_WAIT:
		return ending__read(rest, SPELLING_WAIT, said);
	case FIELD_NONE:
		break;
	}
	return 0;
}

/* Whether the rest of the line matches the pattern, which begins with a field. */
static bool goes_on(const char *pattern, struct text rest, struct said *said)
{
	char literal[LITERAL_MOST];

	while (*pattern) {
		enum field field = next_field(&pattern);
		size_t n = field == FIELD_NONE ? 0 : read_field(field, pattern, rest, said);

		if (field != FIELD_NONE && !n && field != FIELD_ANY)
			return false;
		rest = (struct text){rest.at + n, rest.len - n};
		n = next_literal(&pattern, literal);
		if (n > rest.len || memcmp(rest.at, literal, n))
			return false;
		rest = (struct text){rest.at + n, rest.len - n};
	}
	return true;
}

bool message__find(const char *pattern, struct text line, struct said *said)
{
	char first[LITERAL_MOST];
	size_t n = next_literal(&pattern, first);
	const char *found;

	while ((found = memmem(line.at, line.len, first, n))) {
		struct text rest = {found + n, line.at + line.len - found - n};

		*said = (struct said){0};
		if (goes_on(pattern, rest, said))
			return true;
		line = (struct text){found + 1, line.at + line.len - found - 1};
	}
	return false;
}
