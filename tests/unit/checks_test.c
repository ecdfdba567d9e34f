// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The checks: what is made of the facts. All is well on a good machine, and each case spoils it. */
#include <errno.h>
#include <linux/capability.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "doctor/checks.h"

#define ALL_CAPABILITIES 0x1ffffffffffull
#define WITHOUT(c)	 (ALL_CAPABILITIES & ~(1ull << (c)))

static struct hook_state hooks[HOOKS];
static struct kernel_facts kernel;

static struct facts good(void)
{
	for (int i = 0; i < HOOKS; i++)
		hooks[i] = (struct hook_state){.name = "a_hook", .how = "tp_btf"};
	kernel = (struct kernel_facts){
		.hooks = hooks, .n_hooks = HOOKS, .btf_path = HOOKS_KERNEL_BTF, .lockdown = "none"};
	return (struct facts){
		.capabilities_known = true,
		.capabilities = ALL_CAPABILITIES,
		.kernel = &kernel,
		.perf_event_paranoid = {true, 2},
		.panic_on_oom = {true, 0},
		.oom_kill_allocating_task = {true, 0},
		.pin_path = "/sys/fs/bpf/oomtrace",
		.bpf_fs = true,
		.cgroup_version = 2,
		.log_bytes = 1 << 20,
		.n_processes = 300,
		.output = {.path = "/var/log/o.jsonl",
			   .directory = "/var/log",
			   .free_bytes = 1ull << 30},
	};
}

static const struct finding *find(const struct facts *f, const char *check)
{
	static struct finding findings[CHECKS_MAX];
	int n = checks__run(f, findings);

	for (int i = 0; i < n; i++)
		if (!strcmp(findings[i].check, check))
			return &findings[i];
	return NULL;
}

static void assert_finding(const struct facts *f, const char *check, enum status status,
			   const char *text)
{
	const struct finding *finding = find(f, check);

	assert_non_null(finding);
	if (finding->status != status || !strstr(finding->text, text))
		fail_msg("%s: status %d, \"%s\"; not %d, \"%s\"", check, finding->status,
			 finding->text, status, text);
	/* Who is warned is told what to do. */
	assert_int_equal(finding->remedy == NULL, status == STATUS_PASS);
}

static void all_is_well_on_a_good_machine(void **state)
{
	struct facts f = good();
	struct finding findings[CHECKS_MAX];
	int n = checks__run(&f, findings);

	assert_int_equal(n, 13);
	for (int i = 0; i < n; i++) {
		if (findings[i].status != STATUS_PASS)
			fail_msg("%s: %s", findings[i].check, findings[i].text);
		assert_true(findings[i].text[0]);
		assert_null(findings[i].remedy);
	}
}

static void looks_at_privileges(void **state)
{
	struct facts f = good();

	f.capabilities = 0;
	assert_finding(&f, "privileges", STATUS_FAIL, "CAP_BPF");
	f.capabilities = 1ull << CAP_BPF | 1ull << CAP_PERFMON;
	assert_finding(&f, "privileges", STATUS_WARN, "CAP_SYS_RESOURCE");
	f.capabilities = 1ull << CAP_BPF;
	assert_finding(&f, "privileges", STATUS_FAIL, "CAP_PERFMON");
	f.capabilities = ALL_CAPABILITIES & ~(1ull << CAP_BPF | 1ull << CAP_PERFMON);
	assert_finding(&f, "privileges", STATUS_PASS, "");
	f.capabilities = WITHOUT(CAP_IPC_LOCK);
	assert_finding(&f, "privileges", STATUS_WARN, "without CAP_IPC_LOCK");
	f.capabilities = WITHOUT(CAP_SYS_PTRACE) & WITHOUT(CAP_DAC_READ_SEARCH);
	assert_finding(&f, "privileges", STATUS_WARN, ", CAP_DAC_READ_SEARCH");
	f.capabilities_known = false;
	assert_int_equal(find(&f, "privileges")->status, STATUS_WARN);
}

static void looks_at_namespaces(void **state)
{
	struct facts f = good();

	f.foreign = FOREIGN_PID | FOREIGN_CGROUP;
	assert_finding(&f, "namespaces", STATUS_WARN, "pid (processes outside");
	assert_finding(&f, "namespaces", STATUS_WARN, ", cgroup (");
	f.foreign = FOREIGN_TIME;
	assert_finding(&f, "namespaces", STATUS_WARN, "time");
	f.foreign = FOREIGN_USER | FOREIGN_PID;
	assert_finding(&f, "namespaces", STATUS_FAIL, "user");
}

static void looks_at_hooks(void **state)
{
	struct facts f = good();

	hooks[3] = (struct hook_state){.name = "one"};
	hooks[4] = (struct hook_state){.name = "two"};
	assert_finding(&f, "hooks", STATUS_WARN, "can be live; not one, two");
	f.kernel = NULL;
	assert_finding(&f, "hooks", STATUS_FAIL, "nothing would be seen");
	f.btf_err = -ENOENT;
	assert_finding(&f, "btf", STATUS_FAIL, "No such file");
	kernel.btf_path = "/some.btf";
	f.kernel = &kernel;
	assert_finding(&f, "btf", STATUS_PASS, "--btf /some.btf");
}

static void looks_at_what_the_kernel_allows(void **state)
{
	struct facts f = good();

	kernel.lockdown = NULL;
	assert_finding(&f, "lockdown", STATUS_PASS, "not in this kernel");
	kernel.lockdown = "integrity";
	assert_finding(&f, "lockdown", STATUS_PASS, "integrity");
	kernel.lockdown = "confidentiality";
	assert_finding(&f, "lockdown", STATUS_WARN, "confidentiality");

	f.perf_event_paranoid.value = 3;
	assert_finding(&f, "perf_event_paranoid", STATUS_PASS, "3");
	f.capabilities = WITHOUT(CAP_SYS_ADMIN);
	assert_finding(&f, "perf_event_paranoid", STATUS_PASS, "no hook is one");
	hooks[HOOK_DECISION].how = "kprobe";
	assert_finding(&f, "perf_event_paranoid", STATUS_WARN, "3");
	f.perf_event_paranoid.value = 2;
	assert_finding(&f, "perf_event_paranoid", STATUS_PASS, "2");
	f.perf_event_paranoid.known = false;
	assert_finding(&f, "perf_event_paranoid", STATUS_PASS, "no perf events");

	f.bpf_fs = false;
	assert_finding(&f, "bpf_fs", STATUS_WARN, "/sys/fs/bpf/oomtrace");
	f.cgroup_version = 1;
	assert_finding(&f, "cgroup", STATUS_WARN, "version 1");
	f.cgroup_version = 0;
	assert_finding(&f, "cgroup", STATUS_WARN, "no memory controller");
}

static void looks_at_what_the_kernel_would_do(void **state)
{
	struct facts f = good();

	f.panic_on_oom.value = 1;
	assert_finding(&f, "panic_on_oom", STATUS_WARN, "kills in cgroups at their limit");
	f.panic_on_oom.value = 2;
	assert_finding(&f, "panic_on_oom", STATUS_FAIL, "nothing will be recorded");
	f.oom_kill_allocating_task.value = 1;
	assert_finding(&f, "oom_kill_allocating_task", STATUS_WARN, "1: ");
	f.panic_on_oom = f.oom_kill_allocating_task = (struct sysctl){0};
	assert_finding(&f, "panic_on_oom", STATUS_WARN, "not known");
	assert_finding(&f, "oom_kill_allocating_task", STATUS_WARN, "not known");
	f.log_bytes = 128 << 10;
	assert_finding(&f, "kernel_log", STATUS_PASS, "128 KiB, for a table of 1024 tasks; 300 ");
	f.n_processes = 1025;
	assert_finding(&f, "kernel_log", STATUS_WARN, "1025 run now");
	f.log_bytes = 0;
	assert_finding(&f, "kernel_log", STATUS_PASS, "not known");
}

static void looks_at_the_others(void **state)
{
	struct facts f = good();

	f.killers[0] = (struct killer){7, "earlyoom"};
	f.n_killers = 1;
	assert_finding(&f, "other_killers", STATUS_WARN, "earlyoom (pid 7): it kills");
	f.killers[1] = (struct killer){8, "systemd-oomd"};
	f.n_killers = 200;
	assert_finding(&f, "other_killers", STATUS_WARN, "earlyoom (pid 7), systemd-oomd (pid 8)");

	assert_null(find(&f, "kubelet"));
	f.kubelet = (struct kubelet){.pid = 9};
	assert_finding(&f, "kubelet", STATUS_PASS, "version not known (pid 9)");
	f.kubelet = (struct kubelet){.pid = 9, .minor = 28, .version = "v1.28.0"};
	assert_finding(&f, "kubelet", STATUS_PASS, "v1.28.0");
	f.kubelet.single_process = true;
	assert_finding(&f, "kubelet", STATUS_WARN, "singleProcessOOMKill");
	f.kubelet = (struct kubelet){.pid = 9, .minor = 27, .version = "v1.27.9"};
	assert_finding(&f, "kubelet", STATUS_WARN, "on no container");
}

static void looks_at_the_output(void **state)
{
	struct facts f = good();

	assert_finding(&f, "output", STATUS_PASS, "/var/log/o.jsonl: 1.0 GiB free");
	f.output.free_bytes = 1 << 20;
	assert_finding(&f, "output", STATUS_WARN, "1.0 MiB free");
	f.output.asked = true;
	f.output.kind = OUTPUT_SYMLINK;
	assert_finding(&f, "output", STATUS_FAIL, "no regular file");
	f.output.kind = OUTPUT_OTHER;
	assert_finding(&f, "output", STATUS_FAIL, "no regular file");
	f.output.err = -EROFS;
	assert_finding(&f, "output", STATUS_FAIL, "/var/log: Read-only file system");
	f.output.asked = false;
	assert_finding(&f, "output", STATUS_WARN, "/var/log: Read-only file system");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_well_on_a_good_machine),
		cmocka_unit_test(looks_at_privileges),
		cmocka_unit_test(looks_at_namespaces),
		cmocka_unit_test(looks_at_hooks),
		cmocka_unit_test(looks_at_what_the_kernel_allows),
		cmocka_unit_test(looks_at_what_the_kernel_would_do),
		cmocka_unit_test(looks_at_the_others),
		cmocka_unit_test(looks_at_the_output),
	};

	return cmocka_run_group_tests_name("checks", tests, NULL, NULL);
}
