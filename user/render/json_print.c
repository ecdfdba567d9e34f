// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A line of JSON of whatever length; see json_print.h. */
#include <errno.h>
#include <stdlib.h>

#include "render/json_print.h"

#define FIRST_BYTES (64 * 1024)

int json__print(FILE *out, void (*put)(struct json *j, const void *what), const void *what)
{
	long n = -ENOBUFS;

	for (size_t cap = FIRST_BYTES; n == -ENOBUFS; cap *= 2) {
		char *buf = malloc(cap);
		struct json j;

		if (!buf)
			return -ENOMEM;
		json__init(&j, buf, cap);
		put(&j, what);
		n = json__end_line(&j);
		if (n > 0)
			fwrite(buf, 1, n, out);
		free(buf);
	}
	return fflush(out) || ferror(out) ? -EIO : 0;
}
