// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The decoder against all of Unicode and all that is not, from copies that end where they say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "render/utf8.h"

/* Allocated to the byte, so that the sanitizer sees a read past the end. */
static uint32_t next(const char *bytes, size_t len, size_t *used)
{
	char *copy = malloc(len);
	uint32_t cp;

	memcpy(copy, bytes, len);
	cp = utf8__next(copy, len, used);
	free(copy);
	return cp;
}

/* An encoder of its own: n bytes, whether cp needs as many or not. */
static void encode(char *to, uint32_t cp, size_t n)
{
	static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};

	for (size_t i = n - 1; i > 0; i--, cp >>= 6)
		to[i] = (char)(0x80 | (cp & 0x3f));
	to[0] = (char)(n == 1 ? cp : lead[n] | cp);
}

static size_t length_of(uint32_t cp)
{
	return cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
}

static void decodes_every_code_point(void **state)
{
	char bytes[4];
	size_t used;

	for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
		if (cp >= 0xd800 && cp <= 0xdfff)
			continue;
		encode(bytes, cp, length_of(cp));
		assert_int_equal(utf8__next(bytes, length_of(cp), &used), cp);
		assert_int_equal(used, length_of(cp));
	}
}

static void takes_one_byte_of_what_is_too_short(void **state)
{
	char bytes[4];
	size_t used;

	for (uint32_t cp = 0x80; cp <= 0x10ffff; cp += 0x3f) {
		encode(bytes, cp, length_of(cp));
		for (size_t left = 1; left < length_of(cp); left++) {
			assert_int_equal(next(bytes, left, &used), UTF8_REPLACEMENT);
			assert_int_equal(used, 1);
		}
	}
}

static void takes_one_byte_of_what_is_overlong(void **state)
{
	char bytes[4];
	size_t used;

	for (uint32_t cp = 0; cp < 0x10000; cp++) {
		for (size_t n = length_of(cp) + 1; n <= 4; n++) {
			encode(bytes, cp, n);
			assert_int_equal(utf8__next(bytes, n, &used), UTF8_REPLACEMENT);
			assert_int_equal(used, 1);
		}
	}
}

static void takes_one_byte_of_surrogates_and_beyond(void **state)
{
	char bytes[4];
	size_t used;

	for (uint32_t cp = 0xd800; cp <= 0xdfff; cp++) {
		encode(bytes, cp, 3);
		assert_int_equal(utf8__next(bytes, 3, &used), UTF8_REPLACEMENT);
		assert_int_equal(used, 1);
	}
	for (uint32_t cp = 0x110000; cp <= 0x1fffff; cp++) {
		encode(bytes, cp, 4);
		assert_int_equal(utf8__next(bytes, 4, &used), UTF8_REPLACEMENT);
		assert_int_equal(used, 1);
	}
}

/* How many sequences of n bytes, of all that there are, are taken as one code point. */
static uint32_t count_accepted(size_t n, unsigned char first)
{
	uint32_t accepted = 0;

	for (uint32_t tail = 0; tail < 1u << 8 * (n - 1); tail++) {
		char bytes[3] = {(char)first, (char)tail, (char)(tail >> 8)};
		size_t used;

		utf8__next(bytes, n, &used);
		accepted += used == n;
	}
	return accepted;
}

/* Nothing but the valid sequences, which the tests above saw accepted, can add up to these. */
static void accepts_nothing_else(void **state)
{
	uint32_t two = 0, three = 0, four = 0;

	for (int first = 0x80; first <= 0xff; first++) {
		two += count_accepted(2, first);
		three += count_accepted(3, first);
	}
	for (uint32_t sequence = 0; sequence < 1u << 25; sequence++) {
		/* 0x80 to 0xff, and 6 bits of each of the continuation bytes */
		char bytes[4] = {
			(char)(0x80 | sequence >> 18), (char)(0x80 | (sequence >> 12 & 0x3f)),
			(char)(0x80 | (sequence >> 6 & 0x3f)), (char)(0x80 | (sequence & 0x3f))};
		size_t used;

		utf8__next(bytes, 4, &used);
		four += used == 4;
	}
	assert_int_equal(two, 0x800 - 0x80);
	assert_int_equal(three, 0x10000 - 0x800 - 0x800);
	assert_int_equal(four, 0x110000 - 0x10000);
}

static void needs_continuation_bytes(void **state)
{
	static const char *const broken[] = {
		"\xc3\x28",	    "\xe2\x28\xa1",	"\xe2\x82\x28",	    "\xe2\x82\xc3",
		"\xf0\x28\x8c\xbc", "\xf0\x90\x28\xbc", "\xf0\x90\x8c\x28", "\xf0\x90\x8c\xff",
	};
	size_t used;

	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		assert_int_equal(next(broken[i], strlen(broken[i]), &used), UTF8_REPLACEMENT);
		assert_int_equal(used, 1);
	}
}

static void a_real_replacement_character_is_whole(void **state)
{
	size_t used;

	assert_int_equal(next("\xef\xbf\xbd", 3, &used), UTF8_REPLACEMENT);
	assert_int_equal(used, 3);
}

static void knows_what_a_terminal_may_act_on(void **state)
{
	static const struct {
		uint32_t first, last;
	} controls[] = {
		{0x00, 0x1f},	  {0x7f, 0x9f},	    {0x61c, 0x61c},
		{0x200e, 0x200f}, {0x2028, 0x202e}, {0x2066, 0x2069},
	};
	size_t at = 0;

	for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
		while (at < sizeof(controls) / sizeof(controls[0]) && cp > controls[at].last)
			at++;
		assert_int_equal(utf8__is_control(cp),
				 at < sizeof(controls) / sizeof(controls[0]) &&
					 cp >= controls[at].first);
	}
}

static void makes_text_fit_for_a_terminal(void **state)
{
	char text[] = "a\x1b[2J\xe2\x80\xae\xff\xc3\xa9\xc3";

	utf8__make_printable(text);
	assert_string_equal(text, "a?[2J????\xc3\xa9?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_every_code_point),
		cmocka_unit_test(takes_one_byte_of_what_is_too_short),
		cmocka_unit_test(takes_one_byte_of_what_is_overlong),
		cmocka_unit_test(takes_one_byte_of_surrogates_and_beyond),
		cmocka_unit_test(accepts_nothing_else),
		cmocka_unit_test(needs_continuation_bytes),
		cmocka_unit_test(a_real_replacement_character_is_whole),
		cmocka_unit_test(knows_what_a_terminal_may_act_on),
		cmocka_unit_test(makes_text_fit_for_a_terminal),
	};

	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
