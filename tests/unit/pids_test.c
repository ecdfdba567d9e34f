// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Who is in a cgroup and below: over directories that are laid out here like those of cgroupfs. */
#include <errno.h>

#include "node/pids.h"
#include "sandbox.h"

static struct pids p;

static void put_cgroup(const char *path, const char *procs)
{
	char file[128];

	mkdir(path, 0700);
	snprintf(file, sizeof(file), "%s/cgroup.procs", path);
	unlink(file);
	put_text(file, procs, strlen(procs));
}

static int read_pids(const char *path, size_t room)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY), err;

	p.n = 0;
	p.room = room;
	err = pids__read(&p, dir);
	close(dir);
	return err;
}

static void assert_pids(const uint32_t *expected, size_t n)
{
	pids__sort(&p);
	assert_int_equal(p.n, n);
	assert_memory_equal(p.list, expected, n * sizeof(*expected));
}

static void reads_those_below_too(void **state)
{
	static const uint32_t all[] = {2, 3, 10, 11, 4194303}, inner[] = {3};

	put_cgroup("top", "10\n11\n");
	put_cgroup("top/a", "");
	put_cgroup("top/a/inner", "3\n");
	put_cgroup("top/.hidden", "4194303\n");
	put_cgroup("top/a b\n%s", "2\n");
	put_text("top/tasks", "77\n", 3);
	assert_int_equal(read_pids("top", PIDS_MAX), 0);
	assert_pids(all, 5);
	assert_int_equal(read_pids("top/a/inner", PIDS_MAX), 0);
	assert_pids(inner, 1);
}

static void each_is_listed_once(void **state)
{
	static const uint32_t once[] = {4, 5, 9};

	p.n = 0;
	p.room = PIDS_MAX;
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(pids__add(&p, (const uint32_t[]){9, 4, 9, 5, 4, 9}[i]), 0);
	assert_pids(once, 3);
	pids__sort(&p);
	assert_pids(once, 3);
	p.n = 0;
	assert_pids(once, 0);
}

static void stops_where_there_is_no_more_room(void **state)
{
	put_cgroup("top", "1\n2\n3\n");
	put_cgroup("top/a", "4\n");
	/* a cgroup takes two places, for its list has to be read */
	assert_int_equal(read_pids("top", 8), 0);
	assert_int_equal(p.n, 4);
	assert_int_equal(read_pids("top", 7), -E2BIG);
	assert_int_equal(read_pids("top", 4), -E2BIG);
	assert_int_equal(p.n, 2);
	assert_int_equal(read_pids("top", 1), -E2BIG);
	assert_int_equal(p.n, 0);
	assert_int_equal(read_pids("top", 0), -E2BIG);
}

static void what_is_removed_meanwhile_is_empty(void **state)
{
	mkdir("gone", 0700);
	assert_int_equal(read_pids("gone", PIDS_MAX), 0);
	assert_int_equal(p.n, 0);
}

/* A link could lead out of the hierarchy, and round in a ring. */
static void follows_no_links_and_is_no_deeper_than_a_path(void **state)
{
	char path[512] = "top";

	put_cgroup("other", "5\n");
	put_cgroup("top", "1\n");
	assert_int_equal(symlink("../other", "top/link"), 0);
	assert_int_equal(read_pids("top", PIDS_MAX), 0);
	assert_int_equal(p.n, 1);
	for (int depth = 1; depth <= 32; depth++) {
		strcat(path, "/d");
		put_cgroup(path, "");
	}
	assert_int_equal(read_pids("top", PIDS_MAX), -ELOOP);
	assert_int_equal(read_pids("top/d", PIDS_MAX), 0);
}

static void what_is_no_pid_ends_the_list(void **state)
{
	put_cgroup("top", "12\nx\n13\n");
	assert_int_equal(read_pids("top", PIDS_MAX), 0);
	assert_int_equal(p.n, 1);
	put_cgroup("top", "");
	assert_int_equal(read_pids("top", PIDS_MAX), 0);
	assert_int_equal(p.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_sandbox(reads_those_below_too),
		in_sandbox(each_is_listed_once),
		in_sandbox(stops_where_there_is_no_more_room),
		in_sandbox(what_is_removed_meanwhile_is_empty),
		in_sandbox(follows_no_links_and_is_no_deeper_than_a_path),
		in_sandbox(what_is_no_pid_ends_the_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
