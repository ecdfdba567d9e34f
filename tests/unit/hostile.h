/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Names that processes may give themselves, and what has to become of them in a JSON string and on
 * a terminal. None is longer than a comm. A NUL can't be in a name: tests of what takes a length
 * have their own.
 */
#ifndef OOMTRACE_TESTS_HOSTILE_H
#define OOMTRACE_TESTS_HOSTILE_H

#include <stddef.h>

/* U+FFFD, which stands for one byte that is no UTF-8 */
#define BAD "\xef\xbf\xbd"

static const struct hostile {
	const char *what;
	const char *name;
	const char *json;
	const char *text;
} hostile[] = {
	{"newline", "a\nb", "a\\u000ab", "a\\x0ab"},
	{"carriage return", "a\rb", "a\\u000db", "a\\x0db"},
	{"tab", "a\tb", "a\\u0009b", "a\\x09b"},
	{"escape sequence", "\x1b[2J", "\\u001b[2J", "\\x1b[2J"},
	{"bell, backspace", "\a\b", "\\u0007\\u0008", "\\x07\\x08"},
	{"delete", "a\x7f", "a\\u007f", "a\\x7f"},
	{"quote", "a\"b", "a\\\"b", "a\"b"},
	{"backslash", "a\\n", "a\\\\n", "a\\\\n"},
	{"format", "%n%s", "%n%s", "%n%s"},
	{"what looks like JSON", "\",\"pid\":1,\"", "\\\",\\\"pid\\\":1,\\\"", "\",\"pid\":1,\""},
	{"no UTF-8 at all", "\xff\xfe", BAD BAD, "\\xff\\xfe"},
	{"continuation alone", "a\x80z", "a" BAD "z", "a\\x80z"},
	{"raw 8-bit CSI",
	 "\x9b"
	 "2J",
	 BAD "2J", "\\x9b2J"},
	{"overlong slash, two bytes", "\xc0\xaf", BAD BAD, "\\xc0\\xaf"},
	{"overlong DEL, two bytes", "\xc1\xbf", BAD BAD, "\\xc1\\xbf"},
	{"overlong slash, three bytes", "\xe0\x80\xaf", BAD BAD BAD, "\\xe0\\x80\\xaf"},
	{"overlong slash, four bytes", "\xf0\x80\x80\xaf", BAD BAD BAD BAD, "\\xf0\\x80\\x80\\xaf"},
	{"overlong ESC", "\xc0\x9b", BAD BAD, "\\xc0\\x9b"},
	{"euro sign cut short", "a\xe2\x82", "a" BAD BAD, "a\\xe2\\x82"},
	{"cut short by a letter", "\xe2\x82z", BAD BAD "z", "\\xe2\\x82z"},
	{"cut short by a quote", "\xf0\x9f\"", BAD BAD "\\\"", "\\xf0\\x9f\""},
	{"cut short by a newline", "\xc3\n", BAD "\\u000a", "\\xc3\\x0a"},
	{"high surrogate", "\xed\xa0\xbd", BAD BAD BAD, "\\xed\\xa0\\xbd"},
	{"pair of surrogates", "\xed\xa0\xbd\xed\xb8\x80", BAD BAD BAD BAD BAD BAD,
	 "\\xed\\xa0\\xbd\\xed\\xb8\\x80"},
	{"above U+10FFFF", "\xf4\x90\x80\x80", BAD BAD BAD BAD, "\\xf4\\x90\\x80\\x80"},
	{"five bytes", "\xf8\x88\x80\x80\x80", BAD BAD BAD BAD BAD, "\\xf8\\x88\\x80\\x80\\x80"},
	{"C1 CSI",
	 "\xc2\x9b"
	 "2J",
	 "\\u009b2J", "\\x9b2J"},
	{"C1 first and last", "\xc2\x80\xc2\x9f", "\\u0080\\u009f", "\\x80\\x9f"},
	{"right-to-left override",
	 "a\xe2\x80\xae"
	 "b",
	 "a\\u202eb", "a\\u202eb"},
	{"embedding, pop", "\xe2\x80\xaa\xe2\x80\xac", "\\u202a\\u202c", "\\u202a\\u202c"},
	{"isolate, pop", "\xe2\x81\xa6\xe2\x81\xa9", "\\u2066\\u2069", "\\u2066\\u2069"},
	{"direction marks", "\xe2\x80\x8e\xe2\x80\x8f", "\\u200e\\u200f", "\\u200e\\u200f"},
	{"Arabic letter mark", "\xd8\x9c", "\\u061c", "\\u061c"},
	{"line, paragraph separator", "\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029",
	 "\\u2028\\u2029"},
	{"honest: accents", "caf\xc3\xa9", "caf\xc3\xa9", "caf\xc3\xa9"},
	{"honest: euro sign", "\xe2\x82\xac", "\xe2\x82\xac", "\xe2\x82\xac"},
	{"honest: emoji", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
	{"honest: no-break space", "\xc2\xa0", "\xc2\xa0", "\xc2\xa0"},
	{"honest: U+FFFD itself", BAD, BAD, BAD},
	{"honest: U+10FFFF", "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
};

#define N_HOSTILE (sizeof(hostile) / sizeof(hostile[0]))

#endif /* OOMTRACE_TESTS_HOSTILE_H */
