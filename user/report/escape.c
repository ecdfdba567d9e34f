// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Text to HTML; see escape.h. */
#include <string.h>

#include "render/utf8.h"
#include "render/words.h"
#include "report/escape.h"

#define CHARACTER_BYTES 16

static void put_markup(FILE *out, const char *s)
{
	switch (*s) {
	case '&':
		fputs("&amp;", out);
		break;
	case '<':
		fputs("&lt;", out);
		break;
	case '>':
		fputs("&gt;", out);
		break;
	case '"':
		fputs("&quot;", out);
		break;
	case '\'':
		fputs("&#39;", out);
		break;
	default:
		fputs(s, out);
	}
}

static void put_plain(FILE *out, const char *s)
{
	fputs(s, out);
}

/* How many bytes at text need nothing: most names are of such alone. */
static size_t plain_bytes(const char *text)
{
	size_t n = 0;

	while (text[n] >= ' ' && text[n] <= '~' && !strchr("\\&<>\"'", text[n]))
		n++;
	return n;
}

static void put(FILE *out, const char *text, void (*put_one)(FILE *out, const char *s))
{
	size_t len = text ? strlen(text) : 0, used;

	for (size_t at = 0; at < len; at += used) {
		char one[CHARACTER_BYTES];
		struct words t = {one, sizeof(one), 0};
		uint32_t cp;

		used = plain_bytes(text + at);
		if (used) {
			fwrite(text + at, 1, used, out);
			continue;
		}
		cp = utf8__next(text + at, len - at, &used);
		words__character(&t, text + at, cp, used);
		put_one(out, one);
	}
}

void escape__visible(FILE *out, const char *text)
{
	put(out, text, put_plain);
}

void escape__html(FILE *out, const char *text)
{
	put(out, text, put_markup);
}
