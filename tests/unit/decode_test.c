// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What becomes of each field of an exit, the end of a decision, a signal and a task. */
#include <errno.h>

#include "records.h"

static struct exit_event exit_of(const struct rec_exit *r)
{
	struct exit_event e;
	void *room, *data = place(&room, r, sizeof(*r), "", 0);

	memset(&e, 0xa5, sizeof(e));
	assert_int_equal(decode__kind(data, sizeof(*r)), REC_EXIT);
	decode__exit(data, PAGE_BYTES, &e);
	free(room);
	return e;
}

static void decodes_an_exit(void **state)
{
	struct rec_exit r = {
		.header = {.kind = REC_EXIT, .size = sizeof(r), .seq = 3, .time_ns = 9},
		.oom_id = 4,
		.start_ns = 1,
		.killed_ns = 2,
		.reaper_woken_ns = 5,
		.reaper_started_ns = 6,
		.reaper_finished_ns = 7,
		.reaper_skipped = 1,
		.killed_pages = 100,
		.held_pages = 40,
		.mm_users = 1,
		.tgid = 181,
	};
	struct exit_event e = exit_of(&r);

	assert_int_equal(e.seq, 3);
	assert_int_equal(e.time_ns, 9);
	assert_int_equal(e.oom_id, 4);
	assert_int_equal(e.start_ns, 1);
	assert_int_equal(e.killed_ns, 2);
	assert_int_equal(e.reaper_woken_ns, 5);
	assert_int_equal(e.reaper_started_ns, 6);
	assert_int_equal(e.reaper_finished_ns, 7);
	assert_true(e.reaper_skipped);
	assert_int_equal(e.held_bytes, 40 * 4096);
	assert_int_equal(e.pid, 181);
}

static void decodes_the_end_of_a_decision(void **state)
{
	struct rec_decision_end r = {.header.time_ns = 11, .oom_id = 12, .last_seq = 13};
	struct decision_end_event e;
	void *room;

	decode__decision_end(place(&room, &r, sizeof(r), "", 0), &e);
	free(room);
	assert_int_equal(e.time_ns, 11);
	assert_int_equal(e.oom_id, 12);
	assert_int_equal(e.last_seq, 13);
}

static void decodes_a_signal(void **state)
{
	struct rec_signal r = {
		.header.time_ns = 11,
		.start_ns = 12,
		.tgid = 13,
		.signal = 9,
		.sender_tgid = 14,
		.from_kernel = 1,
		.sender_exiting = -1,
		.sender_comm = "sixteen_bytes_xy",
	};
	struct signal_event e;
	void *room;

	decode__signal(place(&room, &r, sizeof(r), "zz", 2), &e);
	free(room);
	assert_int_equal(e.time_ns, 11);
	assert_int_equal(e.start_ns, 12);
	assert_int_equal(e.pid, 13);
	assert_int_equal(e.signal, 9);
	assert_int_equal(e.sender_pid, 14);
	assert_true(e.from_kernel);
	assert_int_equal(e.sender_exiting, -1);
	assert_string_equal(e.sender_title, "sixteen_bytes_xy");
}

static void decodes_one_that_is_gone(void **state)
{
	struct rec_gone r = {.header.time_ns = 11, .start_ns = 12, .tgid = 13, .exit_code = 0x100};
	struct gone_event e;
	void *room;

	decode__gone(place(&room, &r, sizeof(r), "", 0), &e);
	free(room);
	assert_int_equal(e.time_ns, 11);
	assert_int_equal(e.start_ns, 12);
	assert_int_equal(e.pid, 13);
	assert_int_equal(e.exit_code, 0x100);
}

static void decodes_a_task(void **state)
{
	struct rec_task r = {
		.start_ns = 11,
		.exec = {.exe_file = 12, .arg_start = 13},
		.cgroup_id = 14,
		.rss_pages = 15,
		.swap_pages = 16,
		.tgid = 17,
		.ppid = 18,
		.session_id = 19,
		.vpid = 20,
		.forked_only = 1,
		.comm = "sixteen_bytes_xy",
	};
	struct process p;

	memset(&p, 0xa5, sizeof(p));
	memset(r.exe, 'e', sizeof(r.exe));
	decode__task(&r, PAGE_BYTES, &p);
	assert_int_equal(p.start_ns, 11);
	assert_int_equal(p.exec.exe_file, 12);
	assert_int_equal(p.exec.arg_start, 13);
	assert_int_equal(p.cgroup_id, 14);
	assert_int_equal(p.rss_bytes, 15 * PAGE_BYTES);
	assert_int_equal(p.swap_bytes, 16 * PAGE_BYTES);
	assert_int_equal(p.pid, 17);
	assert_int_equal(p.parent_pid, 18);
	assert_int_equal(p.session_id, 19);
	assert_int_equal(p.vpid, 20);
	assert_true(p.forked_only);
	assert_false(p.zombie);
	assert_string_equal(p.comm, "sixteen_bytes_xy");
	assert_int_equal(strlen(p.executable), REC_NAME_BYTES);
	assert_string_equal(p.title, "");
	assert_int_equal(p.args_bytes + p.ranks_bytes, 0);
}

static void says_what_an_exit_frees(void **state)
{
	static const struct {
		const char *what;
		uint64_t killed, held;
		uint8_t released, users;
		int8_t unread;
		bool held_known, freed_known;
		uint64_t freed_pages;
	} cases[] = {
		{"all goes with the last thread", 100, 40, 0, 1, 0, true, true, 100},
		{"others keep what is left", 100, 40, 0, 2, 0, true, true, 60},
		{"already given back, nothing left", 100, 0, 1, 1, 0, false, true, 100},
		{"already given back, some is left", 100, 30, 1, 1, 0, false, true, 70},
		{"grew after the kill", 100, 140, 0, 2, 0, true, true, 0},
		{"could not be read", 100, 0, 0, 0, -ESRCH, false, false, 100},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rec_exit r = {
			.header = {.kind = REC_EXIT, .size = sizeof(r)},
			.killed_pages = cases[i].killed,
			.held_pages = cases[i].held,
			.mm_released = cases[i].released,
			.mm_users = cases[i].users,
			.unread_rss = cases[i].unread,
		};
		struct exit_event e = exit_of(&r);

		if (e.held_known != cases[i].held_known || e.freed_known != cases[i].freed_known ||
		    e.freed_bytes != cases[i].freed_pages * PAGE_BYTES)
			fail_msg("%s: %d %d %ju", cases[i].what, e.held_known, e.freed_known,
				 (uintmax_t)e.freed_bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_an_exit),  cmocka_unit_test(decodes_the_end_of_a_decision),
		cmocka_unit_test(decodes_a_signal), cmocka_unit_test(decodes_one_that_is_gone),
		cmocka_unit_test(decodes_a_task),   cmocka_unit_test(says_what_an_exit_frees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
