/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Names for the gfp mask of the allocation that ran out of memory, as the kernel's log has them. */
#ifndef OOMTRACE_GFP_H
#define OOMTRACE_GFP_H

#include <stddef.h>
#include <stdint.h>

#define GFP_TEXT_BYTES 512
#define GFP_BITS       32

/*
 * "GFP_KERNEL|__GFP_ZERO" for 0xdc0; bits without a name in hex at the end; "0" for none. The bits
 * are those of the running kernel once gfp__name_bit() has been told of them.
 */
void gfp__format(char text[GFP_TEXT_BYTES], uint32_t mask);

/* Bit number bit is called name, without the underscores: "ZERO". From the kernel's BTF. */
void gfp__name_bit(unsigned int bit, const char *name);

/* What gfp__format() calls it; "": bit has no name. */
const char *gfp__bit_name(unsigned int bit);

#endif /* OOMTRACE_GFP_H */
