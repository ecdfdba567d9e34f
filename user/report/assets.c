// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* page.css and page.js; see assets.h. The assembler reads them, from the directory of the Makefile. */
#include "report/assets.h"

#define EMBED(name, path)                                                                          \
	__asm__(".pushsection .rodata\n"                                                           \
		".globl " #name ", " #name "_end\n" #name ":\n"                                    \
		".incbin \"" path "\"\n" #name "_end:\n"                                           \
		".popsection\n")

EMBED(assets_css, "user/report/page.css");
EMBED(assets_js, "user/report/page.js");
