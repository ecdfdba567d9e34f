// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Which mount has the memory controller, from mountinfo files that are laid out here. */
#include <errno.h>

#include "node/cgroup.h"
#include "sandbox.h"

#define MOUNTINFO_BYTES 8192

static char here[64];

/* Lays out lines, in which @ is the test's own directory, and looks for the hierarchy in them. */
static int open_root(struct cgroup_root *root, const char *lines)
{
	char text[MOUNTINFO_BYTES];
	size_t n = 0;

	assert_non_null(getcwd(here, sizeof(here)));
	for (; *lines; lines++)
		n += snprintf(text + n, sizeof(text) - n, *lines == '@' ? "%s" : "%.1s",
			      *lines == '@' ? here : lines);
	unlink("mountinfo");
	put_text("mountinfo", text, n);
	memset(root, 0xa5, sizeof(*root));
	return cgroup_root__open(root, "mountinfo");
}

static void put_controllers(const char *dir, const char *controllers)
{
	char path[64];

	mkdir(dir, 0700);
	snprintf(path, sizeof(path), "%s/cgroup.controllers", dir);
	unlink(path);
	put_text(path, controllers, strlen(controllers));
}

static void assert_found(const char *lines, int version, const char *dir)
{
	struct cgroup_root root;
	struct stat mount, opened;
	int err = open_root(&root, lines);

	if (err)
		fail_msg("error %d in:\n%s", err, lines);
	assert_int_equal(root.version, version);
	assert_int_equal(stat(dir, &mount), 0);
	assert_int_equal(fstat(root.fd, &opened), 0);
	assert_int_equal(opened.st_ino, mount.st_ino);
	assert_true(fcntl(root.fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(strncmp(root.mount, here, strlen(here)), 0);
	assert_string_equal(root.mount + strlen(here) + 1, dir);
	cgroup_root__close(&root);
	assert_int_equal(root.fd, -1);
}

static void assert_not_found(const char *lines)
{
	struct cgroup_root root;
	int err = open_root(&root, lines);

	if (err != -ENOENT || root.version || root.fd != -1)
		fail_msg("error %d, version %d, fd %d in:\n%s", err, root.version, root.fd, lines);
}

#define OTHERS                                                                                     \
	"22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"                                  \
	"23 22 0:21 / /proc rw,nosuid shared:2 - proc proc rw\n"

static void finds_version_1(void **state)
{
	mkdir("m", 0700);
	assert_found("35 24 0:30 / @/m rw,nosuid shared:9 - cgroup cgroup rw,memory\n", 1, "m");
	assert_found("35 24 0:30 / @/m rw,nosuid - cgroup cgroup rw,memory\n", 1, "m");
	assert_found("35 24 0:30 / @/m rw shared:9 master:1 propagate_from:2 - cgroup x rw,memory",
		     1, "m");
	assert_found("35 24 0:30 / @/m rw - cgroup none rw,cpuset,memory,hugetlb\n", 1, "m");
	assert_found("35 24 0:30 / @/m rw - cgroup none memory\n", 1, "m");
	assert_found("35 24 0:30 / @/m rw - cgroup none rw,name=memory,memory\n", 1, "m");
	assert_found(OTHERS "34 24 0:29 / @/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
			    "35 24 0:30 / @/m rw - cgroup cgroup rw,memory\n",
		     1, "m");
}

static void takes_no_other_controller_for_it(void **state)
{
	mkdir("m", 0700);
	assert_not_found("35 24 0:30 / @/m rw - cgroup cgroup rw,cpu,cpuacct\n");
	assert_not_found("35 24 0:30 / @/m rw - cgroup cgroup rw,name=memory\n");
	assert_not_found("35 24 0:30 / @/m rw - cgroup cgroup rw,xmemory,memoryx,mem\n");
	assert_not_found("35 24 0:30 / @/m rw,memory - cgroup memory rw\n");
	assert_not_found("35 24 0:30 / @/m rw - tmpfs memory rw,memory\n");
	assert_not_found("35 24 0:30 / @/m rw - cgroupx cgroup rw,memory\n");
	assert_not_found("35 24 0:30 / @/m rw - cgroup2 cgroup2 rw,memory,memory_recursiveprot\n");
}

static void finds_version_2(void **state)
{
	static const char *const with[] = {"cpuset cpu io memory hugetlb pids\n", "memory\n",
					   "memory", "cpu memory"};
	static const char *const without[] = {"", "\n", "cpuset cpu io pids\n",
					      "memoryx xmemory\n"};

	for (size_t i = 0; i < sizeof(with) / sizeof(with[0]); i++) {
		put_controllers("u", with[i]);
		assert_found(OTHERS "30 24 0:26 / @/u rw shared:4 - cgroup2 cgroup2 rw\n", 2, "u");
	}
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++) {
		put_controllers("u", without[i]);
		assert_not_found(OTHERS "30 24 0:26 / @/u rw shared:4 - cgroup2 cgroup2 rw\n");
	}
	unlink("u/cgroup.controllers");
	assert_not_found("30 24 0:26 / @/u rw shared:4 - cgroup2 cgroup2 rw\n");
}

/* systemd's hybrid layout: the memory controller is in version 1 alone, whichever comes first. */
static void finds_it_in_a_hybrid(void **state)
{
	mkdir("m", 0700);
	put_controllers("u", "\n");
	assert_found("30 24 0:26 / @/u rw - cgroup2 cgroup2 rw\n"
		     "35 24 0:30 / @/m rw - cgroup cgroup rw,memory\n",
		     1, "m");
	assert_found("35 24 0:30 / @/m rw - cgroup cgroup rw,memory\n"
		     "30 24 0:26 / @/u rw - cgroup2 cgroup2 rw\n",
		     1, "m");
	put_controllers("u", "memory\n");
	assert_found("34 24 0:29 / @/m rw - cgroup cgroup rw,cpu\n"
		     "30 24 0:26 / @/u rw - cgroup2 cgroup2 rw\n",
		     2, "u");
}

static void finds_nothing_where_nothing_is(void **state)
{
	struct cgroup_root root;

	assert_not_found("");
	assert_not_found("\n\n");
	assert_not_found(OTHERS);
	assert_not_found("35 24 0:30 / @/m rw shared:9 cgroup cgroup rw,memory\n");
	assert_not_found("35 24 0:30 / @/m rw - cgroup\n");
	assert_not_found(" - cgroup cgroup rw,memory\n");
	assert_int_equal(cgroup_root__open(&root, "no such file"), -ENOENT);
	assert_int_equal(root.version, 0);
	assert_int_equal(root.fd, -1);
}

/* Layers of overlayfs make lines of several thousand bytes. */
static void is_not_thrown_off_by_a_long_line(void **state)
{
	char lines[7000] = "40 22 0:40 / /var/lib/docker rw - overlay overlay rw,lowerdir=";
	size_t n = strlen(lines);

	mkdir("m", 0700);
	memset(lines + n, 'x', 5000);
	strcpy(lines + n + 5000, "\n35 24 0:30 / @/m rw - cgroup cgroup rw,memory\n");
	assert_found(lines, 1, "m");
}

/* The kernel writes space, tab, newline and backslash of a path as \ooo. */
static void decodes_escapes_of_version_1(void **state)
{
	mkdir("a b", 0700);
	assert_found("35 24 0:30 / @/a\\040b rw - cgroup cgroup rw,memory\n", 1, "a b");
}

static void decodes_escapes_of_version_2(void **state)
{
	put_controllers("\t\n\\", "memory\n");
	assert_found("30 24 0:26 / @/\\011\\012\\134 rw - cgroup2 cgroup2 rw\n", 2, "\t\n\\");
}

static void takes_what_is_no_escape_as_it_is(void **state)
{
	mkdir("\\!!!\\89 \\0", 0700);
	assert_found("35 24 0:30 / @/\\!!!\\89\\040\\0 rw - cgroup cgroup rw,memory\n", 1,
		     "\\!!!\\89 \\0");
}

/* As the header has it: on failure version 0, so that no record claims a hierarchy. */
static void says_that_a_mount_is_gone(void **state)
{
	assert_not_found("35 24 0:30 / @/nothing rw - cgroup cgroup rw,memory\n");
}

static void looks_nothing_up_without_a_hierarchy(void **state)
{
	struct cgroup_root root = {.fd = -1};
	struct cgroup_facts c = {.id = 7};
	uint64_t count = 0xa5;

	assert_int_equal(cgroup_root__look_up(&root, &c), -ENOENT);
	assert_int_equal(cgroup_root__oom_kills(&root, 7, &count), -ENOENT);
	assert_string_equal(c.path, "");
	assert_false(c.limits_known);
	assert_int_equal(count, 0xa5);
	cgroup_root__close(&root);
	assert_int_equal(root.fd, -1);
}

/* A directory of another file system: whatever it says, nothing is made up. */
static void looks_nothing_up_in_another_file_system(void **state)
{
	struct cgroup_facts c = {.id = 7};
	struct cgroup_root root;
	uint64_t count = 0xa5;

	mkdir("m", 0700);
	assert_int_equal(open_root(&root, "35 24 0:30 / @/m rw - cgroup cgroup rw,memory\n"), 0);
	assert_true(cgroup_root__look_up(&root, &c) < 0);
	assert_true(cgroup_root__oom_kills(&root, 7, &count) < 0);
	assert_string_equal(c.path, "");
	assert_false(c.limits_known);
	assert_int_equal(count, 0xa5);
	cgroup_root__close(&root);
}

/*
 * The one look at the machine itself: the root of its hierarchy has no limit, of which v1 says
 * 9223372036854771712 and v2 nothing.
 */
static void the_real_root_is_unlimited(void **state)
{
	struct cgroup_facts c = {.path_truncated = true};
	struct cgroup_root root;
	struct stat st;
	int err;

	if (cgroup_root__open(&root, "/proc/self/mountinfo")) {
		print_message("  skipped: no memory controller is mounted here\n");
		skip();
	}
	assert_int_equal(fstat(root.fd, &st), 0);
	c.id = st.st_ino;
	err = cgroup_root__look_up(&root, &c);
	cgroup_root__close(&root);
	if (err == -EPERM) {
		print_message("  skipped: needs root (CAP_DAC_READ_SEARCH)\n");
		skip();
	}
	assert_int_equal(err, 0);
	assert_string_equal(c.path, "/");
	assert_false(c.path_truncated);
	assert_true(c.limits_known);
	assert_true(c.usage_unknown);
	assert_false(c.oom_group);
	assert_true(c.unlimited);
	assert_int_equal(c.limit_bytes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_sandbox(finds_version_1),
		in_sandbox(takes_no_other_controller_for_it),
		in_sandbox(finds_version_2),
		in_sandbox(finds_it_in_a_hybrid),
		in_sandbox(finds_nothing_where_nothing_is),
		in_sandbox(is_not_thrown_off_by_a_long_line),
		in_sandbox(decodes_escapes_of_version_1),
		in_sandbox(decodes_escapes_of_version_2),
		in_sandbox(takes_what_is_no_escape_as_it_is),
		in_sandbox(says_that_a_mount_is_gone),
		in_sandbox(looks_nothing_up_without_a_hierarchy),
		in_sandbox(looks_nothing_up_in_another_file_system),
		in_sandbox(the_real_root_is_unlimited),
	};

	return cmocka_run_group_tests_name("cgroup", tests, NULL, NULL);
}
