// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * page.css, and timeline.js and page.js as one; see assets.h. The assembler reads them, from the
 * directory of the Makefile.
 */
#include "report/assets.h"

#define FROM(path) ".incbin \"" path "\"\n"
#define EMBED(name, files)                                                                         \
	__asm__(".pushsection .rodata\n"                                                           \
		".globl " #name ", " #name "_end\n" #name ":\n" files #name "_end:\n"              \
		".popsection\n")

EMBED(assets_css, FROM("user/report/page.css"));
EMBED(assets_js, FROM("user/report/timeline.js") FROM("user/report/page.js"));
