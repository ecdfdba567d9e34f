/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * libmicrohttpd, for who asks for it: it comes with a TLS library, and is not linked. A static program
 * has static/library.c in place of library.c.
 */
#ifndef OOMTRACE_LIBRARY_H
#define OOMTRACE_LIBRARY_H

/* NULL: it is not to be had, and library__remedy says what to do. */
void *library__open(void);

extern const char library__remedy[];

/* NULL: it has no such function. */
void *library__find(void *library, const char *function);

#endif /* OOMTRACE_LIBRARY_H */
