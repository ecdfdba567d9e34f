// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Files of records in order of time: also those without one, that grow, or are renamed meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "journal/merge.h"

#define FILES 3

struct place {
	char directory[64];
	char path[FILES][128];
	struct refusals refusals;
	struct journal_files files;
	struct source *sources[FILES];
	struct merge merge;
};

static void append(const char *path, const char *lines)
{
	FILE *file = fopen(path, "a");

	assert_non_null(file);
	assert_true(fputs(lines, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* A digit is a second, - a record without a time, ! a line that is none. */
static void write_digits(const char *path, const char *digits)
{
	for (char line[128]; *digits; digits++) {
		if (*digits == '!')
			snprintf(line, sizeof(line), "no record\n");
		else if (*digits == '-')
			snprintf(line, sizeof(line), "{\"type\":\"-\"}\n");
		else
			snprintf(line, sizeof(line),
				 "{\"type\":\"%c\",\"time\":\"2026-11-24T00:00:0%cZ\"}\n", *digits,
				 *digits);
		append(path, line);
	}
}

static void set_up(struct place *p)
{
	char directory[] = "/tmp/oomtrace-merge-XXXXXX";

	*p = (struct place){0};
	assert_non_null(mkdtemp(directory));
	strcpy(p->directory, directory);
	p->refusals.err = fopen("/dev/null", "w");
	for (int i = 0; i < FILES; i++)
		snprintf(p->path[i], sizeof(p->path[i]), "%s/%c", directory, 'a' + i);
}

static void tear_down(struct place *p)
{
	for (int i = 0; i < FILES; i++) {
		source__free(p->sources[i]);
		unlink(p->path[i]);
	}
	merge__free(&p->merge);
	journal_files__free(&p->files);
	fclose(p->refusals.err);
	assert_int_equal(rmdir(p->directory), 0);
}

static void give(struct place *p, int n)
{
	for (int i = 0; i < n; i++)
		assert_int_equal(journal_files__add(&p->files, p->path[i]), 0);
	for (int i = 0; i < n; i++) {
		p->sources[i] = source__new(&p->files.all[i], &p->refusals);
		assert_non_null(p->sources[i]);
		assert_int_equal(merge__add(&p->merge, p->sources[i]), 0);
	}
}

/* The types of all that comes, as a string. */
static const char *take(struct place *p)
{
	static char types[64];
	struct source *s;
	size_t n = 0;

	while ((s = merge__next(&p->merge)))
		types[n++] = json_string_value(json_object_get(s->journal.record, "type"))[0];
	types[n] = '\0';
	assert_int_equal(p->merge.err, 0);
	return types;
}

static void records_are_in_order_of_time(void **state)
{
	static const struct {
		const char *files[FILES], *order;
		unsigned long bad_lines;
	} cases[] = {
		{{"135", "246", "7"}, "1234567", 0}, {{"7", "456", "123"}, "1234567", 0},
		{{"111", "11", "1"}, "111111", 0},   {{"59", "1", "3"}, "1359", 0},
		{{"52", "34", ""}, "3452", 0},	     {{"", "", ""}, "", 0},
		{{"-1", "2-", "3"}, "-12-3", 0},     {{"---", "12", "3"}, "---123", 0},
		{{"!1!", "!!", "2"}, "12", 4},	     {{"1-", "12", "!"}, "1-12", 1},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct place p;

		set_up(&p);
		for (int k = 0; k < FILES; k++) {
			append(p.path[k], "");
			write_digits(p.path[k], cases[i].files[k]);
		}
		give(&p, FILES);
		assert_string_equal(take(&p), cases[i].order);
		assert_int_equal(p.refusals.lines, cases[i].bad_lines);
		tear_down(&p);
	}
}

static void one_that_grows_is_added_anew(void **state)
{
	struct place p;

	set_up(&p);
	write_digits(p.path[0], "13");
	append(p.path[0], "{\"type\":");
	write_digits(p.path[1], "2");
	give(&p, 2);
	p.sources[0]->grows = true;
	assert_string_equal(take(&p), "123");
	append(p.path[0], "\"x\"}\n");
	assert_int_equal(merge__add(&p.merge, p.sources[0]), 0);
	assert_string_equal(take(&p), "x");
	assert_int_equal(p.refusals.n, 0);
	tear_down(&p);
}

/* What was listed is read, and not what has its name by then. */
static void one_that_is_renamed_is_found_again(void **state)
{
	char older[160];
	struct place p;

	set_up(&p);
	write_digits(p.path[0], "123");
	give(&p, 1);
	snprintf(older, sizeof(older), "%s.1", p.path[0]);
	assert_int_equal(rename(p.path[0], older), 0);
	write_digits(p.path[0], "456");
	assert_string_equal(take(&p), "123");
	assert_int_equal(unlink(older), 0);
	tear_down(&p);
}

static void one_that_is_gone_is_said(void **state)
{
	struct place p;

	set_up(&p);
	write_digits(p.path[0], "123");
	write_digits(p.path[1], "4");
	give(&p, 2);
	assert_int_equal(unlink(p.path[0]), 0);
	assert_string_equal(take(&p), "4");
	assert_int_equal(p.refusals.n, 1);
	tear_down(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_in_order_of_time),
		cmocka_unit_test(one_that_grows_is_added_anew),
		cmocka_unit_test(one_that_is_renamed_is_found_again),
		cmocka_unit_test(one_that_is_gone_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
