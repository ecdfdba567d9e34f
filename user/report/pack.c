// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* JSON, deflated and in base64; see pack.h. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "report/pack.h"

static void put_base64(FILE *out, const unsigned char *data, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < len; i += 3) {
		size_t left = len - i;
		uint32_t bits = data[i] << 16 | (left > 1 ? data[i + 1] : 0) << 8 |
				(left > 2 ? data[i + 2] : 0);

		fputc(digits[bits >> 18], out);
		fputc(digits[bits >> 12 & 63], out);
		fputc(left > 1 ? digits[bits >> 6 & 63] : '=', out);
		fputc(left > 2 ? digits[bits & 63] : '=', out);
	}
}

int pack__put(FILE *out, const char *id, const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	uLong len = text ? strlen(text) : 0;
	uLongf room = compressBound(len);
	unsigned char *packed = malloc(room);
	int err = -ENOMEM;

	if (text && packed && compress2(packed, &room, (unsigned char *)text, len, 6) == Z_OK) {
		fprintf(out, "<script type=\"text/plain\" id=\"%s\">", id);
		put_base64(out, packed, room);
		fputs("</script>\n", out);
		err = 0;
	}
	free(packed);
	free(text);
	return err;
}
