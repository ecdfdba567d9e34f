// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Lines of the kernel as messages: what is read of each, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "klog/names.h"

/* In memory of its own, so that nobody can read past its end unseen. */
static char *line;

static struct printk read(const char *text)
{
	size_t n = strlen(text);

	free(line);
	line = malloc(n ?: 1);
	memcpy(line, text, n);
	return printk__read((struct slice){line, n});
}

static int free_line(void **state)
{
	free(line);
	line = NULL;
	return 0;
}

static struct printk read_as(enum printk_kind kind, const char *text)
{
	struct printk m = read(text);

	if (m.kind != kind)
		fail_msg("%d, not %d: %s", m.kind, kind, text);
	return m;
}

static void assert_slice(struct slice s, const char *text)
{
	if (!slice__is(s, text))
		fail_msg("%.*s, not %s", (int)s.n, s.s, text);
}

/* ---- whom the killer was invoked by ---- */

static void reads_who_invoked(void **state)
{
	struct printk m = read_as(PRINTK_INVOKED,
				  "hog invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE|"
				  "__GFP_COMP), order=-1, oom_score_adj=-1000");

	assert_slice(m.invoked.comm, "hog");
	assert_int_equal(m.invoked.gfp_mask, 0x140cca);
	assert_slice(m.invoked.gfp, "GFP_HIGHUSER_MOVABLE|__GFP_COMP");
	assert_int_equal(m.invoked.order, -1);
	m = read_as(PRINTK_INVOKED, "python3 invoked oom-killer: gfp_mask=0x6000c0(GFP_KERNEL), "
				    "nodemask=(null), order=3, oom_score_adj=973");
	assert_int_equal(m.invoked.order, 3);
}

static void reads_the_cpu_line(void **state)
{
	struct printk m = read_as(PRINTK_CPU, "CPU: 1 PID: 132 Comm: a b Not tainted 6.1.0 #1");

	assert_int_equal(m.cpu.tid, 132);
	assert_slice(m.cpu.rest, "a b Not tainted 6.1.0 #1");
	assert_int_equal(
		read_as(PRINTK_CPU, "CPU: 0 UID: 0 PID: 176 Comm: x Tainted: P OE 6.12").cpu.tid,
		176);
}

/* ---- the cgroup ---- */

static void reads_usage(void **state)
{
	struct printk m = read_as(PRINTK_USAGE, "memory: usage 1024kB, limit 2048kB, failcnt 51");

	assert_int_equal(m.usage.usage_kb, 1024);
	assert_int_equal(m.usage.limit_kb, 2048);
	assert_false(m.usage.unlimited);
	assert_true(read("memory: usage 1kB, limit 9007199254740988kB, failcnt 0").usage.unlimited);
	assert_true(read("memory: usage 1kB, limit 9007199254740928kB, failcnt 0").usage.unlimited);
}

static void reads_whose_statistics(void **state)
{
	assert_slice(read_as(PRINTK_STATS, "Memory cgroup stats for /a:b::").path, "/a:b:");
	assert_slice(read_as(PRINTK_STATS, "Memory cgroup stats for /a: cache:0KB rss:1KB").path,
		     "/a");
}

/* ---- the table ---- */

static const struct {
	const char *text;
	uint64_t tid, pid, rss, swap;
	int64_t score_adj;
	const char *comm;
} tasks[] = {
	{"[  10222]     0 10222   755450   134545  1970176        0           973 python3", 10222,
	 10222, 134545, 0, 973, "python3"},
	{"[    173]     0   170      617      337        0      337         0    49152        9"
	 "             0 workers",
	 173, 170, 337, 9, 0, "workers"},
	{"[    173]     0   173      617      337        0      337         0    49152        0"
	 "         -1000 1 2",
	 173, 173, 337, 0, -1000, "1 2"},
	{"[4194304] 1000000 4194304 123456789012 123456789 1 2 123456789 123456789 12345678"
	 "          1000           x",
	 4194304, 4194304, 123456789, 12345678, 1000, "          x"},
	{"[      1]     0     1        1        1        0        1         0        1        0"
	 "             0 ",
	 1, 1, 1, 0, 0, ""},
};

static void reads_a_task(void **state)
{
	for (size_t i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++) {
		struct printk m = read_as(PRINTK_TASK, tasks[i].text);

		assert_int_equal(m.task.tid, tasks[i].tid);
		assert_int_equal(m.task.pid, tasks[i].pid);
		assert_int_equal(m.task.rss_pages, tasks[i].rss);
		assert_int_equal(m.task.swap_pages, tasks[i].swap);
		assert_int_equal(m.task.score_adj, tasks[i].score_adj);
		assert_slice(m.task.comm, tasks[i].comm);
	}
}

/* ---- who is to die ---- */

#define SUMMARY(constraint, names, tail)                                                           \
	"oom-kill:constraint=CONSTRAINT_" constraint                                               \
	",nodemask=(null),cpuset=c,mems_allowed=0-1,3," names tail ",pid=132,uid=7"

static const struct {
	const char *text, *known_hit, *known_comm; /* "": not known */
	bool global;
	const char *hit, *victim, *comm;
} summaries[] = {
	{SUMMARY("MEMCG", "oom_memcg=/a,task_memcg=/a/b", ",task=c"), "", "", false, "/a", "/a/b",
	 "c"},
	{SUMMARY("MEMCG", "oom_memcg=/,task_memcg=/b", ",task="), "", "", false, "/", "/b", ""},
	{SUMMARY("NONE", "global_oom,task_memcg=/a", ",task=c"), "", "", true, "", "/a", "c"},
	/* What a name may do. */
	{SUMMARY("MEMCG", "oom_memcg=/a,task_memcg=/a/b,task=x,pid=1,uid=1", ",task=c"), "", "",
	 false, "/a", "/a/b,task=x,pid=1,uid=1", "c"},
	{SUMMARY("MEMCG", "oom_memcg=/a,task_memcg=/a", ",task=a,task=b"), "/a", "a,task=b", false,
	 "/a", "/a", "a,task=b"},
	{SUMMARY("MEMCG", "oom_memcg=/x,task_memcg=/x,task_memcg=/x,task_memcg=/x/y", ",task=c"),
	 "/x,task_memcg=/x", "", false, "/x,task_memcg=/x", "/x,task_memcg=/x/y", "c"},
	{SUMMARY("MEMCG", "oom_memcg=/a,oom_memcg=/b,task_memcg=/a,oom_memcg=/b", ",task=c"),
	 "/a,oom_memcg=/b", "", false, "/a,oom_memcg=/b", "/a,oom_memcg=/b", "c"},
};

static void splits_a_summary(void **state)
{
	for (size_t i = 0; i < sizeof(summaries) / sizeof(summaries[0]); i++) {
		struct printk m = read_as(PRINTK_SUMMARY, summaries[i].text);
		struct summary_names names;

		assert_int_equal(m.summary.pid, 132);
		assert_int_equal(m.summary.uid, 7);
		assert_true(summary__split(&m.summary, slice__of(summaries[i].known_hit),
					   slice__of(summaries[i].known_comm), &names));
		assert_int_equal(names.global, summaries[i].global);
		if (!names.global)
			assert_slice(names.hit, summaries[i].hit);
		assert_slice(names.victim, summaries[i].victim);
		assert_slice(names.comm, summaries[i].comm);
	}
}

static void refuses_a_summary_without_names(void **state)
{
	static const char *const texts[] = {
		SUMMARY("MEMCG", "global_oom,task_memcg=/a", ",task=c"),
		SUMMARY("MEMCG", "oom_memcg=/a,task_memcg=/b", ",task=c"),
		SUMMARY("MEMCG", "oom_memcg=/a,task_memcg=/ab", ",task=c"),
		SUMMARY("MEMCG", "oom_memcg=/a,task_memcg=/a", ""),
		SUMMARY("NONE", "oom_memcg=/a,task_memcg=/a", ",task=c"),
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct printk m = read_as(PRINTK_SUMMARY, texts[i]);
		struct summary_names names;

		assert_false(summary__split(&m.summary, slice__of(""), slice__of(""), &names));
	}
}

static void reads_the_chosen(void **state)
{
	struct printk m = read_as(PRINTK_CHOSEN,
				  "Memory cgroup out of memory: Kill process 10222 (a) score 1 (b) "
				  "score 1038 or sacrifice child");

	assert_int_equal(m.chosen.pid, 10222);
	assert_int_equal(m.chosen.scope, SCOPE_MEMCG);
	assert_slice(m.chosen.comm, "a) score 1 (b");
}

static void splits_whose_limit(void **state)
{
	struct printk m =
		read_as(PRINTK_LIMIT_OF, "Task in /a/b killed as a result of limit of /a");
	struct slice victim, hit;

	assert_true(limit_of__split(m.path, &victim, &hit));
	assert_slice(victim, "/a/b");
	assert_slice(hit, "/a");
	m = read_as(PRINTK_LIMIT_OF, "Task in /a killed as a result of limit of /b");
	assert_false(limit_of__split(m.path, &victim, &hit));
}

/* ---- who died ---- */

#define SIZES " total-vm:10kB, anon-rss:20kB, file-rss:30kB, shmem-rss:40kB"

static const struct {
	const char *text;
	enum printk_scope scope;
	const char *comm;
	bool all;
} kills[] = {
	{"Killed process 132 (c)" SIZES, SCOPE_UNSAID, "c", false},
	{"Out of memory: Killed process 132 (c)" SIZES, SCOPE_MACHINE, "c", false},
	{"Out of memory (oom_kill_allocating_task): Killed process 132 (c)" SIZES, SCOPE_MACHINE,
	 "c", false},
	{"Memory cgroup out of memory: Killed process 132 (c)" SIZES
	 ", UID:7 pgtables:50kB oom_score_adj:-999",
	 SCOPE_MEMCG, "c", true},
	{"Out of memory: Killed process 132 ()" SIZES, SCOPE_MACHINE, "", false},
	{"Out of memory: Killed process 132 () total-vm:9kB,)" SIZES, SCOPE_MACHINE,
	 ") total-vm:9kB,", false},
	{"Out of memory: Killed process 132 (\xff\n\x1b[2J)" SIZES, SCOPE_MACHINE, "\xff\n\x1b[2J",
	 false},
};

static void reads_a_kill(void **state)
{
	for (size_t i = 0; i < sizeof(kills) / sizeof(kills[0]); i++) {
		struct printk_killed k = read_as(PRINTK_KILLED, kills[i].text).killed;

		assert_int_equal(k.scope, kills[i].scope);
		assert_int_equal(k.tid, 132);
		assert_slice(k.comm, kills[i].comm);
		assert_false(k.cut_off);
		assert_int_equal(k.total_vm_kb, 10);
		assert_int_equal(k.anon_kb, 20);
		assert_int_equal(k.file_kb, 30);
		assert_int_equal(k.shmem_kb, 40);
		assert_int_equal(k.has_uid, kills[i].all);
		assert_int_equal(k.has_pgtables, kills[i].all);
		assert_int_equal(k.has_score_adj, kills[i].all);
		if (!kills[i].all)
			continue;
		assert_int_equal(k.uid, 7);
		assert_int_equal(k.pgtables_kb, 50);
		assert_int_equal(k.score_adj, -999);
	}
}

/* Wherever it is cut: who it was, and never a wrong size. */
static void reads_what_is_left_of_a_kill(void **state)
{
	static const char text[] = "Out of memory: Killed process 132 (c)" SIZES;

	for (size_t n = strlen("Out of memory: Killed process 132 ("); n < sizeof(text) - 1; n++) {
		char cut[sizeof(text)];

		memcpy(cut, text, n);
		cut[n] = '\0';
		assert_true(read_as(PRINTK_KILLED, cut).killed.cut_off);
	}
}

/* ---- others, and none ---- */

static void reads_the_others(void **state)
{
	assert_slice(
		read_as(PRINTK_GROUP,
			"Tasks in /a are going to be killed due to memory.oom.group set are going "
			"to be killed due to memory.oom.group set")
			.path,
		"/a are going to be killed due to memory.oom.group set");
	assert_int_equal(read_as(PRINTK_REAPED, "oom_reaper: reaped process 10334 (a, b), now "
						"anon-rss:0kB, file-rss:1kB, shmem-rss:2kB")
				 .reaped_tid,
			 10334);
	assert_int_equal(
		read_as(PRINTK_SUPPRESSED, "oom_kill_process: 30 callbacks suppressed").suppressed,
		30);
	read_as(PRINTK_NOBODY, "Out of memory and no killable processes...");
	read_as(PRINTK_EXITING,
		"Out of memory: OOM victim 7 (a) is already exiting. Skip killing the task");
	read_as(PRINTK_PANIC,
		"Kernel panic - not syncing: Out of memory: system-wide panic_on_oom is enabled");
	read_as(PRINTK_PANIC, "Kernel panic - not syncing: System is deadlocked on memory");
	read_as(PRINTK_TABLE, "Tasks state (memory values in pages):");
	read_as(PRINTK_TABLE, "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents "
			      "oom_score_adj name");
}

#define SIXTEEN "0123456789abcdef"

static void leaves_the_rest(void **state)
{
	static const char *const texts[] = {
		"",
		"[",
		"CPU: 1",
		" Out of memory: Killed process 132 (c)" SIZES,
		"x Out of memory: Killed process 132 (c)" SIZES,
		"Out of memory: Killed process (c)" SIZES,
		"Out of memory: Killed process 0 (c)" SIZES,
		"Out of memory: Killed process 4294967296 (c)" SIZES,
		"Out of memory: Killed process 99999999999999999999 (c)" SIZES,
		"Out of memory: Killed process 132 (" SIXTEEN ")" SIZES,
		SIXTEEN " invoked oom-killer: gfp_mask=0x0(0), order=0, oom_score_adj=0",
		"application[7]: x invoked oom-killer: gfp_mask=0x0(0), order=0, oom_score_adj=0",
		"x invoked oom-killer: gfp_mask=0x0(\x1b[2J), order=0, oom_score_adj=0",
		"memory+swap: usage 1kB, limit 1kB, failcnt 0",
		"memory: usage 1kB, limit 1kB, failcnt 0 ",
		"Memory cgroup stats for a:",
		"[    173]     0   173      617      337             0 few",
		"[    173]     0   173      617      337    49152        0          1001 adj",
		"[      0]     0     0      617      337    49152        0             0 none",
		"oom_reaper: unable to reap pid:132 (c)",
		"Tasks in a are going to be killed due to memory.oom.group set",
		"Kernel panic - not syncing: Attempted to kill init!",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		read_as(PRINTK_OTHER, texts[i]);
}

/* A record of printk() is never so long; what makes one so is passed over before it costs time. */
static void leaves_what_is_too_long(void **state)
{
	char text[8192];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	memcpy(text, "Memory cgroup stats for /", 25);
	text[sizeof(text) - 2] = ':';
	read_as(PRINTK_OTHER, text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(reads_who_invoked, free_line),
		cmocka_unit_test_teardown(reads_the_cpu_line, free_line),
		cmocka_unit_test_teardown(reads_usage, free_line),
		cmocka_unit_test_teardown(reads_whose_statistics, free_line),
		cmocka_unit_test_teardown(reads_a_task, free_line),
		cmocka_unit_test_teardown(splits_a_summary, free_line),
		cmocka_unit_test_teardown(refuses_a_summary_without_names, free_line),
		cmocka_unit_test_teardown(reads_the_chosen, free_line),
		cmocka_unit_test_teardown(splits_whose_limit, free_line),
		cmocka_unit_test_teardown(reads_a_kill, free_line),
		cmocka_unit_test_teardown(reads_what_is_left_of_a_kill, free_line),
		cmocka_unit_test_teardown(reads_the_others, free_line),
		cmocka_unit_test_teardown(leaves_the_rest, free_line),
		cmocka_unit_test_teardown(leaves_what_is_too_long, free_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
