// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A victim's record as a process among others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "record/event.h"
#include "record/process.h"

static void is_what_the_record_says(void **state)
{
	static struct victim_event e = {
		.process = {.pid = 181,
			    .parent_pid = 177,
			    .start_ns = 5,
			    .n_pids = 2,
			    .pids = {181, 7},
			    .title = "python3",
			    .executable = "python3.11",
			    .exec = {.exe_file = 1, .arg_start = 2},
			    .session_id = 170,
			    .forked_only = true},
		.memory = {.anon_rss_bytes = 1,
			   .file_rss_bytes = 2,
			   .shmem_rss_bytes = 4,
			   .swap_bytes = 8},
		.cgroup = {.id = 21},
	};
	struct process p;

	process__of_victim(&p, &e);
	assert_int_equal(p.pid, 181);
	assert_int_equal(p.parent_pid, 177);
	assert_int_equal(p.vpid, 7);
	assert_int_equal(p.session_id, 170);
	assert_int_equal(p.start_ns, 5);
	assert_int_equal(p.exec.exe_file, 1);
	assert_int_equal(p.exec.arg_start, 2);
	assert_int_equal(p.cgroup_id, 21);
	assert_int_equal(p.rss_bytes, 7);
	assert_int_equal(p.swap_bytes, 8);
	assert_true(p.forked_only);
	assert_string_equal(p.comm, "python3");
	assert_string_equal(p.executable, "python3.11");
	assert_string_equal(p.title, "");
	assert_int_equal(p.args_bytes + p.ranks_bytes, 0);
	e.process.n_pids = 0;
	process__of_victim(&p, &e);
	assert_int_equal(p.vpid, 0);
}

static void keeps_the_beginning_of_long_arguments(void **state)
{
	static struct exec_entry entry = {.args_bytes = EXEC_ARGS_BYTES,
					  .ranks_bytes = EXEC_RANKS_BYTES};
	struct process p;

	memset(entry.args, 'a', sizeof(entry.args));
	memset(entry.ranks, 'r', sizeof(entry.ranks));
	process__set_exec(&p, &entry);
	assert_int_equal(p.args_bytes, PROCESS_ARGS_BYTES);
	assert_int_equal(p.args[PROCESS_ARGS_BYTES - 1], 'a');
	assert_int_equal(p.ranks_bytes, EXEC_RANKS_BYTES);
	assert_int_equal(p.ranks[EXEC_RANKS_BYTES - 1], 'r');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_what_the_record_says),
		cmocka_unit_test(keeps_the_beginning_of_long_arguments),
	};

	return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}
