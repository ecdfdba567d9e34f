// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Decodes UTF-8 that strangers wrote, one code point at a time; never reads past what it was
 * given. */
#include <string.h>

#include "render/utf8.h"

/* Bytes of the sequence that lead begins, and the smallest code point that needs as many; 0:
 * none. */
static size_t sequence_length(unsigned char lead, uint32_t *least)
{
	if (lead >= 0xc2 && lead <= 0xdf) {
		*least = 0x80;
		return 2;
	}
	if (lead >= 0xe0 && lead <= 0xef) {
		*least = 0x800;
		return 3;
	}
	if (lead >= 0xf0 && lead <= 0xf4) {
		*least = 0x10000;
		return 4;
	}
	return 0;
}

uint32_t utf8__next(const char *s, size_t left, size_t *used)
{
	const unsigned char *b = (const unsigned char *)s;
	uint32_t cp, least = 0;
	size_t n;

	*used = 1;
	if (b[0] < 0x80)
		return b[0];
	n = sequence_length(b[0], &least);
	if (!n || n > left)
		return UTF8_REPLACEMENT;
	cp = b[0] & (0xff >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((b[i] & 0xc0) != 0x80)
			return UTF8_REPLACEMENT;
		cp = cp << 6 | (b[i] & 0x3f);
	}
	if (cp < least || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		return UTF8_REPLACEMENT;
	*used = n;
	return cp;
}

bool utf8__is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp <= 0x9f) || cp == 0x61c || cp == 0x200e ||
	       cp == 0x200f || (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}

void utf8__make_printable(char *text)
{
	size_t left = strlen(text), used;

	for (; left; text += used, left -= used) {
		uint32_t cp = utf8__next(text, left, &used);

		if (cp == UTF8_REPLACEMENT || utf8__is_control(cp))
			memset(text, '?', used);
	}
}
