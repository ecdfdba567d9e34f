// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a pipe or a terminal and says when each part of it was readable: on stdout CLOCK_MONOTONIC
 * in nanoseconds, the length of the part, and the part.
 *
 *     184102345678 27
 *     Tracing OOM kills... Ctrl-C
 */
#include <stdio.h>
#include <unistd.h>

#include "now.h"

/* Of a terminal that nobody has open any more the end is EIO. */
int main(void)
{
	static char part[64 << 10];
	ssize_t n;

	while ((n = read(STDIN_FILENO, part, sizeof(part))) > 0) {
		printf("%llu %zd\n", (unsigned long long)now_ns(), n);
		fwrite(part, 1, n, stdout);
		if (fflush(stdout))
			return 1;
	}
	return 0;
}
