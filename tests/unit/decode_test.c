// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Raw records into events: which are taken, and what each field becomes. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "record/decode.h"

#define PAGE_BYTES 4096

/*
 * A record and its tail at an odd address, allocated to the byte: the sanitizer sees an access that
 * is misaligned or beyond.
 */
static void *place(void **room, const void *rec, size_t rec_bytes, const char *tail,
		   size_t tail_bytes)
{
	char *data;

	*room = malloc(rec_bytes + tail_bytes + 1);
	data = (char *)*room + 1;
	memcpy(data, rec, rec_bytes);
	memcpy(data + rec_bytes, tail, tail_bytes);
	return data;
}

static struct rec_victim victim_with(uint32_t path_bytes)
{
	return (struct rec_victim){
		.header = {.kind = REC_VICTIM, .size = sizeof(struct rec_victim) + path_bytes},
		.cgroup = {.id = 7, .path_bytes = path_bytes},
	};
}

static struct rec_decision decision_with(uint32_t path_bytes)
{
	return (struct rec_decision){
		.header = {.kind = REC_DECISION, .size = sizeof(struct rec_decision) + path_bytes},
		.hit = {.id = 7, .path_bytes = path_bytes},
	};
}

/* ---- which records are taken ---- */

static const char tail[REC_PATH_BYTES + 64];

static int kind_of_victim(const struct rec_victim *r, size_t size)
{
	void *room, *data = place(&room, r, sizeof(*r), tail, size - sizeof(*r));
	int kind = decode__kind(data, size);

	free(room);
	return kind;
}

static int kind_of_decision(const struct rec_decision *r, size_t size)
{
	void *room, *data = place(&room, r, sizeof(*r), tail, size - sizeof(*r));
	int kind = decode__kind(data, size);

	free(room);
	return kind;
}

/* The first size bytes of a record, and no more. */
static int kind_of_cut(const void *rec, size_t size)
{
	void *room, *data = place(&room, rec, size, "", 0);
	int kind = decode__kind(data, size);

	free(room);
	return kind;
}

static void takes_whole_records(void **state)
{
	struct rec_exit exit = {.header = {.kind = REC_EXIT, .size = sizeof(exit)}};
	static const uint32_t lengths[] = {0, 1, 17, REC_PATH_BYTES - 1, REC_PATH_BYTES};

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct rec_victim v = victim_with(lengths[i]);
		struct rec_decision d = decision_with(lengths[i]);

		assert_int_equal(kind_of_victim(&v, v.header.size), REC_VICTIM);
		assert_int_equal(kind_of_victim(&v, v.header.size + 5), REC_VICTIM);
		assert_int_equal(kind_of_decision(&d, d.header.size), REC_DECISION);
		assert_int_equal(kind_of_decision(&d, d.header.size + 5), REC_DECISION);
	}
	assert_int_equal(kind_of_cut(&exit, sizeof(exit)), REC_EXIT);
}

/* Whatever is cut off, from nothing to all but one byte. */
static void refuses_records_cut_short(void **state)
{
	struct rec_exit exit = {.header = {.kind = REC_EXIT, .size = sizeof(exit)}};
	struct rec_victim v = victim_with(0);
	struct rec_decision d = decision_with(0);

	for (size_t size = 0; size < sizeof(v); size++)
		assert_int_equal(kind_of_cut(&v, size), -EBADMSG);
	for (size_t size = 0; size < sizeof(d); size++)
		assert_int_equal(kind_of_cut(&d, size), -EBADMSG);
	for (size_t size = 0; size < sizeof(exit); size++)
		assert_int_equal(kind_of_cut(&exit, size), -EBADMSG);
	v = victim_with(100);
	for (size_t size = sizeof(v); size < sizeof(v) + 100; size++)
		assert_int_equal(kind_of_victim(&v, size), -EBADMSG);
}

/* The same with a size field that was shortened too. */
static void refuses_records_that_say_they_are_short(void **state)
{
	struct rec_exit exit = {.header = {.kind = REC_EXIT}};
	struct rec_victim v = victim_with(0);
	struct rec_decision d = decision_with(0);

	for (size_t size = 0; size < sizeof(v); size++) {
		v.header.size = size;
		assert_int_equal(kind_of_cut(&v, sizeof(v)), -EBADMSG);
		if (size >= sizeof(v.header))
			assert_int_equal(kind_of_cut(&v, size), -EBADMSG);
	}
	for (size_t size = 0; size < sizeof(d); size++) {
		d.header.size = size;
		assert_int_equal(kind_of_cut(&d, sizeof(d)), -EBADMSG);
	}
	for (size_t size = 0; size < sizeof(exit); size++) {
		exit.header.size = size;
		assert_int_equal(kind_of_cut(&exit, sizeof(exit)), -EBADMSG);
	}
}

static void refuses_unknown_kinds(void **state)
{
	struct rec_victim v = victim_with(0);

	for (unsigned int kind = 0; kind <= UINT16_MAX; kind++) {
		if (kind == REC_VICTIM)
			continue;
		v.header.kind = kind;
		/* as a decision or an exit it has the wrong size */
		assert_int_equal(kind_of_cut(&v, sizeof(v)), -EBADMSG);
	}
}

/* Kinds of one size, which have no tail. */
static const struct {
	uint16_t kind;
	size_t size;
} fixed[] = {
	{REC_DECISION_END, sizeof(struct rec_decision_end)},
	{REC_SIGNAL, sizeof(struct rec_signal)},
	{REC_GONE, sizeof(struct rec_gone)},
};

static void takes_records_of_one_size_at_that_size_only(void **state)
{
	char room[256] = {0};

	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		struct rec_header h = {.kind = fixed[i].kind};

		for (size_t size = 0; size <= sizeof(room); size++) {
			int expected = size == fixed[i].size ? h.kind : -EBADMSG;

			h.size = size;
			memcpy(room, &h, sizeof(h));
			assert_int_equal(kind_of_cut(room, sizeof(room)), expected);
			assert_int_equal(kind_of_cut(room, size), expected);
		}
		h.size = fixed[i].size;
		memcpy(room, &h, sizeof(h));
		assert_int_equal(kind_of_cut(room, fixed[i].size - 1), -EBADMSG);
	}
}

static void refuses_an_exit_of_another_size(void **state)
{
	struct {
		struct rec_exit exit;
		char more[8];
	} r = {.exit.header = {.kind = REC_EXIT, .size = sizeof(struct rec_exit) + 8}};

	assert_int_equal(kind_of_cut(&r, sizeof(struct rec_exit) + 8), -EBADMSG);
	r.exit.header.size = sizeof(struct rec_exit);
	assert_int_equal(kind_of_cut(&r, sizeof(struct rec_exit) + 8), REC_EXIT);
}

static void refuses_path_bytes_that_lie(void **state)
{
	static const struct {
		uint32_t says, has;
	} lies[] = {
		{1, 0},
		{0, 1},
		{100, 99},
		{99, 100},
		{REC_PATH_BYTES + 1, REC_PATH_BYTES + 1},
		{REC_PATH_BYTES, 0},
		{UINT32_MAX, 0},
		{UINT32_MAX, UINT32_MAX},
	};

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct rec_victim v = victim_with(lies[i].says);
		struct rec_decision d = decision_with(lies[i].says);
		size_t there = lies[i].has < sizeof(tail) ? lies[i].has : sizeof(tail);

		v.header.size = sizeof(v) + lies[i].has;
		d.header.size = sizeof(d) + lies[i].has;
		assert_int_equal(kind_of_victim(&v, sizeof(v) + there), -EBADMSG);
		assert_int_equal(kind_of_decision(&d, sizeof(d) + there), -EBADMSG);
	}
}

static void refuses_numbers_out_of_range(void **state)
{
	struct rec_victim v = victim_with(0);

	v.process.pidns_levels = REC_PIDNS_LEVELS;
	assert_int_equal(kind_of_victim(&v, sizeof(v)), REC_VICTIM);
	for (int levels = REC_PIDNS_LEVELS + 1; levels <= UINT8_MAX; levels++) {
		v.process.pidns_levels = levels;
		assert_int_equal(kind_of_victim(&v, sizeof(v)), -EBADMSG);
	}
	v.process.pidns_levels = 0;
	for (int kind = 0; kind <= UINT8_MAX; kind++) {
		v.kind = kind;
		assert_int_equal(kind_of_victim(&v, sizeof(v)),
				 kind <= VICTIM_ALREADY_EXITING ? REC_VICTIM : -EBADMSG);
	}
}

/* ---- what becomes of them ---- */

static struct victim_event victim_of(const struct rec_victim *r, const char *names)
{
	struct victim_event e;
	void *room, *data = place(&room, r, sizeof(*r), names, r->cgroup.path_bytes);

	memset(&e, 0xa5, sizeof(e));
	assert_int_equal(decode__kind(data, r->header.size), REC_VICTIM);
	decode__victim(data, PAGE_BYTES, &e);
	free(room);
	return e;
}

static struct decision_event decision_of(const struct rec_decision *r, const char *names)
{
	struct decision_event e;
	void *room, *data = place(&room, r, sizeof(*r), names, r->hit.path_bytes);

	memset(&e, 0xa5, sizeof(e));
	assert_int_equal(decode__kind(data, r->header.size), REC_DECISION);
	decode__decision(data, PAGE_BYTES, &e);
	free(room);
	return e;
}

static void assert_path(const char *names, size_t bytes, const char *expected)
{
	struct rec_victim v = victim_with(bytes);
	struct rec_decision d = decision_with(bytes);

	assert_string_equal(victim_of(&v, names).cgroup.path, expected);
	assert_string_equal(decision_of(&d, names).hit.path, expected);
}

static void turns_names_into_a_path(void **state)
{
	assert_path("leaf\0middle\0root\0", 17, "/root/middle/leaf");
	assert_path("leaf\0", 5, "/leaf");
	assert_path("", 0, "/");
	assert_path("leaf\0root", 9, "/root/leaf"); /* no NUL at its end */
	assert_path("leaf", 4, "/leaf");
	assert_path("\0", 1, "/");
	assert_path("a\0\0b\0", 5, "/b//a");
	assert_path("\n\0\xff\0", 4, "/\xff/\n");
}

static void turns_forty_names_into_a_path(void **state)
{
	char names[3 * REC_PATH_DEPTH], expected[3 * REC_PATH_DEPTH + 1];

	/* "a0", "b0", ... "z0", "a1", ... from the root on */
	for (int i = 0; i < REC_PATH_DEPTH; i++) {
		const char name[] = {'/', 'a' + i % 26, '0' + i / 26, '\0'};

		memcpy(expected + 3 * i, name, 4);
		memcpy(names + 3 * (REC_PATH_DEPTH - 1 - i), name + 1, 3);
	}
	assert_path(names, sizeof(names), expected);
	assert_int_equal(strlen(expected), 120);
}

/* One name, and nothing but NULs: the two that need most room for their bytes. */
static void the_longest_tails_fit(void **state)
{
	char names[REC_PATH_BYTES], expected[EVENT_PATH_BYTES];

	memset(names, 'x', sizeof(names));
	memset(expected, 'x', sizeof(expected));
	expected[0] = '/';
	expected[REC_PATH_BYTES + 1] = '\0';
	assert_path(names, REC_PATH_BYTES, expected);

	memset(names, '\0', sizeof(names));
	memset(expected, '/', sizeof(expected));
	expected[REC_PATH_BYTES] = '\0';
	assert_path(names, REC_PATH_BYTES, expected);
}

static void knows_a_limit_from_none(void **state)
{
	static const struct {
		uint64_t pages, bytes;
		bool unlimited;
	} cases[] = {
		{0, 0, false},
		{1, 4096, false},
		{64000, 262144000, false},
		{INT64_MAX / PAGE_BYTES - 1, 9223372036854767616u, false},
		{INT64_MAX / PAGE_BYTES, 0, true}, /* PAGE_COUNTER_MAX */
		{UINT64_MAX, 0, true},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rec_victim v = victim_with(0);
		struct victim_event e;

		v.cgroup.limit_pages = cases[i].pages;
		e = victim_of(&v, "");
		assert_int_equal(e.cgroup.unlimited, cases[i].unlimited);
		assert_int_equal(e.cgroup.limit_bytes, cases[i].bytes);
		assert_true(e.cgroup.limits_known);
		assert_false(e.cgroup.usage_unknown);
	}
}

static void leaves_out_what_was_not_read(void **state)
{
	struct rec_victim v = victim_with(5), all;
	struct victim_event e;

	v.cgroup.limit_pages = 10;
	v.process.unread[PART_CGROUP_PATH] = -EPERM;
	e = victim_of(&v, "leaf");
	assert_string_equal(e.cgroup.path, "");
	assert_int_equal(e.cgroup.id, 7);
	assert_true(e.cgroup.limits_known);
	assert_int_equal(e.unread[PART_CGROUP_PATH], -EPERM);
	assert_int_equal(e.unread[PART_CGROUP], 0);

	v.process.unread[PART_CGROUP_LIMITS] = -EPERM;
	assert_false(victim_of(&v, "leaf").cgroup.limits_known);

	v.process.unread[PART_CGROUP] = -ENOENT;
	v.process.unread[PART_CGROUP_PATH] = 0;
	e = victim_of(&v, "leaf");
	assert_int_equal(e.cgroup.id, 0);
	assert_false(e.cgroup.limits_known);
	assert_string_equal(e.cgroup.path, "");

	all = victim_with(0);
	for (int part = 0; part < PART_MAX; part++)
		all.process.unread[part] = -1 - part;
	e = victim_of(&all, "");
	for (int part = 0; part < PART_MAX; part++)
		assert_int_equal(e.unread[part], -1 - part);
}

static void fill_process(struct rec_process *p)
{
	*p = (struct rec_process){
		.start_ns = UINT64_MAX,
		.exec = {.exe_file = 0xffff888000000001, .arg_start = 0x7ffc00000001},
		.total_vm_pages = 1000,
		.pgtables_bytes = 65536,
		.file_pages = 1,
		.anon_pages = 2,
		.swap_pages = 3,
		.shmem_pages = 4,
		.tgid = 181,
		.tid = 182,
		.ppid = 177,
		.uid = UINT32_MAX,
		.score_adj = -1000,
		.pidns_levels = 2,
	};
}

static void decodes_a_victim(void **state)
{
	struct rec_victim v = victim_with(5);
	struct victim_event e;

	v.header.seq = UINT64_MAX;
	v.header.time_ns = 123456789;
	v.oom_id = 42;
	v.oom_id_inferred = 1;
	v.chosen = -1;
	v.kind = VICTIM_MM_SHARED;
	fill_process(&v.process);
	v.pids[0] = 181;
	v.pids[1] = 37;
	v.pids[2] = 99; /* beyond pidns_levels */
	v.trigger_tgid = 8;
	v.trigger_tid = 9;
	v.cgroup.usage_pages = 5;
	v.cgroup.oom_group = 1;
	v.cgroup.path_truncated = 1;
	e = victim_of(&v, "leaf");

	assert_int_equal(e.seq, UINT64_MAX);
	assert_int_equal(e.time_ns, 123456789);
	assert_int_equal(e.oom_id, 42);
	assert_true(e.oom_id_inferred);
	assert_int_equal(e.chosen, -1);
	assert_int_equal(e.kind, VICTIM_MM_SHARED);
	assert_int_equal(e.process.pid, 181);
	assert_int_equal(e.process.tid, 182);
	assert_int_equal(e.process.parent_pid, 177);
	assert_int_equal(e.process.user_id, UINT32_MAX);
	assert_int_equal(e.process.score_adj, -1000);
	assert_int_equal(e.process.start_ns, UINT64_MAX);
	assert_int_equal(e.process.exec.exe_file, 0xffff888000000001);
	assert_int_equal(e.process.exec.arg_start, 0x7ffc00000001);
	assert_int_equal(e.process.n_pids, 2);
	assert_int_equal(e.process.pids[0], 181);
	assert_int_equal(e.process.pids[1], 37);
	assert_int_equal(e.process.pids[2], 0);
	assert_int_equal(e.memory.file_rss_bytes, 4096);
	assert_int_equal(e.memory.anon_rss_bytes, 8192);
	assert_int_equal(e.memory.swap_bytes, 12288);
	assert_int_equal(e.memory.shmem_rss_bytes, 16384);
	assert_int_equal(e.memory.pgtables_bytes, 65536);
	assert_int_equal(e.memory.total_vm_bytes, 4096000);
	assert_int_equal(e.cgroup.usage_bytes, 20480);
	assert_true(e.cgroup.oom_group);
	assert_true(e.cgroup.path_truncated);
	assert_int_equal(e.trigger_pid, 8);
	assert_int_equal(e.trigger_tid, 9);
	assert_null(e.decision);
	assert_null(e.exec);
	assert_int_equal(e.decision_err, 0);
	assert_int_equal(e.exec_err, 0);
}

/* Full to the last byte, or with a NUL and old bytes behind it. */
static void ends_names(void **state)
{
	struct rec_victim v = victim_with(0);
	struct victim_event e;
	char exe[REC_NAME_BYTES + 1];

	memset(v.exe, 'e', sizeof(v.exe));
	memset(v.hostname, 'h', sizeof(v.hostname));
	v.unread_hostname = -EPERM;
	memcpy(v.process.comm, "0123456789abcdef", 16);
	memcpy(v.trigger_comm, "name\0leftover...", 16);
	e = victim_of(&v, "");
	memset(exe, 'e', REC_NAME_BYTES);
	exe[REC_NAME_BYTES] = '\0';
	assert_string_equal(e.process.executable, exe);
	assert_int_equal(strspn(e.identity.hostname, "h"), IDENTITY_HOSTNAME_BYTES - 1);
	assert_int_equal(strlen(e.identity.hostname), IDENTITY_HOSTNAME_BYTES - 1);
	assert_int_equal(e.hostname_err, -EPERM);
	assert_string_equal(e.process.title, "0123456789abcdef");
	assert_string_equal(e.trigger_title, "name");

	memset(v.exe, '\0', sizeof(v.exe));
	memset(v.process.comm, '\0', sizeof(v.process.comm));
	memcpy(v.trigger_comm, "a\nb\"\\\x1b\xff\xc2\x9b\xe2\x80\xae\0\0\0\0", 16);
	e = victim_of(&v, "");
	assert_string_equal(e.process.executable, "");
	assert_string_equal(e.process.title, "");
	assert_string_equal(e.trigger_title, "a\nb\"\\\x1b\xff\xc2\x9b\xe2\x80\xae");
}

static void keeps_all_pid_namespaces(void **state)
{
	struct rec_victim v = victim_with(0);
	struct victim_event e;

	v.process.pidns_levels = REC_PIDNS_LEVELS;
	for (int i = 0; i < REC_PIDNS_LEVELS; i++)
		v.pids[i] = 1000 + i;
	e = victim_of(&v, "");
	assert_int_equal(e.process.n_pids, 33);
	assert_int_equal(e.process.pids[0], 1000);
	assert_int_equal(e.process.pids[32], 1032);
}

static void decodes_a_decision(void **state)
{
	struct rec_decision d = decision_with(5);
	struct decision_event e;

	d.header.time_ns = 5;
	d.oom_id = UINT64_MAX;
	d.points = INT64_MIN;
	d.gfp_mask = 0xffffffff;
	d.order = -1; /* sysrq-f */
	d.constraint = 3;
	d.chosen_tgid = 181;
	d.hit.limit_pages = 2;
	d.hit.usage_pages = 3;
	e = decision_of(&d, "leaf");
	assert_int_equal(e.time_ns, 5);
	assert_int_equal(e.oom_id, UINT64_MAX);
	assert_int_equal(e.points, INT64_MIN);
	assert_int_equal(e.gfp_mask, 0xffffffff);
	assert_int_equal(e.order, -1);
	assert_int_equal(e.constraint, 3);
	assert_int_equal(e.chosen_pid, 181);
	assert_false(e.global);
	assert_int_equal(e.hit.id, 7);
	assert_int_equal(e.hit.limit_bytes, 8192);
	assert_int_equal(e.hit.usage_bytes, 12288);
	assert_string_equal(e.hit.path, "/leaf");

	d = decision_with(0);
	d.hit.id = 0;
	e = decision_of(&d, "");
	assert_true(e.global);
	assert_int_equal(e.hit.id, 0);
	assert_string_equal(e.hit.path, "");
	assert_false(e.hit.limits_known);
}

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
		cmocka_unit_test(takes_whole_records),
		cmocka_unit_test(refuses_records_cut_short),
		cmocka_unit_test(refuses_records_that_say_they_are_short),
		cmocka_unit_test(refuses_unknown_kinds),
		cmocka_unit_test(takes_records_of_one_size_at_that_size_only),
		cmocka_unit_test(decodes_the_end_of_a_decision),
		cmocka_unit_test(decodes_a_signal),
		cmocka_unit_test(decodes_one_that_is_gone),
		cmocka_unit_test(decodes_a_task),
		cmocka_unit_test(refuses_an_exit_of_another_size),
		cmocka_unit_test(refuses_path_bytes_that_lie),
		cmocka_unit_test(refuses_numbers_out_of_range),
		cmocka_unit_test(turns_names_into_a_path),
		cmocka_unit_test(turns_forty_names_into_a_path),
		cmocka_unit_test(the_longest_tails_fit),
		cmocka_unit_test(knows_a_limit_from_none),
		cmocka_unit_test(leaves_out_what_was_not_read),
		cmocka_unit_test(decodes_a_victim),
		cmocka_unit_test(ends_names),
		cmocka_unit_test(keeps_all_pid_namespaces),
		cmocka_unit_test(decodes_a_decision),
		cmocka_unit_test(decodes_an_exit),
		cmocka_unit_test(says_what_an_exit_frees),
	};

	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
