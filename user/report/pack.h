/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Data in the page, small: JSON, deflated, as base64 in a <script> that is no script. Nothing of it
 * can be markup. page.js inflates it with the browser's DecompressionStream.
 */
#ifndef OOMTRACE_REPORT_PACK_H
#define OOMTRACE_REPORT_PACK_H

#include <jansson.h>
#include <stdio.h>

/* The element's id is that. 0 or -ENOMEM; the value is the caller's. */
int pack__put(FILE *out, const char *id, const json_t *value);

#endif /* OOMTRACE_REPORT_PACK_H */
