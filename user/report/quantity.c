// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Numbers to text; see quantity.h. */
#include <inttypes.h>

#include "node/clock.h"
#include "render/words.h"
#include "report/quantity.h"

void quantity__bytes(FILE *out, int64_t bytes)
{
	char text[32];
	struct words t = {text, sizeof(text), 0};

	if (bytes < 0)
		words__put(&t, "not known");
	else
		words__size(&t, bytes);
	fputs(text, out);
}

void quantity__ms(FILE *out, int64_t ms)
{
	if (ms < 1000)
		fprintf(out, "%" PRId64 " ms", ms);
	else
		fprintf(out, "%.1f s", ms / 1e3);
}

void quantity__count(FILE *out, uint64_t count)
{
	if (count >= 1000) {
		quantity__count(out, count / 1000);
		fprintf(out, ",%03d", (int)(count % 1000));
	} else {
		fprintf(out, "%d", (int)count);
	}
}

void quantity__of(FILE *out, uint64_t count, const char *noun)
{
	quantity__count(out, count);
	fprintf(out, " %s%s", noun, count == 1 ? "" : "s");
}

void quantity__time(FILE *out, int64_t ns)
{
	char t[CLOCK_TEXT_BYTES]; /* 2026-11-24T04:10:14.012345678Z */

	if (ns == INT64_MIN) {
		fputs("<span class=\"time\">time not known</span>", out);
		return;
	}
	clock__format(t, ns);
	fprintf(out, "<time datetime=\"%.23sZ\">%.10s %.8s<small>%.4s</small></time>", t, t, t + 11,
		t + 19);
}
