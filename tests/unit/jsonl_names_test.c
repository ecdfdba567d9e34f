// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What strangers named, in JSON lines: arguments, ranks, names, and how long it can get. */
#include "victim_line.h"

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
		cmocka_unit_test(splits_arguments),
		cmocka_unit_test(says_that_arguments_were_cut),
		cmocka_unit_test(splits_ranks),
		cmocka_unit_test(has_no_rank_twice),
		cmocka_unit_test(reads_no_further_than_the_ranks),
		cmocka_unit_test(escapes_names_wherever_they_are),
		cmocka_unit_test(is_whole_or_nothing),
		cmocka_unit_test(the_longest_victim_fits),
		cmocka_unit_test(the_longest_victim_with_errors_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
