/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * page.css, and timeline.js and page.js one after the other, as they are in the source, in the
 * program; the build also makes report_hashes.h of them, with what the page's policy allows: SHA-256
 * in base64.
 */
#ifndef OOMTRACE_REPORT_ASSETS_H
#define OOMTRACE_REPORT_ASSETS_H

extern const char assets_css[], assets_css_end[];
extern const char assets_js[], assets_js_end[];

#endif /* OOMTRACE_REPORT_ASSETS_H */
