// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The records oom_kill and oom_exit, key by key. */
#include "hostile.h"
#include "line.h"
#include "sample.h"

static char line[JSONL_LINE_BYTES];

static void assert_victim(const struct victim_event *e, const struct expected *rows, size_t n)
{
	struct node node = sample_node();

	line__assert_some(line, jsonl__victim(line, sizeof(line), &node, e), rows, n);
}

#define ASSERT_VICTIM(e, rows) assert_victim(e, rows, N_OF(rows))

/* ---- oom_kill ---- */

#define ID  "3f1d4c559a0e0f7f4a1b2c3d9e0f2c5a3f1d4c559a0e0f7f4a1b2c3d9e0f2c5a"
#define UID "1f2e3d4c-5b6a-7988-a7b6-c5d4e3f2a1b0"

#define IN_POD "/kubepods/besteffort/pod" UID "/cri-containerd-" ID

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

/* ---- command lines, ranks, names ---- */

static void assert_args(const char *args, size_t bytes, const char *json)
{
	const struct expected rows[] = {{"process/command_args", json}};
	struct exec_entry x = {.args_bytes = bytes, .args_total_bytes = bytes};
	struct victim_event e = sample_victim(NULL, &x);

	memset(x.args, 'x', sizeof(x.args));
	memcpy(x.args, args, bytes);
	ASSERT_VICTIM(&e, rows);
}

static void splits_arguments(void **state)
{
	assert_args("", 0, "[]");
	assert_args("\0", 1, "[\"\"]");
	assert_args("a\0", 2, "[\"a\"]");
	assert_args("a", 1, "[\"a\"]");
	assert_args("a\0\0b\0", 5, "[\"a\",\"\",\"b\"]");
	assert_args("a\0b", 3, "[\"a\",\"b\"]");
	assert_args("\"\\\0\n", 4, "[\"\\\"\\\\\",\"\\n\"]");
	assert_args("\xe2\x82\xac\0\xe2\x82", 6, "[\"\xe2\x82\xac\",\"" BAD BAD "\"]");
}

static void says_that_arguments_were_cut(void **state)
{
	static const struct expected rows[] = {{"process/command_args_truncated", "true"}};
	struct exec_entry x = sample_exec();
	struct victim_event e = sample_victim(NULL, &x);

	x.args_total_bytes++;
	ASSERT_VICTIM(&e, rows);
}

static void assert_ranks(const char *ranks, size_t bytes, const char *json)
{
	const struct expected rows[] = {{"process/rank", json}};
	struct exec_entry x = {.ranks_bytes = bytes};
	struct victim_event e = sample_victim(NULL, &x);

	memset(x.ranks, 'x', sizeof(x.ranks));
	memcpy(x.ranks, ranks, bytes);
	ASSERT_VICTIM(&e, rows);
}

static void splits_ranks(void **state)
{
	assert_ranks("", 0, "null");
	assert_ranks("RANK=3\0", 7, "{\"RANK\":\"3\"}");
	assert_ranks("RANK=3", 6, "{\"RANK\":\"3\"}"); /* cut where its NUL would be */
	assert_ranks("RANK=\0PMI_RANK==\0", 17, "{\"RANK\":\"\",\"PMI_RANK\":\"=\"}");
	assert_ranks("RANK=\n\"\xff\0", 9, "{\"RANK\":\"\\n\\\"" BAD "\"}");
	assert_ranks("RANK\0", 5, "{}");
}

/* An environment may have a variable twice, an object may not: the first counts, as in getenv(). */
static void has_no_rank_twice(void **state)
{
	assert_ranks("RANK=3\0LOCAL_RANK=1\0RANK=4\0", 27, "{\"RANK\":\"3\",\"LOCAL_RANK\":\"1\"}");
}

/* The longest value that there is room for, with no NUL of its own. */
static void reads_no_further_than_the_ranks(void **state)
{
	char ranks[EXEC_RANKS_BYTES] = "RANK=", json[EXEC_RANKS_BYTES + 16];

	memset(ranks + 5, '7', sizeof(ranks) - 5);
	snprintf(json, sizeof(json), "{\"RANK\":\"%.*s\"}", (int)sizeof(ranks) - 5, ranks + 5);
	assert_ranks(ranks, sizeof(ranks), json);
}

static void assert_raw(const char *json, const char *where)
{
	char key[128];

	snprintf(key, sizeof(key), "\"%s\":\"%s%s\"", where, *where == 'p' ? "/" : "", json);
	if (!strstr(line, key))
		fail_msg("no %s in %s", key, line);
}

static void escapes_names_wherever_they_are(void **state)
{
	struct node node = sample_node();

	for (size_t i = 0; i < N_HOSTILE; i++) {
		struct decision_event d = sample_decision();
		struct exec_entry x = {0};
		struct victim_event e = sample_victim(&d, &x);
		const char *name = hostile[i].name, *json = hostile[i].json;
		long len;

		snprintf(e.process.title, sizeof(e.process.title), "%s", name);
		snprintf(e.process.executable, sizeof(e.process.executable), "%s", name);
		snprintf(e.trigger_title, sizeof(e.trigger_title), "%s", name);
		snprintf(e.cgroup.path, sizeof(e.cgroup.path), "/%s", name);
		snprintf(d.hit.path, sizeof(d.hit.path), "/%s", name);
		x.args_bytes = snprintf(x.args, sizeof(x.args), "%s", name);
		x.ranks_bytes = snprintf(x.ranks, sizeof(x.ranks), "RANK=%s", name);
		len = jsonl__victim(line, sizeof(line), &node, &e);
		json_decref(line__parse(line, len));
		line[len] = '\0';
		assert_raw(json, "title");
		assert_raw(json, "name");
		assert_raw(json, "path");
		assert_raw(json, "RANK");
	}
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

/* ---- how long they get ---- */

static long render_victim(char *buf, size_t cap)
{
	struct node node = sample_node();
	struct decision_event d = sample_decision();
	struct exec_entry x = sample_exec();
	struct victim_event e = sample_victim(&d, &x);

	return jsonl__victim(buf, cap, &node, &e);
}

static long render_exit(char *buf, size_t cap)
{
	struct node node = sample_node();
	struct exit_event e = sample_exit();

	return jsonl__exit(buf, cap, &node, &e);
}

static void is_whole_or_nothing(void **state)
{
	line__assert_whole_or_nothing(render_victim, render_victim(line, sizeof(line)));
	line__assert_whole_or_nothing(render_exit, render_exit(line, sizeof(line)));
}

/* Everything that a stranger or the kernel can make long, each as long as it gets. */
static void make_longest(struct node *node, struct decision_event *d, struct exec_entry *x,
			 struct victim_event *e)
{
	*node = sample_node();
	memset(node->uts.nodename, 1, sizeof(node->uts.nodename) - 1);
	node->ledger_ns = UINT64_MAX;
	*d = (struct decision_event){
		.constraint = 2,
		.gfp_mask = UINT32_MAX,
		.order = INT32_MIN,
		.points = INT64_MIN,
		.hit = {.id = INT64_MAX,
			.limits_known = true,
			.limit_bytes = INT64_MAX,
			.usage_bytes = INT64_MAX},
	};
	memset(d->hit.path, 1, EVENT_PATH_BYTES - 1);
	*x = (struct exec_entry){.args_bytes = EXEC_ARGS_BYTES};
	memset(x->args, 1, EXEC_ARGS_BYTES);
	*e = sample_victim(d, x);
	e->cgroup = d->hit;
	e->seq = INT64_MAX;
	e->oom_id = INT64_MAX;
	e->kind = VICTIM_ALREADY_EXITING;
	memset(e->process.title, 1, REC_COMM_BYTES);
	memset(e->process.executable, 1, REC_NAME_BYTES);
	memset(e->trigger_title, 1, REC_COMM_BYTES);
	e->process.n_pids = REC_PIDNS_LEVELS;
	memset(e->process.pids, 0xff, sizeof(e->process.pids));
	memset(&e->memory, 0x7f, sizeof(e->memory));
	e->memory.swap_unknown = e->memory.pgtables_unknown = false;
	container__identify(&e->identity.container, IN_POD);
	memset(e->identity.names.pod, 1, NAMES_POD_BYTES - 1);
	memset(e->identity.names.namespace, 1, NAMES_NAMESPACE_BYTES - 1);
	memset(e->identity.names.container, 1, NAMES_CONTAINER_BYTES - 1);
	memset(e->identity.hostname, 1, IDENTITY_HOSTNAME_BYTES - 1);
}

static void assert_fits(const struct node *node, const struct victim_event *e, size_t args)
{
	long len = jsonl__victim(line, sizeof(line), node, e);
	json_t *record = line__parse(line, len);

	assert_int_equal(json_array_size(line__at(record, "process/command_args")), args);
	json_decref(record);
}

static void the_longest_victim_fits(void **state)
{
	struct node node;
	struct decision_event d;
	struct exec_entry x;
	struct victim_event e;
	const char *rank = "PMI_RANK=\1";

	make_longest(&node, &d, &x, &e);
	for (x.ranks_bytes = 0; x.ranks_bytes + 11 < EXEC_RANKS_BYTES; x.ranks_bytes += 11) {
		memcpy(x.ranks + x.ranks_bytes, rank, 11);
		x.ranks[x.ranks_bytes] = 'A' + x.ranks_bytes / 11; /* no name twice */
	}
	assert_fits(&node, &e, 1);

	x.ranks_bytes = EXEC_RANKS_BYTES;
	memset(x.ranks, 1, EXEC_RANKS_BYTES);
	memcpy(x.ranks, "RANK=", 5);
	assert_fits(&node, &e, 1);

	/* arguments of one control character, of nothing, of one invalid byte */
	for (size_t i = 1; i < EXEC_ARGS_BYTES; i += 2)
		x.args[i] = '\0';
	assert_fits(&node, &e, EXEC_ARGS_BYTES / 2);
	memset(x.args, '\0', sizeof(x.args));
	assert_fits(&node, &e, EXEC_ARGS_BYTES);
	memset(x.args, '\xff', sizeof(x.args));
	assert_fits(&node, &e, 1);
}

/* The same with every error told: what was not read takes room in unread instead. */
static void the_longest_victim_with_errors_fits(void **state)
{
	struct node node;
	struct decision_event d;
	struct exec_entry x;
	struct victim_event e;

	make_longest(&node, &d, &x, &e);
	for (int part = 0; part < PART_MAX; part++)
		e.unread[part] = -EPROTONOSUPPORT;
	e.decision_err = e.exec_err = -EPROTONOSUPPORT;
	assert_fits(&node, &e, 1);
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
		cmocka_unit_test(splits_arguments),
		cmocka_unit_test(says_that_arguments_were_cut),
		cmocka_unit_test(splits_ranks),
		cmocka_unit_test(has_no_rank_twice),
		cmocka_unit_test(reads_no_further_than_the_ranks),
		cmocka_unit_test(escapes_names_wherever_they_are),
		cmocka_unit_test(tells_an_exit),
		cmocka_unit_test(tells_an_exit_of_which_little_is_known),
		cmocka_unit_test(is_whole_or_nothing),
		cmocka_unit_test(the_longest_victim_fits),
		cmocka_unit_test(the_longest_victim_with_errors_fits),
	};

	return cmocka_run_group_tests_name("jsonl", tests, NULL, NULL);
}
