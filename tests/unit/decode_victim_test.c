// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What becomes of each field of a victim and of a decision. */
#include <errno.h>

#include "records.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(turns_names_into_a_path),
		cmocka_unit_test(turns_forty_names_into_a_path),
		cmocka_unit_test(the_longest_tails_fit),
		cmocka_unit_test(knows_a_limit_from_none),
		cmocka_unit_test(leaves_out_what_was_not_read),
		cmocka_unit_test(decodes_a_victim),
		cmocka_unit_test(ends_names),
		cmocka_unit_test(keeps_all_pid_namespaces),
		cmocka_unit_test(decodes_a_decision),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
