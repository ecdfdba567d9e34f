/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What holds of all that oomtrace writes, whatever it was given. What breaks it ends the fuzzer. */
#ifndef OOMTRACE_TESTS_PROMISES_H
#define OOMTRACE_TESTS_PROMISES_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "render/utf8.h"

#define promise(what)                                                                              \
	do {                                                                                       \
		if (!(what)) {                                                                     \
			fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #what);         \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* UTF-8 with nothing in it that a terminal may act on. */
static inline void promise_harmless(const char *s, size_t len)
{
	size_t used;

	for (size_t i = 0; i < len; i += used) {
		uint32_t cp = utf8__next(s + i, len - i, &used);

		promise(!utf8__is_control(cp));
		promise(cp != UTF8_REPLACEMENT || used == 3);
	}
}

/*
 * One line, one object. The caller frees it. Numbers above INT64_MAX are valid JSON, but beyond
 * jansson's integers.
 */
static inline json_t *promise_json(const char *line, long len, size_t flags)
{
	json_t *object;

	promise(len > 0 && line[len - 1] == '\n');
	promise_harmless(line, len - 1);
	object = json_loadb(line, len, flags | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
	promise(json_is_object(object));
	return object;
}

/* Whole lines; all but the first are indented, so that no name can pass for a record. */
static inline void promise_text(const char *text, long len)
{
	promise(len > 0 && text[len - 1] == '\n');
	for (long from = 0, to; from < len; from = to + 1) {
		for (to = from; text[to] != '\n'; to++)
			;
		promise(!from || (to - from > 2 && text[from] == ' ' && text[from + 1] == ' '));
		promise_harmless(text + from, to - from);
	}
}

#endif /* OOMTRACE_TESTS_PROMISES_H */
