// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The JSON emitter, called in the order and with the keys and values that the input says. The first
 * byte is the room there is; then each call is a byte, its key, and where it takes one its value:
 *
 *   ~ S 3 k e y 5 v a l u e        json__bytes(j, "key", "value", 5)
 */
#include <errno.h>
#include <string.h>

#include "promises.h"
#include "render/json.h"

/* As long as they are, an input of libFuzzer's usual size fits, each byte escaped. */
#define LINE_BYTES (64 << 10)
#define DEPTH	   40

struct input {
	const uint8_t *at;
	const uint8_t *end;
};

static uint8_t next_byte(struct input *in)
{
	return in->at < in->end ? *in->at++ : 0;
}

/* A byte with its length, and the bytes. */
static const char *next_bytes(struct input *in, size_t *len)
{
	const char *s;

	*len = next_byte(in);
	if (*len > (size_t)(in->end - in->at))
		*len = in->end - in->at;
	s = (const char *)in->at;
	in->at += *len;
	return s;
}

static const char *next_string(struct input *in, char string[256])
{
	size_t len;
	const char *s = next_bytes(in, &len);

	memcpy(string, s, len);
	string[len] = '\0';
	return string;
}

static uint64_t next_number(struct input *in)
{
	uint64_t value = 0;
	size_t len;
	const char *s = next_bytes(in, &len);

	memcpy(&value, s, len < sizeof(value) ? len : sizeof(value));
	return value;
}

static void put_value(struct json *j, struct input *in, uint8_t call, const char *key)
{
	char string[256];
	const char *s;
	size_t len;

	switch (call) {
	case 'S':
		s = next_bytes(in, &len);
		json__bytes(j, key, s, len);
		break;
	case 's':
		json__string(j, key, next_string(in, string));
		break;
	case 'u':
		json__u64(j, key, next_number(in));
		break;
	case 'i':
		json__i64(j, key, next_number(in));
		break;
	case 'b':
		json__bool_if(j, key, next_byte(in) & 1, true);
		break;
	default:
		json__string(j, key, NULL);
	}
}

/* open: for each object or array that is not closed yet, its last character; the first is '}'. */
static void put_call(struct json *j, struct input *in, char open[DEPTH], int *depth)
{
	uint8_t call = next_byte(in);
	bool in_array = open[*depth - 1] == ']';
	char string[256];
	const char *key;

	if (call == '}' && *depth > 1) {
		if (open[--*depth] == '}')
			json__end_object(j);
		else
			json__end_array(j);
		return;
	}
	key = in_array ? NULL : next_string(in, string);
	if (call == '{' && *depth < DEPTH) {
		json__begin_object(j, key);
		open[(*depth)++] = '}';
	} else if (call == '[' && *depth < DEPTH) {
		json__begin_array(j, key);
		open[(*depth)++] = ']';
	} else {
		put_value(j, in, call, key);
	}
}

static long put_line(char *buf, size_t cap, struct input in)
{
	char open[DEPTH] = "}";
	int depth = 1;
	struct json j;

	json__init(&j, buf, cap);
	json__begin_object(&j, NULL);
	while (in.at < in.end)
		put_call(&j, &in, open, &depth);
	while (depth--)
		if (open[depth] == '}')
			json__end_object(&j);
		else
			json__end_array(&j);
	return json__end_line(&j);
}

/* What is UTF-8 already is read back as it was. */
static void promise_same(const char *buf, long len, const char *bytes, size_t n)
{
	json_t *object = promise_json(buf, len, 0);
	json_t *value = json_object_get(object, "key");
	json_t *same = json_stringn(bytes, n);

	promise(json_is_string(value));
	promise(!same || json_equal(value, same));
	json_decref(same);
	json_decref(object);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char line[LINE_BYTES];
	struct input in = {.at = data, .end = data + size};
	size_t cap = next_byte(&in);
	char *buf = malloc(cap);
	struct json j;
	long len, n;

	len = put_line(line, sizeof(line), in);
	json_decref(promise_json(line, len, 0));
	n = put_line(buf, cap, in);
	promise(n == (len > (long)cap ? -ENOBUFS : len));
	promise(n < 0 || !memcmp(buf, line, n));
	free(buf);

	json__init(&j, line, sizeof(line));
	json__begin_object(&j, NULL);
	json__bytes(&j, "key", (const char *)data, size);
	json__end_object(&j);
	promise_same(line, json__end_line(&j), (const char *)data, size);
	return 0;
}
