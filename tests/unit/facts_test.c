// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What is read of a machine that is laid out here. */
#include <errno.h>

#include "doctor/facts.h"
#include "machine.h"

static struct facts look(void)
{
	const struct roots roots = {"proc", "sys"};
	struct snapshot s = machine__look(2);
	struct facts f = {.cgroup_version = 2,
			  .pin_path = "/sys/fs/bpf/oomtrace",
			  .output = {.path = "out.jsonl"}};

	facts__read(&f, &roots, &s);
	processes__free(&s);
	return f;
}

static void a_machine_that_says_nothing(void **state)
{
	struct facts f = look();

	assert_false(f.capabilities_known);
	assert_int_equal(f.btf_err, -ENOENT);
	assert_false(f.perf_event_paranoid.known);
	assert_false(f.panic_on_oom.known);
	assert_false(f.oom_kill_allocating_task.known);
	assert_false(f.bpf_fs);
	assert_int_equal(f.foreign, 0);
	assert_int_equal(f.n_processes, 0);
	assert_int_equal(f.n_killers, 0);
	assert_int_equal(f.kubelet.pid, 0);
}

static void reads_numbers(void **state)
{
	struct facts f;

	machine__write("proc/self/status",
		       "Name:\tCapEff: 7\nCapInh:\t1\nCapEff:\t000001ffffffffff\nCapBnd:\t3\n");
	machine__write("proc/sys/kernel/perf_event_paranoid", "-1\n");
	machine__write("proc/sys/vm/panic_on_oom", "2\n");
	machine__write("proc/sys/vm/oom_kill_allocating_task", "none\n");
	machine__write("sys/kernel/btf/vmlinux", "x");
	f = look();
	assert_true(f.capabilities_known);
	assert_int_equal(f.capabilities, 0x1ffffffffffull);
	assert_int_equal(f.perf_event_paranoid.value, -1);
	assert_int_equal(f.panic_on_oom.value, 2);
	assert_false(f.oom_kill_allocating_task.known);
	assert_int_equal(f.btf_err, 0);
}

static void link_namespace(const char *name, const char *target)
{
	char path[64];

	snprintf(path, sizeof(path), "proc/self/ns/%s", name);
	unlink(path);
	assert_int_equal(symlink(target, path), 0);
}

static void knows_the_initial_namespaces(void **state)
{
	machine__write("proc/self/ns/x", "");
	link_namespace("user", "user:[4026531837]");
	link_namespace("pid", "pid:[4026531836]");
	link_namespace("cgroup", "cgroup:[4026531835]");
	link_namespace("time", "time:[4026531834]");
	assert_int_equal(look().foreign, 0);
	link_namespace("pid", "pid:[4026532201]");
	assert_int_equal(look().foreign, FOREIGN_PID);
	link_namespace("user", "user:[4026532202]");
	link_namespace("cgroup", "cgroup:[4026532203]");
	link_namespace("time", "time:[4026532204]");
	assert_int_equal(look().foreign,
			 FOREIGN_USER | FOREIGN_PID | FOREIGN_CGROUP | FOREIGN_TIME);
}

static void finds_the_bpf_file_system(void **state)
{
	static const struct {
		const char *line;
		bool found;
	} cases[] = {
		{"29 23 0:25 / /sys/fs/bpf rw shared:11 - bpf bpf rw,mode=700\n", true},
		{"29 23 0:25 / /sys/fs/bp rw shared:11 - bpf bpf rw,mode=700\n", false},
		{"29 23 0:25 / /sys/fs/bpf rw shared:11 - tmpfs bpf rw,mode=700\n", false},
		{"29 23 0:25 / /sys/fs/bpf/other rw shared:11 - bpf bpf rw\n", false},
		{"\n", false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		machine__write("proc/self/mountinfo", cases[i].line);
		assert_int_equal(look().bpf_fs, cases[i].found);
	}
}

static void finds_other_killers(void **state)
{
	struct facts f;

	machine__add(&(struct machine_process){5, 1, "earlyoom", "earlyoom|-r", 0, 1, "0::/a"});
	machine__add(&(struct machine_process){6, 1, "earlyoomx", "x", 0, 1, "0::/a"});
	f = look();
	assert_int_equal(f.n_processes, 2);
	assert_int_equal(f.n_killers, 1);
	assert_int_equal(f.killers[0].pid, 5);
	assert_string_equal(f.killers[0].name, "earlyoom");
	for (uint32_t pid = 10; pid < 20; pid++)
		machine__add(&(struct machine_process){pid, 1, "systemd-oomd", "x", 0, 1, "0::/a"});
	assert_int_equal(look().n_killers, 11);
}

static struct output_facts output(const char *path)
{
	const struct roots roots = {"proc", "sys"};
	struct snapshot s = {0};
	struct facts f = {.pin_path = "/x", .output = {.path = path}};

	facts__read(&f, &roots, &s);
	return f.output;
}

static void looks_where_the_output_goes(void **state)
{
	assert_string_equal(output("a.jsonl").directory, ".");
	assert_string_equal(output("/a.jsonl").directory, "/");
	assert_string_equal(output("/var/log/a.jsonl").directory, "/var/log");
	assert_int_equal(output("missing/a.jsonl").err, -ENOENT);
	assert_int_equal(output("a.jsonl").err, 0);
	assert_int_equal(output("a.jsonl").kind, OUTPUT_NEW);
	assert_true(output("a.jsonl").free_bytes > 0);
	put_text("a.jsonl", "", 0);
	assert_int_equal(output("a.jsonl").kind, OUTPUT_REGULAR);
	assert_int_equal(symlink("a.jsonl", "b.jsonl"), 0);
	assert_int_equal(output("b.jsonl").kind, OUTPUT_SYMLINK);
	assert_int_equal(mkdir("c.jsonl", 0700), 0);
	assert_int_equal(output("c.jsonl").kind, OUTPUT_OTHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_sandbox(a_machine_that_says_nothing),  in_sandbox(reads_numbers),
		in_sandbox(knows_the_initial_namespaces), in_sandbox(finds_the_bpf_file_system),
		in_sandbox(finds_other_killers),	  in_sandbox(looks_where_the_output_goes),
	};

	return cmocka_run_group_tests_name("facts", tests, NULL, NULL);
}
