// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* gfp masks by name, as 5.8 to 6.9 number the bits, and then as a kernel's BTF says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "node/gfp.h"

static void assert_text(uint32_t mask, const char *expected)
{
	char text[GFP_TEXT_BYTES];

	memset(text, 'x', sizeof(text));
	gfp__format(text, mask);
	assert_string_equal(text, expected);
}

static void names_composites(void **state)
{
	static const struct {
		uint32_t mask;
		const char *text;
	} cases[] = {
		{0xcc0, "GFP_KERNEL"},
		{0xdc0, "GFP_KERNEL|__GFP_ZERO"},
		{0x400cc0, "GFP_KERNEL_ACCOUNT"},
		{0x400dc0, "GFP_KERNEL_ACCOUNT|__GFP_ZERO"},
		{0x100cc0, "GFP_USER"},
		{0x100cc2, "GFP_HIGHUSER"},
		{0x100cca, "GFP_HIGHUSER_MOVABLE"},
		{0x140cca, "GFP_HIGHUSER_MOVABLE|__GFP_COMP"},
		{0x500cc2, "GFP_HIGHUSER|__GFP_ACCOUNT"},
		{0xc40, "GFP_NOFS"},
		{0xc00, "GFP_NOIO"},
		{0x820, "GFP_ATOMIC"},
		{0x7080c0, "__GFP_IO|__GFP_FS|__GFP_NOFAIL|__GFP_HARDWALL|__GFP_THISNODE|"
			   "__GFP_ACCOUNT"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_text(cases[i].mask, cases[i].text);
}

static void names_single_bits(void **state)
{
	static const char *const names[] = {
		"DMA",
		"HIGHMEM",
		"DMA32",
		"MOVABLE",
		"RECLAIMABLE",
		"HIGH",
		"IO",
		"FS",
		"ZERO",
		"ATOMIC",
		"DIRECT_RECLAIM",
		"KSWAPD_RECLAIM",
		"WRITE",
		"NOWARN",
		"RETRY_MAYFAIL",
		"NOFAIL",
		"NORETRY",
		"MEMALLOC",
		"COMP",
		"NOMEMALLOC",
		"HARDWALL",
		"THISNODE",
		"ACCOUNT",
	};

	for (size_t bit = 0; bit < sizeof(names) / sizeof(names[0]); bit++) {
		char expected[32] = "__GFP_";

		strcat(expected, names[bit]);
		assert_text(1u << bit, expected);
	}
}

static void shows_bits_without_a_name(void **state)
{
	assert_text(0, "0");
	assert_text(0x800000, "0x800000");
	assert_text(0x80000000, "0x80000000");
	assert_text(0xff800000, "0xff800000");
	assert_text(0x80000cc0, "GFP_KERNEL|0x80000000");
	assert_text(0xffffffff,
		    "GFP_HIGHUSER_MOVABLE|__GFP_DMA|__GFP_DMA32|__GFP_RECLAIMABLE|__GFP_HIGH|"
		    "__GFP_ZERO|__GFP_ATOMIC|__GFP_WRITE|__GFP_NOWARN|__GFP_RETRY_MAYFAIL|"
		    "__GFP_NOFAIL|__GFP_NORETRY|__GFP_MEMALLOC|__GFP_COMP|__GFP_NOMEMALLOC|"
		    "__GFP_THISNODE|__GFP_ACCOUNT|0xff800000");
}

/* The tests below change the table, which lives as long as the program: they come last. */
static void takes_names_from_the_kernel(void **state)
{
	gfp__name_bit(23, "ZEROTAGS");
	gfp__name_bit(31, "LAST");
	gfp__name_bit(32, "BEYOND");
	gfp__name_bit(UINT32_MAX, "BEYOND");
	assert_text(0x80800cc0, "GFP_KERNEL|__GFP_ZEROTAGS|__GFP_LAST");

	gfp__name_bit(6, "FS");
	gfp__name_bit(7, "IO");
	assert_text(0x40, "__GFP_FS");
	assert_text(0xcc0, "GFP_KERNEL");
	assert_text(0xc80, "GFP_NOFS");
	assert_text(0xc40, "GFP_NOIO|__GFP_FS");
}

static void knows_no_composite_of_a_missing_bit(void **state)
{
	gfp__name_bit(20, "SOFTWALL");
	assert_text(0x100cca, "GFP_KERNEL|__GFP_HIGHMEM|__GFP_MOVABLE|__GFP_SOFTWALL");
}

/* Longer than any real one, and all of them at once: cut, never beyond the text. */
static void cuts_what_is_too_long(void **state)
{
	char text[GFP_TEXT_BYTES + 1];

	gfp__name_bit(9, "A_NAME_OF_TWENTYTHREE_AND_MORE");
	assert_text(0x200, "__GFP_A_NAME_OF_TWENTYTHREE_A");
	for (int bit = 0; bit < 32; bit++)
		gfp__name_bit(bit, "A_NAME_OF_TWENTYTHREE_A");
	memset(text, 'x', sizeof(text));
	gfp__format(text, 0xffffffff);
	assert_int_equal(strlen(text), GFP_TEXT_BYTES - 1);
	assert_int_equal(text[GFP_TEXT_BYTES], 'x');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_composites),
		cmocka_unit_test(names_single_bits),
		cmocka_unit_test(shows_bits_without_a_name),
		cmocka_unit_test(takes_names_from_the_kernel),
		cmocka_unit_test(knows_no_composite_of_a_missing_bit),
		cmocka_unit_test(cuts_what_is_too_long),
	};

	return cmocka_run_group_tests_name("gfp", tests, NULL, NULL);
}
