// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The records oom_kill and oom_exit, key by key. */
#include "victim_line.h"

/* ---- oom_kill ---- */

static void tells_all_of_a_victim(void **state)
{
	static const struct expected rows[] = {
		{"schema", "1"},
		{"type", "\"oom_kill\""},
		{"source", "\"kernel\""},
		{"time", "\"2026-11-24T04:10:14.012345678Z\""},
		{"uptime_ns", "3414012345678"},
		{"log/record/uid", "\"" SAMPLE_UID "-42\""},
		{"host/name", "\"gpu-7\""},
		{"boot_id", "\"9e0f2c5a-3f1d-4c55-9a0e-0f7f4a1b2c3d\""},
		{"seq", "42"},
		{"process/pid", "181"},
		{"process/tid", "182"},
		{"process/vpid", "37"},
		{"process/pid_namespaces", "[181,37]"},
		{"process/parent_pid", "177"},
		{"process/creation/time", "\"2026-11-24T04:10:00.000000000Z\""},
		{"process/user/id", "1000"},
		{"process/executable/name", "\"python3.11\""},
		{"process/title", "\"ray::worker\""},
		{"process/command_args", "[\"python3\",\"serve.py\"]"},
		{"process/command_args_truncated", "false"},
		{"process/rank/RANK", "\"3\""},
		{"process/rank/WORLD_SIZE", "\"8\""},
		{"memory/anon_rss_bytes", "207618048"},
		{"memory/file_rss_bytes", "1572864"},
		{"memory/shmem_rss_bytes", "4096"},
		{"memory/swap_bytes", "512"},
		{"memory/pgtables_bytes", "65536"},
		{"memory/total_vm_bytes", "3000000000"},
		{"oom/id", "3"},
		{"oom/id_inferred", "false"},
		{"oom/kind", "\"killed\""},
		{"oom/chosen", "true"},
		{"oom/constraint", "\"memcg\""},
		{"oom/gfp_mask", "3520"},
		{"oom/gfp", "\"GFP_KERNEL|__GFP_ZERO\""},
		{"oom/order", "0"},
		{"oom/points", "51200"},
		{"oom/chosen_pid", "181"},
		{"oom/score_adj", "-500"},
		{"oom/trigger/pid", "190"},
		{"oom/trigger/tid", "191"},
		{"oom/trigger/title", "\"manager\""},
		{"oom/hit/cgroup_id", "21"},
		{"oom/hit/path", "\"/demo\""},
		{"oom/hit/limit_bytes", "262144000"},
		{"oom/hit/usage_bytes", "262144000"},
		{"oom/hit/oom_group", "false"},
		{"oom/victim/cgroup_id", "22"},
		{"oom/victim/path", "\"/demo/worker\""},
		{"oom/victim/limit_bytes", "314572800"},
		{"oom/victim/usage_bytes", "261095424"},
		{"oom/victim/oom_group", "true"},
		{"container/id", "\"" ID "\""},
		{"container/runtime", "\"containerd\""},
		{"container/name", "null"},
		{"container/hostname", "\"ranker-0\""},
		{"k8s/pod/uid", "\"" UID "\""},
		{"k8s/pod/name", "\"ranker-0\""},
		{"k8s/namespace/name", "\"ml\""},
		{"k8s/container/name", "\"server\""},
		{"k8s/qos", "\"besteffort\""},
		{"k8s/names_from", "\"logs\""},
		{"unread", "{}"},
	};
	struct decision_event d = sample_decision();
	struct exec_entry x = sample_exec();
	struct victim_event e = sample_victim(&d, &x);
	struct node node = sample_node();

	container__identify(&e.identity.container, IN_POD);
	strcpy(e.identity.hostname, "ranker-0");
	e.identity.names = (struct names){"ranker-0", "ml", "server", "logs"};
	line__assert(line, jsonl__victim(line, sizeof(line), &node, &e), rows, N_OF(rows));
}

/* All keys are there, null, and unread says of each part why. */
static void tells_what_could_not_be_read(void **state)
{
	static const struct expected rows[] = {
		{"schema", "1"},
		{"type", "\"oom_kill\""},
		{"source", "\"kernel\""},
		{"time", "\"2026-11-24T04:10:14.012345678Z\""},
		{"uptime_ns", "3414012345678"},
		{"log/record/uid", "\"" SAMPLE_UID "-42\""},
		{"host/name", "\"gpu-7\""},
		{"boot_id", "\"9e0f2c5a-3f1d-4c55-9a0e-0f7f4a1b2c3d\""},
		{"seq", "42"},
		{"process/pid", "null"},
		{"process/tid", "182"},
		{"process/vpid", "null"},
		{"process/pid_namespaces", "null"},
		{"process/parent_pid", "null"},
		{"process/creation/time", "null"},
		{"process/user/id", "null"},
		{"process/executable/name", "null"},
		{"process/title", "null"},
		{"process/command_args", "null"},
		{"process/command_args_truncated", "null"},
		{"process/rank", "null"},
		{"memory/anon_rss_bytes", "null"},
		{"memory/file_rss_bytes", "null"},
		{"memory/shmem_rss_bytes", "null"},
		{"memory/swap_bytes", "null"},
		{"memory/pgtables_bytes", "null"},
		{"memory/total_vm_bytes", "null"},
		{"oom/id", "null"},
		{"oom/id_inferred", "false"},
		{"oom/kind", "null"},
		{"oom/chosen", "null"},
		{"oom/constraint", "null"},
		{"oom/gfp_mask", "null"},
		{"oom/gfp", "null"},
		{"oom/order", "null"},
		{"oom/points", "null"},
		{"oom/chosen_pid", "null"},
		{"oom/score_adj", "null"},
		{"oom/trigger/pid", "190"},
		{"oom/trigger/tid", "191"},
		{"oom/trigger/title", "\"manager\""},
		{"oom/hit/cgroup_id", "null"},
		{"oom/hit/path", "null"},
		{"oom/hit/limit_bytes", "null"},
		{"oom/hit/usage_bytes", "null"},
		{"oom/hit/oom_group", "null"},
		{"oom/victim/cgroup_id", "null"},
		{"oom/victim/path", "null"},
		{"oom/victim/limit_bytes", "null"},
		{"oom/victim/usage_bytes", "null"},
		{"oom/victim/oom_group", "null"},
		{"container/id", "null"},
		{"container/runtime", "null"},
		{"container/name", "null"},
		{"container/hostname", "null"},
		{"k8s/pod/uid", "null"},
		{"k8s/pod/name", "null"},
		{"k8s/namespace/name", "null"},
		{"k8s/container/name", "null"},
		{"k8s/qos", "null"},
		{"k8s/names_from", "null"},
		{"unread/process", "\"EPERM\""},
		{"unread/memory", "\"ESRCH\""},
		{"unread/memory.anon_rss_bytes", "\"EFAULT\""},
		{"unread/memory.file_rss_bytes", "\"EFAULT\""},
		{"unread/memory.shmem_rss_bytes", "\"EFAULT\""},
		{"unread/memory.swap_bytes", "\"EFAULT\""},
		{"unread/process.pid_namespaces", "\"ENODATA\""},
		{"unread/process.vpid", "\"ENODATA\""},
		{"unread/process.executable.name", "\"ENOENT\""},
		{"unread/oom.victim", "\"EACCES\""},
		{"unread/oom.victim.limit_bytes", "\"EIO\""},
		{"unread/oom.victim.usage_bytes", "\"EIO\""},
		{"unread/oom.victim.oom_group", "\"EIO\""},
		{"unread/oom.victim.path", "\"EXDEV\""},
		{"unread/process.command_args", "\"ENOKEY\""},
		{"unread/oom.constraint", "\"EOPNOTSUPP\""},
		{"unread/oom.gfp_mask", "\"EOPNOTSUPP\""},
		{"unread/oom.gfp", "\"EOPNOTSUPP\""},
		{"unread/oom.order", "\"EOPNOTSUPP\""},
		{"unread/oom.points", "\"EOPNOTSUPP\""},
		{"unread/oom.hit", "\"EOPNOTSUPP\""},
	};
	struct victim_event e = {
		.seq = 42,
		.time_ns = SAMPLE_KILLED_NS,
		.kind = VICTIM_UNKNOWN,
		.chosen = -1,
		.process = {.tid = 182},
		.trigger_pid = 190,
		.trigger_tid = 191,
		.trigger_title = "manager",
		.unread = {[PART_PROCESS] = -EPERM,
			   [PART_MM] = -ESRCH,
			   [PART_RSS] = -EFAULT,
			   [PART_PIDNS] = -ENODATA,
			   [PART_EXE] = -ENOENT,
			   [PART_CGROUP] = -EACCES,
			   [PART_CGROUP_LIMITS] = -EIO,
			   [PART_CGROUP_PATH] = -EXDEV},
		.decision_err = -EOPNOTSUPP,
		.exec_err = -ENOKEY,
	};
	struct node node = sample_node();

	line__assert(line, jsonl__victim(line, sizeof(line), &node, &e), rows, N_OF(rows));
}

/* One part that is missing takes nothing else with it. */
static void one_part_unread_leaves_the_others(void **state)
{
	static const struct expected no_rss[] = {
		{"memory/anon_rss_bytes", "null"},
		{"memory/swap_bytes", "null"},
		{"memory/pgtables_bytes", "65536"},
		{"memory/total_vm_bytes", "3000000000"},
		{"unread",
		 "{\"memory.anon_rss_bytes\":\"EPERM\",\"memory.file_rss_bytes\":\"EPERM\","
		 "\"memory.shmem_rss_bytes\":\"EPERM\",\"memory.swap_bytes\":\"EPERM\"}"},
	};
	static const struct expected no_mm[] = {
		{"process/pid", "181"},
		{"memory/anon_rss_bytes", "null"},
		{"memory/pgtables_bytes", "null"},
		{"unread", "{\"memory\":\"ESRCH\"}"},
	};
	struct decision_event d = sample_decision();
	struct exec_entry x = sample_exec();
	struct victim_event e = sample_victim(&d, &x);

	e.unread[PART_RSS] = -EPERM;
	ASSERT_VICTIM(&e, no_rss);
	e.unread[PART_RSS] = 0;
	e.unread[PART_MM] = -ESRCH;
	ASSERT_VICTIM(&e, no_mm);
}

static void names_kinds_and_constraints(void **state)
{
	static const char *const kinds[] = {"null", "\"killed\"", "\"group_member\"",
					    "\"mm_shared\"", "\"already_exiting\""};
	static const char *const constraints[] = {"\"none\"",  "\"cpuset\"", "\"memory_policy\"",
						  "\"memcg\"", "null",	     "null"};
	struct decision_event d = sample_decision();
	struct victim_event e = sample_victim(&d, NULL);

	for (size_t i = 0; i < N_OF(kinds); i++) {
		const struct expected rows[] = {{"oom/kind", kinds[i]}};

		e.kind = i;
		ASSERT_VICTIM(&e, rows);
	}
	for (size_t i = 0; i < N_OF(constraints); i++) {
		const struct expected rows[] = {{"oom/constraint", constraints[i]}};

		d.constraint = i == 5 ? UINT32_MAX : i;
		ASSERT_VICTIM(&e, rows);
	}
}

static void tells_a_global_kill_from_one_by_a_limit(void **state)
{
	static const struct expected rows[] = {
		{"oom/constraint", "\"none\""},
		{"oom/order", "-1"},
		{"oom/points", "-9223372036854775808"},
		{"oom/gfp", "\"0\""},
		{"oom/hit", "{\"cgroup_id\":null,\"path\":null,\"limit_bytes\":null,"
			    "\"usage_bytes\":null,\"oom_group\":null}"},
		{"oom/victim/path", "\"/demo/worker\""},
	};
	struct decision_event d = {.global = true, .order = -1, .points = INT64_MIN};
	struct victim_event e = sample_victim(&d, NULL);

	ASSERT_VICTIM(&e, rows);
}

static void tells_limits_that_are_none_or_not_known(void **state)
{
	static const struct expected unlimited[] = {
		{"oom/victim/limit_bytes", "null"},
		{"oom/victim/usage_bytes", "261095424"},
		{"oom/victim/oom_group", "true"},
	};
	static const struct expected late[] = {
		{"oom/victim/limit_bytes", "314572800"},
		{"oom/victim/usage_bytes", "null"},
	};
	static const struct expected zero[] = {
		{"oom/victim/limit_bytes", "0"},
		{"oom/victim/usage_bytes", "0"},
	};
	struct victim_event e = sample_victim(NULL, NULL);

	e.cgroup.unlimited = true;
	ASSERT_VICTIM(&e, unlimited);
	e.cgroup.unlimited = false;
	e.cgroup.usage_unknown = true;
	ASSERT_VICTIM(&e, late);
	e.cgroup.usage_unknown = false;
	e.cgroup.limit_bytes = e.cgroup.usage_bytes = 0;
	ASSERT_VICTIM(&e, zero);
}

/* ---- oom_exit ---- */

static void tells_an_exit(void **state)
{
	static const struct expected rows[] = {
		{"schema", "1"},
		{"type", "\"oom_exit\""},
		{"source", "\"kernel\""},
		{"time", "\"2026-11-24T04:10:14.262345678Z\""},
		{"uptime_ns", "3414262345678"},
		{"log/record/uid", "\"" SAMPLE_UID "-42-exit\""},
		{"host/name", "\"gpu-7\""},
		{"boot_id", "\"9e0f2c5a-3f1d-4c55-9a0e-0f7f4a1b2c3d\""},
		{"seq", "42"},
		{"process/pid", "181"},
		{"process/creation/time", "\"2026-11-24T04:10:00.000000000Z\""},
		{"oom/id", "3"},
		{"exit/after_ns", "250000000"},
		{"exit/held_bytes", "208666624"},
		{"exit/freed_bytes", "209715200"},
		{"exit/reaper/woken_after_ns", "1000"},
		{"exit/reaper/started_after_ns", "2000"},
		{"exit/reaper/finished_after_ns", "3000"},
		{"exit/reaper/skipped", "false"},
	};
	struct exit_event e = sample_exit();
	struct node node = sample_node();

	line__assert(line, jsonl__exit(line, sizeof(line), &node, &e), rows, N_OF(rows));
}

static void tells_an_exit_of_which_little_is_known(void **state)
{
	static const struct expected rows[] = {
		{"schema", "1"},
		{"type", "\"oom_exit\""},
		{"source", "\"kernel\""},
		{"time", "\"2026-11-24T04:10:14.262345678Z\""},
		{"uptime_ns", "3414262345678"},
		{"log/record/uid", "\"" SAMPLE_UID "-18446744073709551615-exit\""},
		{"host/name", "\"gpu-7\""},
		{"boot_id", "\"9e0f2c5a-3f1d-4c55-9a0e-0f7f4a1b2c3d\""},
		{"seq", NULL}, /* above what the parser's integers hold: below */
		{"process/pid", "181"},
		{"process/creation/time", "\"2026-11-24T04:10:00.000000000Z\""},
		{"oom/id", "null"},
		{"exit/after_ns", "250000000"},
		{"exit/held_bytes", "null"},
		{"exit/freed_bytes", "null"},
		{"exit/reaper/woken_after_ns", "null"},
		{"exit/reaper/started_after_ns", "null"},
		{"exit/reaper/finished_after_ns", "null"},
		{"exit/reaper/skipped", "true"},
	};
	struct exit_event e = sample_exit();
	struct node node = sample_node();
	char *seq;
	long len;

	e.seq = UINT64_MAX;
	e.oom_id = 0;
	e.held_known = e.freed_known = false;
	e.reaper_woken_ns = 0;
	e.reaper_started_ns = 0;
	e.reaper_finished_ns = SAMPLE_KILLED_NS - 1; /* of an earlier victim: not after the kill */
	e.reaper_skipped = true;
	len = jsonl__exit(line, sizeof(line), &node, &e);
	line[len] = '\0';
	seq = strstr(line, ",\"seq\":18446744073709551615,");
	assert_non_null(seq);
	memset(seq + 7, ' ', 19);
	line__assert(line, len, rows, N_OF(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_all_of_a_victim),
		cmocka_unit_test(tells_what_could_not_be_read),
		cmocka_unit_test(one_part_unread_leaves_the_others),
		cmocka_unit_test(names_kinds_and_constraints),
		cmocka_unit_test(tells_a_global_kill_from_one_by_a_limit),
		cmocka_unit_test(tells_limits_that_are_none_or_not_known),
		cmocka_unit_test(tells_an_exit),
		cmocka_unit_test(tells_an_exit_of_which_little_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
