// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Loads libmicrohttpd; see library.h. */
#include <dlfcn.h>

#include "metrics/library.h"

#define LIBRARY "libmicrohttpd.so.12"

const char library__remedy[] = "needs " LIBRARY ": install it (libmicrohttpd12 of Debian)";

void *library__open(void)
{
	return dlopen(LIBRARY, RTLD_NOW);
}

void *library__find(void *library, const char *function)
{
	return dlsym(library, function);
}
