// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The arithmetic of the books, and the places for the cgroups that were involved. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "record/ledger.h"

static void accounts_for_every_victim(void **state)
{
	static const struct {
		const char *what;
		uint64_t seq, written, ring_full, decode, output;
		uint64_t in_ring, lost_while_running;
	} cases[] = {
		{"nothing happened", 0, 0, 0, 0, 0, 0, 0},
		{"all written", 7, 7, 0, 0, 0, 0, 0},
		{"one in the ring", 7, 6, 0, 0, 0, 1, 0},
		{"one of each way to be lost", 10, 6, 1, 1, 1, 1, 3},
		{"all lost", 3, 0, 1, 1, 1, 0, 3},
		{"read while the kernel side counts on", 5, 6, 0, 0, 0, 0, 0},
		{"as many as there can be", UINT64_MAX, 1, 0, 0, 0, UINT64_MAX - 1, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ledger l = {.books = {
					   .seq = cases[i].seq,
					   .written = cases[i].written,
					   .ring_full = cases[i].ring_full,
					   .lost_decode = cases[i].decode,
					   .lost_output = cases[i].output,
					   /* none of these is a victim without its record */
					   .ring_full_other = 100,
					   .repeated = 100,
					   .duplicates = 100,
				   }};

		assert_int_equal(ledger__in_ring(&l), cases[i].in_ring);
		assert_int_equal(ledger__lost_shutdown(&l), cases[i].in_ring);
		assert_int_equal(ledger__waiting(&l), 0);
		assert_int_equal(ledger__lost(&l), cases[i].lost_while_running + cases[i].in_ring);
		l.resumable = true;
		assert_int_equal(ledger__in_ring(&l), cases[i].in_ring);
		assert_int_equal(ledger__lost_shutdown(&l), 0);
		assert_int_equal(ledger__waiting(&l), cases[i].in_ring);
		assert_int_equal(ledger__lost(&l), cases[i].lost_while_running);
	}
}

static void counts_kills_as_the_kernel_does(void **state)
{
	struct ledger l = {.books = {.by_kind = {1, 20, 300, 4000, 50000}, .killed_again = 600000}};

	assert_int_equal(VICTIM_UNKNOWN, 0);
	assert_int_equal(ledger__kills(&l), 20 + 300 + 600000);
}

static void says_what_is_unexplained(void **state)
{
	static const struct {
		uint64_t before, now, seen;
		int64_t unexplained;
	} cases[] = {
		{0, 0, 0, 0},	       {10, 12, 2, 0},	      {10, 12, 1, 1},
		{10, 12, 3, -1},       {12, 10, 0, -2},	      {0, INT64_MAX, 0, INT64_MAX},
		{UINT64_MAX, 0, 0, 1}, {UINT64_MAX, 1, 2, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ledger l = {
			.books = {.vmstat_before = cases[i].before,
				  .by_kind[VICTIM_KILLED] = cases[i].seen},
			.vmstat_now = cases[i].now,
		};

		assert_int_equal(ledger__unexplained(&l), cases[i].unexplained);
	}
}

static void counts_the_kills_of_each_cgroup(void **state)
{
	struct ledger l = {0};

	ledger__involve(&l, 5, "/five");
	ledger__involve(&l, 6, "/six");
	ledger__involve(&l, 5, "/five");
	assert_int_equal(l.cgroups[0].id, 5);
	assert_int_equal(l.cgroups[0].seen, 2);
	assert_string_equal(l.cgroups[0].path, "/five");
	assert_int_equal(l.cgroups[1].id, 6);
	assert_int_equal(l.cgroups[1].seen, 1);
	assert_string_equal(l.cgroups[1].path, "/six");
	assert_int_equal(l.cgroups[2].id, 0);
}

/* Nothing of the one that was there stays, its own counter neither. */
static void the_oldest_cgroup_makes_room(void **state)
{
	struct ledger l = {0};

	for (uint64_t id = 1; id <= LEDGER_CGROUPS; id++)
		ledger__involve(&l, id, "/old");
	l.cgroups[0].counter_known = true;
	l.cgroups[0].counter = 9;
	ledger__involve(&l, 1, "/old");
	ledger__involve(&l, 99, "/new");
	assert_int_equal(l.cgroups[0].id, 99);
	assert_int_equal(l.cgroups[0].seen, 1);
	assert_false(l.cgroups[0].counter_known);
	assert_int_equal(l.cgroups[0].counter, 0);
	assert_string_equal(l.cgroups[0].path, "/new");
	for (int i = 1; i < LEDGER_CGROUPS; i++)
		assert_int_equal(l.cgroups[i].id, i + 1);
	ledger__involve(&l, 1, "/back");
	assert_int_equal(l.cgroups[1].id, 1);
	assert_int_equal(l.cgroups[1].seen, 1);
}

static void cuts_a_long_path(void **state)
{
	struct ledger l = {0};
	char path[1000];

	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	ledger__involve(&l, 1, path);
	assert_int_equal(strlen(l.cgroups[0].path), sizeof(l.cgroups[0].path) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accounts_for_every_victim),
		cmocka_unit_test(counts_kills_as_the_kernel_does),
		cmocka_unit_test(says_what_is_unexplained),
		cmocka_unit_test(counts_the_kills_of_each_cgroup),
		cmocka_unit_test(the_oldest_cgroup_makes_room),
		cmocka_unit_test(cuts_a_long_path),
	};

	return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
