// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The readers of /proc, over roots that are laid out here. */
#include <errno.h>

#include "node/procfs.h"
#include "sandbox.h"

#define PID 181

/* A process that started 12345.67 s after boot: the ns of a tick are not in stat. */
#define START_TICKS "1234567"
#define START_NS    12345678999999u

static void put_pid_bytes(const char *name, const char *text, size_t len)
{
	char path[64];

	mkdir("proc", 0700);
	mkdir("proc/181", 0700);
	snprintf(path, sizeof(path), "proc/181/%s", name);
	unlink(path);
	put_text(path, text, len);
}

static void put_pid_file(const char *name, const char *text)
{
	put_pid_bytes(name, text, strlen(text));
}

/* "181 (python3) S 177 ..." with as many fields as the kernel has */
static void put_stat(const char *comm, const char *start)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "181 (%s) S 177 181 181 0 -1 4194560 5131 0 3 0 21 22 23 24 20 0 4 0 %s "
		 "17219584 2303 18446744073709551615 1 1 0 0 0 0 0 4096 0 0 0 0 17 1 0 0 0 0 0 0 "
		 "0\n",
		 comm, start);
	put_pid_file("stat", text);
}

/* ---- the machine ---- */

typedef int (*count_fn)(const char *proc, uint64_t *count);

static void assert_count(count_fn read, const char *path, const char *text, int err,
			 uint64_t expected)
{
	uint64_t count = 0xa5;

	mkdir("proc", 0700);
	unlink(path);
	put_text(path, text, strlen(text));
	assert_int_equal(read("proc", &count), err);
	assert_int_equal(count, err ? 0xa5 : expected);
}

static void assert_vmstat(const char *text, int err, uint64_t expected)
{
	assert_count(procfs__oom_kills, "proc/vmstat", text, err, expected);
}

static void assert_loadavg(const char *text, int err, uint64_t expected)
{
	assert_count(procfs__tasks, "proc/loadavg", text, err, expected);
}

static void reads_the_number_of_tasks(void **state)
{
	uint64_t count;

	assert_int_equal(procfs__tasks("proc", &count), -ENOENT);
	assert_loadavg("0.71 0.44 0.30 2/317 4242\n", 0, 317);
	assert_loadavg("1000.00 1.00 1.00 4000000000/4194304 1\n", 0, 4194304);
	assert_loadavg("", -EBADMSG, 0);
	assert_loadavg("0.71 0.44 0.30 2\n", -EBADMSG, 0);
	assert_loadavg("0.71 0.44 0.30 2/x 4242\n", -EBADMSG, 0);
}

static void reads_the_count_of_kills(void **state)
{
	uint64_t count;

	assert_int_equal(procfs__oom_kills("proc", &count), -ENOENT);
	assert_vmstat("nr_free_pages 100\noom_kill 42\nunevictable_pgs_culled 1\n", 0, 42);
	assert_vmstat("oom_kill 18446744073709551615\n", 0, UINT64_MAX);
	assert_vmstat("a 1\noom_kill 7", 0, 7);
	assert_vmstat("\n\noom_kill 0\n", 0, 0);
	assert_vmstat("no_oom_kill 3\noom_kill_x 4\nx oom_kill 5\noom_kill 6\n", 0, 6);
	assert_vmstat("nr_free_pages 100\noom_kills 3\nno_oom_kill 3\n", -ENODATA, 0);
	assert_vmstat("", -ENODATA, 0);
}

/* Kernels from 4.13 on have 120 lines and more, with debugging options 200. */
static void finds_it_in_a_long_file(void **state)
{
	char text[12288];
	size_t n = 0;

	for (int i = 0; i < 250; i++)
		n += sprintf(text + n, "a_name_as_long_as_they_get_%d 1234567\n", i);
	strcpy(text + n, "oom_kill 5\n");
	assert_vmstat(text, 0, 5);
}

static void reads_the_boot_id(void **state)
{
	char id[PROCFS_BOOT_ID_BYTES + 1];
	const char *path = "proc/sys/kernel/random/boot_id";

	assert_int_equal(procfs__boot_id("proc", id), -ENOENT);
	mkdir("proc", 0700);
	mkdir("proc/sys", 0700);
	mkdir("proc/sys/kernel", 0700);
	mkdir("proc/sys/kernel/random", 0700);
	put_text(path, "", 0);
	assert_int_equal(procfs__boot_id("proc", id), -ENODATA);
	put_text(path, "9e0f2c5a-3f1d-4c55-9a0e-0f7f4a1b2c3d\n", 37);
	memset(id, 'x', sizeof(id));
	assert_int_equal(procfs__boot_id("proc", id), 0);
	assert_string_equal(id, "9e0f2c5a-3f1d-4c55-9a0e-0f7f4a1b2c3d");
	assert_int_equal(id[PROCFS_BOOT_ID_BYTES], 'x');
}

/* ---- the pids of a process ---- */

static int pids(struct process_facts *p)
{
	*p = (struct process_facts){.pid = PID, .start_ns = START_NS};
	return procfs__pids("proc", p);
}

static void reads_pids_of_several_levels(void **state)
{
	struct process_facts p;

	put_stat("python3", START_TICKS);
	put_pid_file("status", "Name:\tpython3\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t181\n"
			       "NStgid:\t181\t37\t9\nNSpid:\t181\t37\t1\nNSpgid:\t181\t37\t9\n");
	assert_int_equal(pids(&p), 0);
	assert_int_equal(p.n_pids, 3);
	assert_int_equal(p.pids[0], 181);
	assert_int_equal(p.pids[1], 37);
	assert_int_equal(p.pids[2], 1);
	assert_int_equal(p.pids[3], 0);
}

static void reads_pids_of_a_zombie(void **state)
{
	struct process_facts p;

	put_stat("python3", START_TICKS);
	put_pid_file("status", "Name:\tpython3\nState:\tZ (zombie)\nNSpid:\t181\n");
	assert_int_equal(pids(&p), 0);
	assert_int_equal(p.n_pids, 1);
	assert_int_equal(p.pids[0], 181);
}

/* The kernel escapes a newline in Name; the other keys begin lines of their own. */
static void is_not_fooled_by_a_name(void **state)
{
	struct process_facts p;

	put_stat("x\nNSpid:\t1", START_TICKS);
	put_pid_file("status", "Name:\tx\\nNSpid:\t1\nXNSpid:\t2\nNSpid:\t181\t37\n");
	assert_int_equal(pids(&p), 0);
	assert_int_equal(p.n_pids, 2);
	assert_int_equal(p.pids[0], 181);
	assert_int_equal(p.pids[1], 37);
}

static void keeps_as_many_levels_as_there_can_be(void **state)
{
	char status[1024] = "NSpid:";
	struct process_facts p;

	put_stat("x", START_TICKS);
	for (int i = 0; i < REC_PIDNS_LEVELS + 7; i++)
		sprintf(status + strlen(status), "\t%d", 1000 + i);
	strcat(status, "\n");
	put_pid_file("status", status);
	assert_int_equal(pids(&p), 0);
	assert_int_equal(p.n_pids, 33);
	assert_int_equal(p.pids[0], 1000);
	assert_int_equal(p.pids[32], 1032);
	assert_int_equal(p.title[0], 0); /* which comes next */
}

static void has_no_pids_without_their_line(void **state)
{
	struct process_facts p;

	put_stat("x", START_TICKS);
	put_pid_file("status", "Name:\tx\nNStgid:\t181\n");
	assert_int_equal(pids(&p), -ENODATA);
	assert_int_equal(p.n_pids, 0);
	put_pid_file("status", "NSpid:\n181\n");
	assert_int_equal(pids(&p), -ENODATA);
	put_pid_file("status", "NSpid:\t-181\n");
	assert_int_equal(pids(&p), -ENODATA);
	put_pid_file("status", "");
	assert_int_equal(pids(&p), -ENODATA);
}

/* Thousands of supplementary groups stand before NSpid: no part of a number may be taken for it. */
static void takes_no_pid_that_is_cut(void **state)
{
	for (size_t pad = 8150; pad < 8192; pad++) {
		char status[9000] = "Groups:\t";
		struct process_facts p;

		memset(status + 8, '1', pad - 8);
		strcpy(status + pad, "\nNSpid:\t123456\t789\n");
		put_stat("x", START_TICKS);
		put_pid_file("status", status);
		if (pids(&p)) {
			assert_int_equal(p.n_pids, 0);
			continue;
		}
		assert_int_equal(p.n_pids, 2);
		assert_int_equal(p.pids[0], 123456);
		assert_int_equal(p.pids[1], 789);
	}
}

static void has_no_pids_of_a_process_that_is_gone(void **state)
{
	struct process_facts p;

	assert_int_equal(pids(&p), -ESRCH);
	put_stat("x", START_TICKS);
	assert_int_equal(pids(&p), -ESRCH);
	unlink("proc/181/stat");
	put_pid_file("status", "NSpid:\t181\n");
	assert_int_equal(pids(&p), -ESRCH);
	assert_int_equal(p.n_pids, 0);
}

/* ---- which process it is ---- */

static int pids_with_stat(const char *stat)
{
	struct process_facts p;

	put_pid_file("status", "NSpid:\t181\n");
	put_pid_file("stat", stat);
	return pids(&p);
}

static void counts_fields_behind_any_comm(void **state)
{
	static const char *const comms[] = {
		"python3", ") (", ") S 1 1 1 1", "a) b",  "((((",	   "))))",
		"",	   " ",	  "x\ny",	 "\xff)", "1 2 3 4 5 6 7", "Web Content",
	};

	for (size_t i = 0; i < sizeof(comms) / sizeof(comms[0]); i++) {
		struct process_facts p;

		put_pid_file("status", "NSpid:\t181\n");
		put_stat(comms[i], START_TICKS);
		assert_int_equal(pids(&p), 0);
		put_stat(comms[i], "1234568");
		assert_int_equal(pids(&p), -ESRCH);
	}
}

static void knows_another_process_by_its_start(void **state)
{
	static const struct {
		const char *ticks;
		int err;
	} cases[] = {
		{"1234567", 0},
		{"1234566", -ESRCH},
		{"1234568", -ESRCH},
		{"0", -ESRCH},
		{"123456", -ESRCH},
		{"12345670", -ESRCH},
		{"18446744073709551615", -ESRCH},
	};

	assert_int_equal(sysconf(_SC_CLK_TCK), 100);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct process_facts p;

		put_pid_file("status", "NSpid:\t181\n");
		put_stat("x", cases[i].ticks);
		assert_int_equal(pids(&p), cases[i].err);
	}
}

static void makes_no_sense_of_a_short_stat(void **state)
{
	assert_int_equal(pids_with_stat(""), -EBADMSG);
	assert_int_equal(pids_with_stat("181"), -EBADMSG);
	assert_int_equal(pids_with_stat("181 (x"), -EBADMSG);
	assert_int_equal(pids_with_stat("181 (x) S 177 181 181\n"), -EBADMSG);
	assert_int_equal(
		pids_with_stat("181 (x) S 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21"),
		-EBADMSG);
}

/* ---- arguments and environment ---- */

static int exec(struct exec_entry *entry)
{
	memset(entry, 0xa5, sizeof(*entry));
	return procfs__exec("proc", PID, START_NS, entry);
}

static void reads_arguments_and_ranks(void **state)
{
	static const char args[] = "python3\0serve.py\0\0--x";
	static const char env[] = "HOME=/root\0RANK=3\0XRANK=1\0LOCAL_RANK=\0RANK2=5\0PATH=RANK=7\0"
				  "WORLD_SIZE=8";
	static const char ranks[] = "RANK=3\0LOCAL_RANK=\0WORLD_SIZE=8";
	struct exec_entry entry;

	put_stat("python3", START_TICKS);
	put_pid_bytes("cmdline", args, sizeof(args));
	put_pid_bytes("environ", env, sizeof(env));
	assert_int_equal(exec(&entry), 0);
	assert_int_equal(entry.args_bytes, sizeof(args));
	assert_int_equal(entry.args_total_bytes, sizeof(args));
	assert_memory_equal(entry.args, args, sizeof(args));
	assert_int_equal(entry.ranks_bytes, sizeof(ranks));
	assert_memory_equal(entry.ranks, ranks, sizeof(ranks));
}

static void knows_every_rank_variable(void **state)
{
#define VALUE(name) name "1\0"
	static const char env[] = EXEC_RANK_NAMES(VALUE);
#undef VALUE
	struct exec_entry entry;

	put_stat("x", START_TICKS);
	put_pid_file("cmdline", "x");
	put_pid_bytes("environ", env, sizeof(env) - 1);
	assert_int_equal(exec(&entry), 0);
	assert_int_equal(entry.ranks_bytes, sizeof(env) - 1);
	assert_memory_equal(entry.ranks, env, sizeof(env) - 1);
}

/* One that does not fit is left out whole; one that does comes after it. */
static void leaves_out_ranks_that_do_not_fit(void **state)
{
	char env[1024] = "RANK=1";
	size_t n = 7;
	struct exec_entry entry;

	n += sprintf(env + n, "TORCHELASTIC_RUN_ID=%0300d", 0) + 1;
	n += sprintf(env + n, "CIRCUS_WID=%0*d", EXEC_RANKS_BYTES - 7 - 11 - 1, 2) + 1;
	n += sprintf(env + n, "PMI_RANK=4") + 1;
	put_stat("x", START_TICKS);
	put_pid_file("cmdline", "x");
	put_pid_bytes("environ", env, n);
	assert_int_equal(exec(&entry), 0);
	assert_int_equal(entry.ranks_bytes, EXEC_RANKS_BYTES);
	assert_string_equal(entry.ranks, "RANK=1");
	assert_memory_equal(entry.ranks + 7, "CIRCUS_WID=000", 14);
	assert_memory_equal(entry.ranks + EXEC_RANKS_BYTES - 2, "2", 2);
}

static void cuts_long_arguments(void **state)
{
	static const size_t lengths[] = {4095, 4096, 4097, 100000};
	static char args[100000];

	for (size_t i = 0; i < sizeof(args); i++)
		args[i] = i % 7 ? 'a' + i % 7 : '\0';
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct exec_entry entry;
		size_t kept = lengths[i] < 4096 ? lengths[i] : 4096;

		put_stat("x", START_TICKS);
		put_pid_bytes("cmdline", args, lengths[i]);
		assert_int_equal(exec(&entry), 0);
		assert_int_equal(entry.args_total_bytes, lengths[i]);
		assert_int_equal(entry.args_bytes, kept);
		assert_memory_equal(entry.args, args, kept);
		assert_int_equal(entry.ranks_bytes, 0);
	}
}

/* The newline, the bytes that are no UTF-8, the quotes: kept, for the renderers to deal with. */
static void keeps_hostile_arguments_as_they_are(void **state)
{
	static const char args[] = "a\nb\0\xff\"\\\x1b[2J\0RANK=1";
	static const char env[] = "\0\0RANK=\n\xff\0=\0RANK";
	struct exec_entry entry;

	put_stat("x", START_TICKS);
	put_pid_bytes("cmdline", args, sizeof(args));
	put_pid_bytes("environ", env, sizeof(env));
	assert_int_equal(exec(&entry), 0);
	assert_int_equal(entry.args_bytes, sizeof(args));
	assert_memory_equal(entry.args, args, sizeof(args));
	assert_int_equal(entry.ranks_bytes, 8);
	assert_memory_equal(entry.ranks, "RANK=\n\xff", 8);
}

static void knows_nothing_of_a_process_without_memory(void **state)
{
	struct exec_entry entry;

	assert_int_equal(exec(&entry), -ESRCH);
	put_stat("kworker/0:1", START_TICKS);
	put_pid_file("cmdline", "");
	assert_int_equal(exec(&entry), -ESRCH);
	assert_int_equal(entry.args_bytes, 0);
}

static void knows_nothing_of_another_process(void **state)
{
	struct exec_entry entry;

	put_pid_file("cmdline", "x");
	assert_int_equal(exec(&entry), -ESRCH);
	put_stat("x", "1234568");
	assert_int_equal(exec(&entry), -ESRCH);
	put_stat("x", START_TICKS);
	assert_int_equal(exec(&entry), 0);
}

static void passes_other_errors_on(void **state)
{
	struct process_facts p;
	struct exec_entry entry;

	mkdir("proc", 0700);
	mkdir("proc/181", 0700);
	mkdir("proc/181/cmdline", 0700);
	mkdir("proc/181/status", 0700);
	assert_int_equal(exec(&entry), -EISDIR);
	assert_int_equal(pids(&p), -EISDIR);
}

/* ---- of a snapshot ---- */

static void knows_a_process_by_either_pid(void **state)
{
	static const struct {
		uint32_t pid, vpid;
		uint64_t start_ns;
		int err;
	} cases[] = {
		{PID, PID, START_NS, 0},     {PID, 4, START_NS, 0},	  {4711, PID, START_NS, 0},
		{4711, 4, START_NS, -ESRCH}, {4711, 0, START_NS, -ESRCH}, {4711, PID, 1, -ESRCH},
	};

	put_pid_file("cmdline", "gunicorn: worker");
	put_pid_file("status", "NSpid:\t181\n");
	put_stat("gunicorn", START_TICKS);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct process p = {.pid = cases[i].pid, .vpid = cases[i].vpid};

		p.start_ns = cases[i].start_ns;
		assert_int_equal(procfs__complete("proc", &p), cases[i].err);
		assert_string_equal(p.title, cases[i].err ? "" : "gunicorn: worker");
		assert_int_equal(p.pid, cases[i].pid);
	}
}

/* ---- its cgroup ---- */

static void reads_the_path_of_the_memory_hierarchy(void **state)
{
	static const struct {
		int version;
		const char *text, *path; /* NULL: it has none */
	} cases[] = {
		{1, "5:pids:/p\n4:memory:/a/b\n0::/u\n", "/a/b"},
		{1, "4:cpu,memory,hugetlb:/a\n", "/a"},
		{2, "4:memory:/a\n0::/u\n", "/u"},
		{2, "0::/\n", "/"},
		{1, "5:pids:/x:memory:/y\n4:memory:/a:memory:/b\n", "/a:memory:/b"},
		{2, "5:pids:/x0::/y\n10::/z\n0::/a0::/b\n", "/a0::/b"},
		{1, "1:name=memory:/x\n2:memoryx:/x\n0::/u\n", NULL},
		{2, "4:memory:/a\n", NULL},
		{1, "4:memory:/cu", NULL},
		{1, "4:memory\n:\n\nmemory:/a\n", NULL},
		{2, "0::\n0:\n", NULL},
		{2, "", NULL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char path[EVENT_PATH_BYTES] = "";
		int err;

		put_pid_file("cgroup", cases[i].text);
		err = procfs__cgroup("proc", PID, cases[i].version, path);
		assert_int_equal(err, cases[i].path ? 0 : -ENODATA);
		assert_string_equal(path, cases[i].path ? cases[i].path : "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_sandbox(reads_the_number_of_tasks),
		in_sandbox(reads_the_count_of_kills),
		in_sandbox(finds_it_in_a_long_file),
		in_sandbox(reads_the_boot_id),
		in_sandbox(reads_pids_of_several_levels),
		in_sandbox(reads_pids_of_a_zombie),
		in_sandbox(is_not_fooled_by_a_name),
		in_sandbox(keeps_as_many_levels_as_there_can_be),
		in_sandbox(has_no_pids_without_their_line),
		in_sandbox(takes_no_pid_that_is_cut),
		in_sandbox(has_no_pids_of_a_process_that_is_gone),
		in_sandbox(counts_fields_behind_any_comm),
		in_sandbox(knows_another_process_by_its_start),
		in_sandbox(makes_no_sense_of_a_short_stat),
		in_sandbox(reads_arguments_and_ranks),
		in_sandbox(knows_every_rank_variable),
		in_sandbox(leaves_out_ranks_that_do_not_fit),
		in_sandbox(cuts_long_arguments),
		in_sandbox(keeps_hostile_arguments_as_they_are),
		in_sandbox(knows_nothing_of_a_process_without_memory),
		in_sandbox(knows_nothing_of_another_process),
		in_sandbox(passes_other_errors_on),
		in_sandbox(knows_a_process_by_either_pid),
		in_sandbox(reads_the_path_of_the_memory_hierarchy),
	};

	return cmocka_run_group_tests_name("procfs", tests, NULL, NULL);
}
