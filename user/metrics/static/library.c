// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Loads nothing: a static program could do so only beside the very glibc that it was linked with. */
#include <stddef.h>

#include "metrics/library.h"

const char library__remedy[] = "is not in a static program: use --metrics FILE";

void *library__open(void)
{
	return NULL;
}

void *library__find(void *library, const char *function)
{
	return NULL;
}
