/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Strangers' text for the page. Nothing of it can be markup, end a quoted attribute, or turn the
 * direction of what stands beside it: what a terminal or a browser may act on is shown as \xNN or
 * \uNNNN, a backslash as two.
 */
#ifndef OOMTRACE_REPORT_ESCAPE_H
#define OOMTRACE_REPORT_ESCAPE_H

#include <stdio.h>

/* As it is shown, but no HTML yet. NULL: nothing. */
void escape__visible(FILE *out, const char *text);

/* For text of HTML and SVG and for attributes in double quotes: one escape is right for all three. */
void escape__html(FILE *out, const char *text);

#endif /* OOMTRACE_REPORT_ESCAPE_H */
