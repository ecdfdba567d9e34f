// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Strangers' text in the page: in HTML's text, in attributes, in SVG and in packs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "hostile.h"
#include "report/escape.h"
#include "report/pack.h"
#include "report/picture.h"
#include "report/table.h"

#define MARKUP "</script></svg>\"' onload='x'&amp;<b>"
#define SAFE   "&lt;/script&gt;&lt;/svg&gt;&quot;&#39; onload=&#39;x&#39;&amp;amp;&lt;b&gt;"

static char *written(void (*put)(FILE *out, const char *text), const char *text)
{
	char *buf = NULL;
	size_t len;
	FILE *out = open_memstream(&buf, &len);

	assert_non_null(out);
	put(out, text);
	assert_int_equal(fclose(out), 0);
	return buf;
}

/* What is seen, of HTML that has no element. */
static void unescape(char *html)
{
	static const char *const entities[][2] = {
		{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}};

	for (char *at = html; *at; at++)
		for (size_t i = 0; i < sizeof(entities) / sizeof(*entities); i++) {
			size_t n = strlen(entities[i][0]);

			if (strncmp(at, entities[i][0], n) != 0)
				continue;
			*at = *entities[i][1];
			memmove(at + 1, at + n, strlen(at + n) + 1);
			break;
		}
}

static void shows_hostile_names(void **state)
{
	for (size_t i = 0; i < sizeof(hostile) / sizeof(*hostile); i++) {
		char *visible = written(escape__visible, hostile[i].name);
		char *html = written(escape__html, hostile[i].name);

		assert_string_equal(visible, hostile[i].text);
		assert_null(strpbrk(html, "<>\"'"));
		unescape(html);
		assert_string_equal(html, hostile[i].text);
		free(visible);
		free(html);
	}
}

static void makes_markup_text(void **state)
{
	char *html = written(escape__html, MARKUP);

	assert_string_equal(html, SAFE);
	free(html);
	html = written(escape__html, NULL);
	assert_string_equal(html, "");
	free(html);
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text++)
		n++;
	return n;
}

static void put_scene(FILE *out, const char *name)
{
	struct scene scene = {.n_members = 1, .limit_bytes = 4096};

	scene.members[0] = (struct member){.title = name,
					   .label = name,
					   .by = name,
					   .fate = FATE_ENDED,
					   .signal = 9,
					   .index = 1,
					   .drawn = true};
	picture__put(out, &scene);
	table__put(out, &scene, 1);
}

/* Each name is once in the picture's title, and wherever it is, it is nothing but text. */
static void is_text_in_pictures_and_tables(void **state)
{
	char *html = written(put_scene, MARKUP);

	assert_int_equal(count(html, SAFE), 6);
	assert_int_equal(count(html, "<b>"), 0);
	assert_int_equal(count(html, "</script"), 0);
	assert_int_equal(count(html, "<svg"), count(html, "</svg>"));
	free(html);
}

static void put_pack(FILE *out, const char *text)
{
	json_t *value = json_pack("[s]", text);

	assert_non_null(value);
	assert_int_equal(pack__put(out, "p", value), 0);
	json_decref(value);
}

static size_t decode(const char *digits, unsigned char *bytes)
{
	static const char all[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t n = 0;
	uint32_t bits = 0;

	for (size_t i = 0; digits[i] && strchr(all, digits[i]); i++) {
		bits = bits << 6 | (uint32_t)(strchr(all, digits[i]) - all);
		if (i % 4)
			bytes[n++] = bits >> (6 - 2 * (i % 4));
	}
	return n;
}

/* A pack has no character that could be markup, and gives what it was given. */
static void packs_and_gives_back(void **state)
{
	static const char begin[] = "<script type=\"text/plain\" id=\"p\">";
	static const char *const texts[] = {"", "a", "ab", "abc", MARKUP, "\xe2\x80\xae"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		char *html = written(put_pack, texts[i]), *data = html + strlen(begin);
		unsigned char packed[512], text[512] = "";
		uLongf room = sizeof(text) - 1;
		json_t *value;

		assert_memory_equal(html, begin, strlen(begin));
		assert_string_equal(strchr(data, '<'), "</script>\n");
		assert_int_equal(uncompress(text, &room, packed, decode(data, packed)), Z_OK);
		value = json_loads((char *)text, 0, NULL);
		assert_string_equal(json_string_value(json_array_get(value, 0)), texts[i]);
		json_decref(value);
		free(html);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_hostile_names),
		cmocka_unit_test(makes_markup_text),
		cmocka_unit_test(is_text_in_pictures_and_tables),
		cmocka_unit_test(packs_and_gives_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
