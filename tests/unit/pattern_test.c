// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Patterns against texts: what they match, which part is the label, what is no pattern. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "profile/pattern.h"

#define NO ((const char *)-1)

/* A copy that is as long as it says and not a byte longer: ASan sees who reads on. */
static char *exact(const char *text, size_t len)
{
	char *copy = malloc(len + !len);

	memcpy(copy, text, len);
	return copy;
}

static void assert_match(const char *pattern, const char *text, const char *label)
{
	struct text found = {0};
	char *copy = exact(text, strlen(text));
	bool matches = pattern__matches(pattern, (struct text){copy, strlen(text)}, &found);

	assert_null(pattern__fault(pattern));
	if (matches != (label != NO))
		fail_msg("%s: %s %s", pattern, matches ? "matches" : "does not match", text);
	if (matches) {
		if (found.len != strlen(label) ||
		    memcmp(found.at ? found.at : "", label, found.len))
			fail_msg("%s: %s: label %.*s", pattern, text, (int)found.len, found.at);
		assert_true(pattern__least(pattern) <= strlen(text));
	}
	free(copy);
}

static void matches_the_whole_text_or_nothing(void **state)
{
	static const struct {
		const char *pattern, *text, *label;
	} cases[] = {
		{"nginx", "nginx", ""},
		{"nginx", "nginx ", NO},
		{"nginx", " nginx", NO},
		{"nginx", "ngin", NO},
		{"nginx", "", NO},
		{"*", "", ""},
		{"*", "anything", ""},
		{"**", "a", ""},
		{"a*", "a", ""},
		{"a*", "ba", NO},
		{"*a", "ba", ""},
		{"*a", "ab", NO},
		{"*a", "abaa", ""},
		{"a*b*c", "abc", ""},
		{"a*b*c", "a-b-b-c-c", ""},
		{"a*b*c", "acb", NO},
		{"*ab", "aab", ""},
		{"*aab*", "aaaab", ""},
		{"<*>", "", ""},
		{"<*>", "all", "all"},
		{"x<*>", "xall", "all"},
		{"<a>", "a", "a"},
		{"<a>*", "ab", "a"},
		{"gunicorn: worker [<*>]", "gunicorn: worker [app]", "app"},
		{"gunicorn: worker [<*>]", "gunicorn: worker [a[0]]", "a[0]"},
		{"gunicorn: worker [<*>]", "gunicorn: worker [app", NO},
		{"[celeryd: *:<*PoolWorker-*>]*", "[celeryd: celery@h:ForkPoolWorker-12]",
		 "ForkPoolWorker-12"},
		{"[celeryd: *:<*PoolWorker-*>]*", "[celeryd: c@h:80:PoolWorker-1] -active-",
		 "80:PoolWorker-1"},
		{"<*x*>y*", "axbxy", "axbx"},
		{"\\*", "*", ""},
		{"\\*", "a", NO},
		{"\\<a\\>", "<a>", ""},
		{"\\\\<*>", "\\a", "a"},
		{"a\\*<*>", "a*b", "b"},
		{"\xff*", "\xff\xfe", ""},
		{"%n%s", "%n%s", ""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_match(cases[i].pattern, cases[i].text, cases[i].label);
}

static void a_nul_is_a_byte_of_the_text(void **state)
{
	struct text label = {0};

	assert_false(pattern__matches("a", (struct text){"a\0b", 3}, &label));
	assert_true(pattern__matches("a*b", (struct text){"a\0b", 3}, &label));
}

/* With a matcher that backs up to earlier stars as well this takes years. */
static void no_text_makes_it_slow(void **state)
{
	struct text label = {0};
	char text[4096];

	memset(text, 'a', sizeof(text));
	assert_false(pattern__matches("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*ab",
				      (struct text){text, sizeof(text)}, &label));
}

static void refuses_what_is_no_pattern(void **state)
{
	static const char *const faulty[] = {
		"<", ">", "<a", "a>", "><", "<<a>>", "<a><b>", "\\", "a\\", "\\a", "\\\\<", "\\<a>",
	};

	for (size_t i = 0; i < sizeof(faulty) / sizeof(faulty[0]); i++)
		if (!pattern__fault(faulty[i]))
			fail_msg("%s: not refused", faulty[i]);
}

static void counts_what_has_to_be_there(void **state)
{
	assert_int_equal(pattern__least(""), 0);
	assert_int_equal(pattern__least("<**>"), 0);
	assert_int_equal(pattern__least("a<b*>\\*\\\\"), 4);
}

static void knows_whether_there_is_a_label(void **state)
{
	assert_true(pattern__has_label("<a>"));
	assert_true(pattern__has_label("\\\\<*>"));
	assert_true(pattern__has_label("\\<<*>\\>"));
	assert_false(pattern__has_label("a*"));
	assert_false(pattern__has_label("\\<a\\>"));
	assert_false(pattern__has_label(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_the_whole_text_or_nothing),
		cmocka_unit_test(a_nul_is_a_byte_of_the_text),
		cmocka_unit_test(no_text_makes_it_slow),
		cmocka_unit_test(refuses_what_is_no_pattern),
		cmocka_unit_test(knows_whether_there_is_a_label),
		cmocka_unit_test(counts_what_has_to_be_there),
	};

	return cmocka_run_group_tests_name("pattern", tests, NULL, NULL);
}
