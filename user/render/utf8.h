/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Decodes UTF-8 that strangers wrote: process names, arguments, cgroup names. */
#ifndef OOMTRACE_UTF8_H
#define OOMTRACE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_REPLACEMENT 0xfffdu

/*
 * The code point at s, of which left > 0 bytes may be read. *used gets the bytes it takes. A byte
 * that begins no valid sequence (overlong, surrogate, above U+10FFFF, cut short) is
 * UTF8_REPLACEMENT and takes one byte.
 */
uint32_t utf8__next(const char *s, size_t left, size_t *used);

/*
 * Whether a terminal may act on the code point instead of showing it: C0, DEL, C1, line and
 * paragraph separators, and the marks that reverse the direction of text.
 */
bool utf8__is_control(uint32_t cp);

/* Whether it is a byte within a sequence, and begins none. */
static inline bool utf8__goes_on(char byte)
{
	return (byte & 0xc0) == 0x80;
}

/* Puts '?' for each byte of what is a control, or no UTF-8: nothing in text may act on a terminal. */
void utf8__make_printable(char *text);

#endif /* OOMTRACE_UTF8_H */
