// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Which containers an order is for, and that what was set, and only that, is taken back. */
#include <errno.h>
#include <sys/xattr.h>

#include "doctor/oom_group.h"
#include "machine.h"

#define ID_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define UID  "11111111-2222-3333-4444-555555555555"
#define A    "/kubepods/burstable/pod" UID "/" ID_A
#define B    "/machine.slice/libpod-" ID_B ".scope"
#define MARK "user.oomtrace.oom_group"
#define UNIT "/system.slice/web.service"

/* ---- on a machine ---- */

static struct cgroup_root root;
static struct snapshot processes;
static struct oom_group_changes changes;

static int change(bool set, const char *match)
{
	const struct oom_group_order order = {
		.proc = "proc", .cgroups = &root, .match = match, .set = set};

	oom_group__free(&changes);
	return oom_group__change(&changes, &order, &processes);
}

static void assert_flag(const char *cgroup, char flag)
{
	char path[512], text[8] = "";

	snprintf(path, sizeof(path), "cgroup%s/memory.oom.group", cgroup);
	get_text(path, text, 0, sizeof(text));
	assert_int_equal(text[0], flag);
}

static void add(uint32_t pid, const char *cgroup)
{
	char line[512];

	snprintf(line, sizeof(line), "0::%s", cgroup);
	machine__add(&(struct machine_process){pid, 1, "python3", "python3", 0, 1, line});
}

static int set_up(void **state)
{
	if (sandbox__enter(state))
		return -1;
	root = machine__mount(2);
	machine__write_limits(A, "max\n", "0\n");
	machine__write_limits(B, "max\n", "1\n");
	machine__write_limits(UNIT, "max\n", "0\n");
	add(100, A);
	add(101, A "/inner");
	add(200, B "/container");
	add(300, UNIT);
	processes = machine__look(2);
	return 0;
}

static int tear_down(void **state)
{
	oom_group__free(&changes);
	processes__free(&processes);
	cgroup_root__close(&root);
	return sandbox__leave(state);
}

static void sets_and_takes_back(void **state)
{
	if (setxattr(".", MARK, "1", 1, 0)) {
		print_message("  skipped: no extended attributes in /tmp\n");
		skip();
	}
	assert_int_equal(change(true, ID_A), 0);
	assert_int_equal(changes.n, 1);
	assert_string_equal(changes.list[0].path, A);
	assert_int_equal(changes.list[0].act, ACT_SET);
	assert_flag(A, '1');
	assert_int_equal(change(true, ID_A), 0);
	assert_int_equal(changes.list[0].act, ACT_LEFT_SET);
	assert_int_equal(change(false, ID_A), 0);
	assert_int_equal(changes.list[0].act, ACT_UNSET);
	assert_flag(A, '0');
	assert_int_equal(change(false, ID_A), 0);
	assert_int_equal(changes.list[0].act, ACT_LEFT_UNSET);
}

static void leaves_alone_what_others_set(void **state)
{
	assert_int_equal(change(false, "*"), 0);
	assert_int_equal(changes.n, 2);
	for (size_t i = 0; i < changes.n; i++)
		assert_int_equal(changes.list[i].act,
				 strcmp(changes.list[i].path, B) ? ACT_LEFT_UNSET : ACT_LEFT_SET);
	assert_flag(B, '1');
}

static void only_containers_are_meant(void **state)
{
	assert_int_equal(change(true, "*"), 0);
	assert_int_equal(changes.n, 2);
	assert_flag(UNIT, '0');
	assert_int_equal(change(true, UNIT), 0);
	assert_int_equal(changes.n, 0);
	assert_int_equal(change(true, "/nothing"), 0);
	assert_int_equal(changes.n, 0);
}

static void says_what_failed(void **state)
{
	assert_int_equal(unlink("cgroup" A "/memory.oom.group"), 0);
	assert_int_equal(change(true, ID_A), 0);
	assert_int_equal(changes.list[0].act, ACT_FAILED);
	assert_int_equal(changes.list[0].err, -ENOENT);
	assert_int_equal(getxattr("cgroup" A, MARK, NULL, 0), -1);
}

static void not_on_version_1(void **state)
{
	root.version = 1;
	assert_int_equal(change(true, "*"), -EOPNOTSUPP);
	assert_int_equal(changes.n, 0);
	assert_flag(A, '0');
}

#define in_machine(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_machine(sets_and_takes_back),       in_machine(leaves_alone_what_others_set),
		in_machine(only_containers_are_meant), in_machine(says_what_failed),
		in_machine(not_on_version_1),
	};

	return cmocka_run_group_tests_name("oom_group", tests, NULL, NULL);
}
