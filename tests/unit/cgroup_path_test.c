// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Paths of cgroups: what is above, what is in what, what is a unit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "node/cgroup_path.h"

static void goes_up_to_the_root(void **state)
{
	char path[] = "/a/b.service";

	assert_true(cgroup_path__go_up(path));
	assert_string_equal(path, "/a");
	assert_true(cgroup_path__go_up(path));
	assert_string_equal(path, "/");
	assert_false(cgroup_path__go_up(path));
	assert_string_equal(path, "/");
	assert_false(cgroup_path__go_up((char[]){""}));
	assert_false(cgroup_path__go_up((char[]){"a"}));
}

static void knows_what_is_in_what(void **state)
{
	static const struct {
		const char *path, *above;
		bool below;
	} cases[] = {
		{"/a", "/a", true},    {"/a/b", "/a", true},  {"/ab", "/a", false},
		{"/a", "/a/b", false}, {"/a", "/", true},     {"/", "/", true},
		{"/", "/a", false},    {"/a/b", "/a/", true}, {"/b/a", "/a", false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (cgroup_path__is_below(cases[i].path, cases[i].above) != cases[i].below)
			fail_msg("%s, %s", cases[i].path, cases[i].above);
}

static void knows_units(void **state)
{
	assert_true(cgroup_path__is_service("/system.slice/web.service"));
	assert_true(cgroup_path__is_unit("/system.slice/web.service"));
	assert_true(cgroup_path__is_unit("/machine.slice/x.scope"));
	assert_false(cgroup_path__is_service("/machine.slice/x.scope"));
	assert_false(cgroup_path__is_service("/system.slice/web.service/sub"));
	assert_false(cgroup_path__is_service(".service"));
	assert_false(cgroup_path__is_unit(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_up_to_the_root),
		cmocka_unit_test(knows_what_is_in_what),
		cmocka_unit_test(knows_units),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
