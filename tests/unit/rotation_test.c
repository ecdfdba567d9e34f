// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Names: those of a file's rotations, those of its neighbours, and where a link leads. */
#include "sandbox.h"

#include "journal/rotation.h"

static void names_of_rotations(void **state)
{
	static const struct {
		const char *name, *own;
		bool is;
	} cases[] = {
		{"e.jsonl.1", "e.jsonl", true},
		{"e.jsonl.10.gz", "e.jsonl", true},
		{"e.jsonl-20261124", "e.jsonl", true},
		{"e.jsonl-20261124.gz", "e.jsonl", true},
		{"e.1.jsonl", "e.jsonl", true},
		{"e.10.jsonl.gz", "e.jsonl", true},
		{"e-20261124.jsonl", "e.jsonl", true},
		{"e-2026112404.jsonl.xz", "e.jsonl", true},
		{"e-2026-11-24.jsonl", "e.jsonl", true},
		{"e-1764230400.jsonl", "e.jsonl", true},
		{"a.b.3.c", "a.b.c", true},
		{"e.1", "e", true},
		{"e.jsonl", "e.jsonl", false},
		{"e.jsonl.lock", "e.jsonl", false},
		{"e.jsonl.", "e.jsonl", false},
		{"e-7.jsonl", "e.jsonl", false},
		{"e-10-0-0-17.jsonl", "e.jsonl", false},
		{"e-20261124", "e.jsonl", false},
		{"e-20261124.json", "e.jsonl", false},
		{"e-20261124a.jsonl", "e.jsonl", false},
		{"e.1.jsonlx", "e.jsonl", false},
		{"e..jsonl", "e.jsonl", false},
		{"e.x.jsonl", "e.jsonl", false},
		{"e.1.2.jsonl", "e.jsonl", false},
		{"f.1.jsonl", "e.jsonl", false},
		{".1.jsonl", ".jsonl", false},
		{".jsonl.1", ".jsonl", true},
		{"e", "e.jsonl", false},
		{"", "e.jsonl", false},
		{"*.1.jsonl", "e.jsonl", false},
		{"e.1.jsonl", "?.jsonl", false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (rotation__is_of(cases[i].name, cases[i].own) != cases[i].is)
			fail_msg("%s of %s", cases[i].name, cases[i].own);
}

static void assert_place(const char *path, const char *expected)
{
	char *place = rotation__place(path);

	assert_string_equal(place, expected);
	free(place);
}

static void links_lead_to_a_name(void **state)
{
	char in_proc[32];

	assert_int_equal(mkdir("d", 0755), 0);
	assert_int_equal(symlink("file", "d/relative"), 0); /* which is not there */
	assert_int_equal(symlink("d/relative", "twice"), 0);
	assert_int_equal(symlink("/nowhere/file", "absolute"), 0);
	assert_int_equal(symlink("endless", "endless"), 0);
	put_text("plain", "x", 1);
	assert_place("plain", "plain");
	assert_place("missing/file", "missing/file");
	assert_place("d/relative", "d/file");
	assert_place("twice", "d/file");
	assert_place("absolute", "/nowhere/file");
	assert_place("endless", "endless");

	snprintf(in_proc, sizeof(in_proc), "/proc/self/fd/%d", open("plain", O_RDONLY));
	assert_place(in_proc, in_proc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_rotations),
		in_sandbox(links_lead_to_a_name),
	};

	return cmocka_run_group_tests_name("rotation", tests, NULL, NULL);
}
