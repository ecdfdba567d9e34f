// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* gfp masks as text; see gfp.h. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "node/gfp.h"

#define NAME_BYTES 24

/*
 * include/linux/gfp.h, 5.8 to 6.9. From 6.10 on ("mm: convert ___GFP_* to enum") the numbers are an
 * enum that the kernel's BTF has.
 */
static char names[GFP_BITS][NAME_BYTES] = {
	"DMA",	 "HIGHMEM",    "DMA32",		"MOVABLE",  "RECLAIMABLE",    "HIGH",
	"IO",	 "FS",	       "ZERO",		"ATOMIC",   "DIRECT_RECLAIM", "KSWAPD_RECLAIM",
	"WRITE", "NOWARN",     "RETRY_MAYFAIL", "NOFAIL",   "NORETRY",	      "MEMALLOC",
	"COMP",	 "NOMEMALLOC", "HARDWALL",	"THISNODE", "ACCOUNT",
};

/* include/trace/events/mmflags.h, the ones that contain others first; each as the bits it is made
 * of. */
static const struct {
	const char *name;
	const char *bits[9];
} composites[] = {
	{"GFP_HIGHUSER_MOVABLE",
	 {"DIRECT_RECLAIM", "KSWAPD_RECLAIM", "IO", "FS", "HARDWALL", "HIGHMEM", "MOVABLE"}},
	{"GFP_HIGHUSER", {"DIRECT_RECLAIM", "KSWAPD_RECLAIM", "IO", "FS", "HARDWALL", "HIGHMEM"}},
	{"GFP_USER", {"DIRECT_RECLAIM", "KSWAPD_RECLAIM", "IO", "FS", "HARDWALL"}},
	{"GFP_KERNEL_ACCOUNT", {"DIRECT_RECLAIM", "KSWAPD_RECLAIM", "IO", "FS", "ACCOUNT"}},
	{"GFP_KERNEL", {"DIRECT_RECLAIM", "KSWAPD_RECLAIM", "IO", "FS"}},
	{"GFP_NOFS", {"DIRECT_RECLAIM", "KSWAPD_RECLAIM", "IO"}},
	{"GFP_NOIO", {"DIRECT_RECLAIM", "KSWAPD_RECLAIM"}},
	{"GFP_ATOMIC", {"HIGH", "KSWAPD_RECLAIM"}},
};

#define N_COMPOSITES (sizeof(composites) / sizeof(composites[0]))

void gfp__name_bit(unsigned int bit, const char *name)
{
	if (bit < GFP_BITS)
		snprintf(names[bit], NAME_BYTES, "%s", name);
}

const char *gfp__bit_name(unsigned int bit)
{
	return names[bit];
}

static uint32_t bit_of(const char *name)
{
	for (int i = 0; i < GFP_BITS; i++)
		if (!strcmp(names[i], name))
			return 1u << i;
	return 0;
}

/* 0 if this kernel lacks one of the bits. */
static uint32_t composite_mask(const char *const *bits)
{
	uint32_t mask = 0;

	for (; *bits; bits++) {
		if (!bit_of(*bits))
			return 0;
		mask |= bit_of(*bits);
	}
	return mask;
}

static void append(char text[GFP_TEXT_BYTES], const char *prefix, const char *name)
{
	size_t n = strlen(text);

	snprintf(text + n, GFP_TEXT_BYTES - n, "%s%s%s", n ? "|" : "", prefix, name);
}

void gfp__format(char text[GFP_TEXT_BYTES], uint32_t mask)
{
	char rest[16];

	text[0] = '\0';
	for (size_t i = 0; i < N_COMPOSITES; i++) {
		uint32_t all = composite_mask(composites[i].bits);

		if (all && (mask & all) == all) {
			append(text, "", composites[i].name);
			mask &= ~all;
			break;
		}
	}
	for (int i = 0; i < GFP_BITS; i++) {
		if (mask & 1u << i && names[i][0]) {
			append(text, "__GFP_", names[i]);
			mask &= ~(1u << i);
		}
	}
	if (mask || !text[0]) {
		snprintf(rest, sizeof(rest), mask ? "0x%x" : "%x", mask);
		append(text, "", rest);
	}
}
