// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Each struct of a recording to its line and back: nothing is lost, whatever is in it. */
#include <errno.h>
#include <stdlib.h>

#include "line.h"
#include "replay/input.h"

static char line[INPUT_LINE_BYTES];

/* What comes back is the same to the last byte: from must have zeros between its members. */
static void assert_survives(enum input_kind kind, const void *from, size_t bytes)
{
	static struct input in;
	char why[FIELDS_WHY_BYTES];
	long n = input__write(line, sizeof(line), kind, from);

	json_decref(line__parse(line, n));
	if (input__read(&in, line, n, why))
		fail_msg("%s", why);
	assert_int_equal(in.kind, kind);
	assert_memory_equal(&in.recording, from, bytes);
}

#define ASSERT_SURVIVES(kind, object) assert_survives(kind, &(object), sizeof(object))

/* As full as it can be, with every byte but NUL in turn. */
static void fill(char *text, size_t bytes, int first)
{
	for (size_t i = 0; i + 1 < bytes; i++)
		text[i] = 1 + (first + i) % 255;
	text[bytes - 1] = '\0';
}

#define FILL(text, first) fill(text, sizeof(text), first)

static void recording(void **state)
{
	static struct input_recording head = {
		.version = UINT32_MAX,
		.watch_seconds = UINT32_MAX,
		.page_bytes = UINT64_MAX,
		.ledger_ns = UINT64_MAX,
		.boot_to_real_ns = INT64_MIN,
		.gfp_bits_bytes = sizeof("DMA\0\0IO"),
		.gfp_bits = "DMA\0\0IO",
	};

	FILL(head.oomtrace, 0);
	FILL(head.host, 100);
	FILL(head.release, 150);
	FILL(head.machine, 200);
	FILL(head.boot_id, 220);
	ASSERT_SURVIVES(INPUT_RECORDING, head);
}

static void hook(void **state)
{
	static struct input_hook hook;

	FILL(hook.name, 0);
	FILL(hook.how, 60);
	FILL(hook.why, 90);
	ASSERT_SURVIVES(INPUT_HOOK, hook);
}

static void a_clock(void **state)
{
	struct input_clock clock = {INT64_MAX};

	ASSERT_SURVIVES(INPUT_CLOCK, clock);
}

static void fill_cgroup(struct cgroup_facts *c)
{
	c->id = UINT64_MAX;
	c->limits_known = c->oom_group = c->path_truncated = true;
	c->unlimited = c->usage_unknown = true;
	c->limit_bytes = UINT64_MAX - 1;
	c->usage_bytes = UINT64_MAX - 2;
	FILL(c->path, 7);
}

static void decision(void **state)
{
	static struct decision_event d = {
		.oom_id = UINT64_MAX,
		.time_ns = INT64_MAX + 1ULL,
		.constraint = UINT32_MAX,
		.gfp_mask = UINT32_MAX - 1,
		.order = INT32_MIN,
		.points = INT64_MIN,
		.chosen_pid = UINT32_MAX,
		.global = true,
	};

	fill_cgroup(&d.hit);
	ASSERT_SURVIVES(INPUT_DECISION, d);
}

static void fill_process(struct process_facts *p)
{
	p->pid = UINT32_MAX;
	p->tid = UINT32_MAX - 1;
	p->parent_pid = UINT32_MAX - 2;
	p->user_id = UINT32_MAX - 3;
	p->score_adj = INT32_MIN;
	p->start_ns = UINT64_MAX;
	p->n_pids = REC_PIDNS_LEVELS;
	for (uint32_t i = 0; i < p->n_pids; i++)
		p->pids[i] = UINT32_MAX - i;
	p->exec = (struct exec_key){UINT64_MAX, UINT64_MAX - 1};
	p->session_id = UINT32_MAX - 4;
	p->forked_only = true;
	FILL(p->title, 0);
	FILL(p->executable, 120);
}

/* 524 is ENOTSUPP, which is the kernel's alone. */
static void victim(void **state)
{
	static struct input_victim v = {
		.event = {.seq = UINT64_MAX,
			  .time_ns = UINT64_MAX - 1,
			  .oom_id = UINT64_MAX - 2,
			  .oom_id_inferred = true,
			  .kind = VICTIM_ALREADY_EXITING,
			  .chosen = -1,
			  .memory = {1, 2, 3, 4, 5, UINT64_MAX},
			  .trigger_pid = UINT32_MAX,
			  .trigger_tid = UINT32_MAX - 1,
			  .decision_err = -ENOENT,
			  .exec_err = INT32_MIN},
		.exec_known = true,
		.exec = {.args_total_bytes = UINT32_MAX,
			 .args_bytes = EXEC_ARGS_BYTES,
			 .ranks_bytes = EXEC_RANKS_BYTES},
	};

	fill_process(&v.event.process);
	fill_cgroup(&v.event.cgroup);
	FILL(v.event.trigger_title, 30);
	for (int part = 0; part < PART_MAX; part++)
		v.event.unread[part] = part ? -part : -524;
	FILL(v.exec.args, 0);
	memset(v.exec.ranks, '\1', sizeof(v.exec.ranks));
	ASSERT_SURVIVES(INPUT_VICTIM, v);
}

static void longest_victim_fits(void **state)
{
	static struct input_victim v = {
		.exec_known = true,
		.exec = {.args_bytes = EXEC_ARGS_BYTES, .ranks_bytes = EXEC_RANKS_BYTES}};

	fill_process(&v.event.process);
	fill_cgroup(&v.event.cgroup);
	memset(v.exec.args, '\1', sizeof(v.exec.args));
	memset(v.exec.ranks, '\1', sizeof(v.exec.ranks));
	memset(v.event.cgroup.path, '\1', sizeof(v.event.cgroup.path) - 1);
	ASSERT_SURVIVES(INPUT_VICTIM, v);
}

static void an_exec_without_arguments_is_one(void **state)
{
	static struct input_victim v = {.exec_known = true};

	ASSERT_SURVIVES(INPUT_VICTIM, v);
}

static void exit_of_a_victim(void **state)
{
	struct exit_event e;

	memset(&e, 0, sizeof(e));
	e.seq = UINT64_MAX;
	e.time_ns = e.oom_id = e.start_ns = e.killed_ns = INT64_MAX;
	e.reaper_woken_ns = 1;
	e.reaper_started_ns = 2;
	e.reaper_finished_ns = 3;
	e.reaper_skipped = e.held_known = e.freed_known = true;
	e.held_bytes = UINT64_MAX;
	e.freed_bytes = UINT64_MAX - 1;
	e.pid = UINT32_MAX;
	ASSERT_SURVIVES(INPUT_EXIT, e);
}

static void decision_end(void **state)
{
	struct decision_end_event e = {UINT64_MAX, UINT64_MAX - 1, UINT64_MAX - 2};

	ASSERT_SURVIVES(INPUT_DECISION_END, e);
}

static void a_signal(void **state)
{
	static struct signal_event e = {
		.time_ns = UINT64_MAX,
		.start_ns = 1,
		.pid = UINT32_MAX,
		.signal = 64,
		.sender_pid = 2,
		.from_kernel = true,
		.sender_exiting = -1,
	};

	FILL(e.sender_title, 245);
	ASSERT_SURVIVES(INPUT_SIGNAL, e);
}

static void gone(void **state)
{
	static struct gone_event e = {UINT64_MAX, UINT64_MAX - 1, UINT32_MAX, UINT32_MAX - 1};

	ASSERT_SURVIVES(INPUT_GONE, e);
}

static void process(void **state)
{
	static struct process p = {
		.start_ns = UINT64_MAX,
		.exec = {1, 2},
		.cgroup_id = 3,
		.rss_bytes = 4,
		.swap_bytes = 5,
		.pid = 6,
		.parent_pid = 7,
		.vpid = 8,
		.session_id = 9,
		.args_bytes = PROCESS_ARGS_BYTES,
		.ranks_bytes = 3,
		.forked_only = true,
		.zombie = true,
		.ranks = "R=\0",
	};

	FILL(p.comm, 0);
	FILL(p.executable, 64);
	FILL(p.title, 128);
	FILL(p.args, 0);
	ASSERT_SURVIVES(INPUT_PROCESS, p);
}

static void look(void **state)
{
	static struct input_look look = {1, 2, -ENOMEM, true, UINT64_MAX};

	ASSERT_SURVIVES(INPUT_LOOK, look);
	ASSERT_SURVIVES(INPUT_CUT_SHORT, look);
}

/* However many NULs, and wherever: all of them were there. */
static void texts_keep_their_nuls(void **state)
{
	static const char *const args[] = {"\0", "\0\0", "a", "a\0", "\0a", "a\0\0b\0"};
	static const uint32_t bytes[] = {1, 2, 1, 2, 2, 5};

	for (size_t i = 0; i < N_OF(args); i++) {
		static struct process p;

		p = (struct process){.args_bytes = bytes[i]};
		memcpy(p.args, args[i], bytes[i]);
		ASSERT_SURVIVES(INPUT_PROCESS, p);
	}
}

static void strings_are_readable(void **state)
{
	static struct process p = {.comm = "a\xff\\\n\xc3\xa9\"", .args = "x\0-v", .args_bytes = 5};
	long n = input__write(line, sizeof(line), INPUT_PROCESS, &p);

	line[n] = '\0';
	assert_string_equal(line, "{\"process\":{\"comm\":\"a\\\\xff\\\\\\\\\\u000a\xc3\xa9\\\"\","
				  "\"args\":[\"x\",\"-v\",\"\"]}}\n");
}

static void what_is_zero_is_left_away(void **state)
{
	static const struct input_victim nothing;
	long n = input__write(line, sizeof(line), INPUT_VICTIM, &nothing);

	line[n] = '\0';
	assert_string_equal(line, "{\"victim\":{}}\n");
	ASSERT_SURVIVES(INPUT_VICTIM, nothing);
}

static void has_no_room(void **state)
{
	struct gone_event e = {.pid = 1};

	for (size_t cap = 0; cap < sizeof("{\"gone\":{\"pid\":1}}\n") - 1; cap++) {
		char *buf = malloc(cap);

		assert_int_equal(input__write(buf, cap, INPUT_GONE, &e), -ENOBUFS);
		free(buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recording),
		cmocka_unit_test(hook),
		cmocka_unit_test(a_clock),
		cmocka_unit_test(decision),
		cmocka_unit_test(victim),
		cmocka_unit_test(longest_victim_fits),
		cmocka_unit_test(an_exec_without_arguments_is_one),
		cmocka_unit_test(exit_of_a_victim),
		cmocka_unit_test(decision_end),
		cmocka_unit_test(a_signal),
		cmocka_unit_test(gone),
		cmocka_unit_test(process),
		cmocka_unit_test(look),
		cmocka_unit_test(texts_keep_their_nuls),
		cmocka_unit_test(strings_are_readable),
		cmocka_unit_test(what_is_zero_is_left_away),
		cmocka_unit_test(has_no_room),
	};

	return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}
