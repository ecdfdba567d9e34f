// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What a recording keeps, and what it does to its file. */
#include <sys/resource.h>

#include "group/incident.h"
#include "line.h"
#include "replay/recording.h"
#include "sample.h"
#include "sandbox.h"

#define FILE_NAME "recording"

static struct node node;
static const struct hook_state hooks[] = {{.name = "mark_victim", .how = "tp_btf"},
					  {.name = "exit", .why = "no such hook"}};
static const struct kernel_facts kernel = {.hooks = hooks, .n_hooks = N_OF(hooks)};

/* The lines of the file, and a newline before each. */
static const char *written(void)
{
	static char text[1 << 20];
	size_t n;

	text[0] = '\n';
	n = get_text(FILE_NAME, text, 1, sizeof(text) - 1);
	text[n] = '\0';
	return text;
}

static struct recording *begin(void)
{
	struct recording *r;

	node = sample_node();
	assert_int_equal(recording__open(&r, FILE_NAME, &node), 0);
	recording__begin(r, &kernel, 30);
	return r;
}

static void assert_kept(const char *lines)
{
	if (!strstr(written(), lines))
		fail_msg("no %s in %s", lines, written());
}

static int count(const char *what)
{
	int n = 0;

	for (const char *at = written(); (at = strstr(at, what)); at++)
		n++;
	return n;
}

static void begins_and_ends(void **state)
{
	struct stat st;

	recording__close(begin());
	assert_kept("\n{\"recording\":{\"version\":1,\"oomtrace\":\"" OOMTRACE_VERSION "\","
		    "\"host\":\"gpu-7\",\"release\":\"6.12.9\",\"machine\":\"x86_64\",");
	assert_kept(",\"page_bytes\":4096,\"ledger_ns\":500,"
		    "\"boot_to_real_ns\":1795490000000000000,\"watch_seconds\":30,"
		    "\"gfp_bits\":[\"DMA\",\"HIGHMEM\",");
	assert_kept("\n{\"hook\":{\"name\":\"mark_victim\",\"how\":\"tp_btf\"}}"
		    "\n{\"hook\":{\"name\":\"exit\",\"why\":\"no such hook\"}}"
		    "\n{\"end\":{}}\n");
	assert_int_equal(stat(FILE_NAME, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void is_complete_after_each_input(void **state)
{
	struct recording *r = begin();
	struct gone_event e = {.pid = 7};

	recording__put(r, INPUT_GONE, &e);
	assert_kept("\n{\"gone\":{\"pid\":7}}\n");
	recording__close(r);
}

static void says_a_decision_once(void **state)
{
	struct decision_event decision = sample_decision();
	struct victim_event e = {.oom_id = 3, .decision = &decision};
	struct recording *r = begin();

	recording__victim(r, &e);
	recording__victim(r, &e);
	assert_int_equal(count("\n{\"decision\":{\"oom_id\":3,"), 1);
	assert_int_equal(count("\n{\"victim\":{\"oom_id\":3"), 2);
	decision.oom_id = e.oom_id = 4;
	recording__victim(r, &e);
	assert_int_equal(count("\n{\"decision\":{\"oom_id\":4,"), 1);
	recording__close(r);
}

/* Equal ones stay equal and others do not become so, wherever they turn up. */
static void tells_no_address(void **state)
{
	const struct exec_key keys[] = {{0xffff888012345678, 0x7ffd00001000},
					{0xffff888012349999, 0x7ffd00001000}};
	struct process processes[] = {{.pid = 1, .exec = keys[0]}, {.pid = 2, .exec = keys[1]}};
	struct snapshot s = {.processes = processes, .n = N_OF(processes)};
	struct victim_event e = {.process = {.pid = 1, .exec = keys[1]}};
	struct recording *r = begin();

	recording__victim(r, &e);
	recording__snapshot(r, &s);
	recording__close(r);
	assert_kept("\n{\"victim\":{\"process\":{\"pid\":1,"
		    "\"exec\":{\"exe_file\":1,\"arg_start\":2}}}}"
		    "\n{\"process\":{\"pid\":1,\"exec\":{\"exe_file\":3,\"arg_start\":2}}}"
		    "\n{\"process\":{\"pid\":2,\"exec\":{\"exe_file\":1,\"arg_start\":2}}}\n");
}

static void keeps_what_an_incident_was_told(void **state)
{
	struct incident in = {.oom_id = 3, .usage_after_known = true, .usage_after_bytes = 9};
	struct recording *r = begin();

	recording__look(r, INPUT_LOOK, &in, -ENOENT, 17);
	in.usage_after_known = false;
	recording__look(r, INPUT_CUT_SHORT, &in, 0, 18);
	recording__close(r);
	assert_kept("\n{\"look\":{\"oom_id\":3,\"time_ns\":17,\"err\":\"ENOENT\","
		    "\"usage_after_known\":true,\"usage_after_bytes\":9}}"
		    "\n{\"cut_short\":{\"oom_id\":3,\"time_ns\":18}}\n");
}

static void notices_that_the_clock_was_set(void **state)
{
	struct recording *r = begin();
	struct gone_event e = {.pid = 7};

	recording__put(r, INPUT_GONE, &e);
	node.boot_to_real_ns = -5;
	recording__put(r, INPUT_GONE, &e);
	recording__put(r, INPUT_GONE, &e);
	recording__close(r);
	assert_kept("\n{\"gone\":{\"pid\":7}}\n{\"clock\":{\"boot_to_real_ns\":-5}}"
		    "\n{\"gone\":{\"pid\":7}}\n{\"gone\":{\"pid\":7}}\n{\"end\":{}}\n");
}

static void overwrites_nothing(void **state)
{
	struct recording *r;

	put_text(FILE_NAME, "mine", 4);
	assert_int_equal(recording__open(&r, FILE_NAME, &node), -EEXIST);
	assert_null(r);
	assert_string_equal(written(), "\nmine");
}

static void leaves_no_file_if_it_never_began(void **state)
{
	struct recording *r;

	assert_int_equal(recording__open(&r, FILE_NAME, &node), 0);
	recording__close(r);
	assert_int_equal(size_of(FILE_NAME), -1);
}

/* As on a full disk. What there is room for stays, and nothing comes after what had none. */
static void ends_where_it_can_not_be_written(void **state)
{
	struct rlimit limit, least = {8192, RLIM_INFINITY};
	struct recording *r = begin();
	struct gone_event e = {.pid = 7};

	getrlimit(RLIMIT_FSIZE, &limit);
	least.rlim_max = limit.rlim_max;
	setrlimit(RLIMIT_FSIZE, &least);
	for (int i = 0; i < 1000; i++)
		recording__put(r, INPUT_GONE, &e);
	setrlimit(RLIMIT_FSIZE, &limit);
	recording__put(r, INPUT_GONE, &e);
	recording__close(r);
	assert_int_equal(size_of(FILE_NAME), least.rlim_cur);
}

static void nobody_asked_for_one(void **state)
{
	struct victim_event e = {.seq = 1};
	struct snapshot s = {.n = 1};
	struct incident in = {.oom_id = 1};

	recording__begin(NULL, &kernel, 1);
	recording__put(NULL, INPUT_END, NULL);
	recording__victim(NULL, &e);
	recording__snapshot(NULL, &s);
	recording__look(NULL, INPUT_LOOK, &in, 0, 0);
	recording__close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_sandbox(begins_and_ends),
		in_sandbox(is_complete_after_each_input),
		in_sandbox(says_a_decision_once),
		in_sandbox(tells_no_address),
		in_sandbox(keeps_what_an_incident_was_told),
		in_sandbox(notices_that_the_clock_was_set),
		in_sandbox(overwrites_nothing),
		in_sandbox(leaves_no_file_if_it_never_began),
		in_sandbox(ends_where_it_can_not_be_written),
		cmocka_unit_test(nobody_asked_for_one),
	};

	return cmocka_run_group_tests_name("recording", tests, NULL, NULL);
}
