// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Groups at risk, on machines that are laid out here: their limits, the flag, and why it is missing. */
#include "doctor/risk.h"
#include "machine.h"

#define ID_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define POD  "/kubepods/burstable/pod11111111-2222-3333-4444-555555555555"
#define A    POD "/" ID_A
#define B    "/machine.slice/libpod-" ID_A ".scope"
#define UNIT "/system.slice/web.service"
#define MIB  (1024ull * 1024)

struct look {
	int version;
	bool systemd;
	struct kubelet kubelet;
};

static struct cgroup_root root;
static struct profiles *profiles;
static struct snapshot processes;
static struct risks risks;

static void look(const struct look *l)
{
	const struct risk_sources sources = {.proc = "proc",
					     .cgroups = &root,
					     .profiles = profiles,
					     .kubelet = &l->kubelet,
					     .systemd = l->systemd};

	processes = machine__look(l->version);
	assert_int_equal(risks__find(&risks, &sources, &processes), 0);
}

static void forget(void)
{
	risks__free(&risks);
	processes__free(&processes);
}

static int set_up(void **state)
{
	profiles = profiles__new();
	return sandbox__enter(state);
}

static int tear_down(void **state)
{
	forget();
	profiles__free(profiles);
	cgroup_root__close(&root);
	return sandbox__leave(state);
}

/* A manager and two workers that it forked. */
static void add_group(uint32_t pid, const char *args, const char *cgroup)
{
	machine__add(&(struct machine_process){pid, 1, "python3", args, 0, 1000, cgroup});
	machine__add(
		&(struct machine_process){pid + 1, pid, "python3", args, FORKED, 3000, cgroup});
	machine__add(
		&(struct machine_process){pid + 2, pid, "python3", args, FORKED, 2000, cgroup});
}

/* ---- what is found ---- */

static void finds_each_group_of_more_than_one(void **state)
{
	root = machine__mount(2);
	machine__write_limits(A, "209715200\n", "0\n");
	add_group(100, "python3|serve.py", "0::" A);
	add_group(200, "python3|other.py", "0::" A);
	machine__add(&(struct machine_process){300, 1, "redis", "redis", 0, 10, "0::/one"});
	/* Of two processes each, and no worker is among them. */
	machine__add(&(struct machine_process){400, 1, "bash", "bash", 0, 10, "0::/shell"});
	machine__add(&(struct machine_process){401, 400, "bash", "bash", FORKED, 10, "0::/shell"});
	machine__add(&(struct machine_process){500, 1, "x", "x", 0, 10, "0::/two"});
	machine__add(&(struct machine_process){501, 1, "y", "y", 0, 10, "0::/two"});
	look(&(struct look){.version = 2});
	assert_int_equal(risks.n, 2);
	for (size_t i = 0; i < risks.n; i++) {
		const struct risk *r = &risks.risks[i];

		assert_string_equal(r->path, A);
		assert_int_equal(r->workers, 2);
		assert_string_equal(r->service, r->manager_pid == 100 ? "serve.py" : "other.py");
		assert_string_equal(r->identity.container.id, ID_A);
		assert_int_equal(r->usage_bytes, 100 * MIB);
		assert_int_equal(r->limit_bytes, 200 * MIB);
		assert_int_equal(r->status, STATUS_WARN);
	}
}

static void a_group_does_not_go_beyond_its_container(void **state)
{
	root = machine__mount(2);
	machine__write_limits(A, "max\n", "0\n");
	machine__write_limits(B, "max\n", "0\n");
	machine__add(&(struct machine_process){100, 1, "python3", "python3|a.py", 0, 1, "0::" A});
	machine__add(
		&(struct machine_process){101, 100, "python3", "python3|a.py", FORKED, 1, "0::" B});
	look(&(struct look){.version = 2});
	assert_int_equal(risks.n, 0);
}

/* ---- the limit and the flag ---- */

static void the_smallest_limit_counts(void **state)
{
	root = machine__mount(2);
	machine__write_limits(A, "314572800\n", "0\n");
	machine__write_limits(POD, "209715200\n", "0\n");
	machine__write_limits("/kubepods", "max\n", "0\n");
	add_group(100, "python3|serve.py", "0::" A);
	look(&(struct look){.version = 2});
	assert_int_equal(risks.n, 1);
	assert_int_equal(risks.risks[0].limit_bytes, 200 * MIB);
	assert_string_equal(risks.risks[0].limit_path, POD);
}

static void without_any_limit(void **state)
{
	root = machine__mount(2);
	machine__write_limits(A, "max\n", "0\n");
	add_group(100, "python3|serve.py", "0::" A);
	look(&(struct look){.version = 2});
	assert_true(risks.risks[0].limit_known);
	assert_true(risks.risks[0].unlimited);
	assert_null(risks.risks[0].limit_path);
}

static void a_cgroup_that_is_gone_has_no_facts(void **state)
{
	root = machine__mount(2);
	add_group(100, "python3|serve.py", "0::" A);
	look(&(struct look){.version = 2});
	assert_false(risks.risks[0].limit_known);
	assert_false(risks.risks[0].usage_known);
	assert_int_equal(risks.risks[0].status, STATUS_WARN);
}

/* What is set above the limit that is hit is not asked for, and what is set below part of a group
 * only takes that part. */
static void the_flag_counts_up_to_the_limit(void **state)
{
	static const struct {
		const char *pod_limit, *pod_flag, *limit, *flag, *inner_flag;
		bool whole;
	} cases[] = {
		{"max\n", "0\n", "209715200\n", "1\n", "0\n", true},
		{"max\n", "0\n", "209715200\n", "0\n", "0\n", false},
		{"max\n", "1\n", "209715200\n", "0\n", "0\n", false},
		{"104857600\n", "1\n", "209715200\n", "0\n", "0\n", true},
		{"104857600\n", "0\n", "209715200\n", "1\n", "0\n", true},
		{"max\n", "1\n", "max\n", "0\n", "0\n", true},
		{"max\n", "0\n", "209715200\n", "0\n", "1\n", false},
	};

	root = machine__mount(2);
	add_group(100, "python3|serve.py", "0::" A "/inner");
	machine__add(&(struct machine_process){103, 100, "python3", "python3|serve.py", FORKED, 1,
					       "0::" A "/other"});
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		machine__write_limits(POD, cases[i].pod_limit, cases[i].pod_flag);
		machine__write_limits(A, cases[i].limit, cases[i].flag);
		machine__write_limits(A "/inner", "max\n", cases[i].inner_flag);
		look(&(struct look){.version = 2});
		assert_int_equal(risks.n, 1);
		assert_int_equal(risks.risks[0].status, cases[i].whole ? STATUS_PASS : STATUS_WARN);
		assert_int_equal(risks.risks[0].missing == MISSING_NOT, cases[i].whole);
		forget();
	}
}

/* ---- why it is missing ---- */

static void assert_missing(const struct look *l, const char *cgroup, enum missing missing)
{
	add_group(100, "python3|serve.py", cgroup);
	look(l);
	assert_int_equal(risks.n, 1);
	assert_int_equal(risks.risks[0].missing, missing);
	forget();
}

static void says_why_it_is_missing(void **state)
{
	static const struct kubelet none, old = {.pid = 9, .minor = 27, .version = "v1.27.3"},
					  off = {.pid = 9, .minor = 32, .single_process = true},
					  late = {.pid = 9, .minor = 28},
					  dark = {.pid = 9, .config_known = true};

	root = machine__mount(2);
	assert_missing(&(struct look){2, true, none}, "0::" A, MISSING_KUBELET_UNKNOWN);
	assert_missing(&(struct look){2, true, dark}, "0::" A, MISSING_KUBELET_UNKNOWN);
	assert_missing(&(struct look){2, true, old}, "0::" A, MISSING_KUBELET_OLD);
	assert_missing(&(struct look){2, true, off}, "0::" A, MISSING_SINGLE_PROCESS);
	assert_missing(&(struct look){2, true, late}, "0::" A, MISSING_KUBELET_LATER);
	assert_missing(&(struct look){2, true, old}, "0::" B "/container", MISSING_RUNTIME);
	assert_missing(&(struct look){2, true, old}, "0::" UNIT, MISSING_UNIT);
	assert_missing(&(struct look){2, true, old}, "0::/ours", MISSING_CGROUP);
	cgroup_root__close(&root);
	root = machine__mount(1);
	assert_missing(&(struct look){1, true, old}, "4:memory:" A, MISSING_CGROUP_V1);
	assert_missing(&(struct look){1, true, none}, "4:memory:" UNIT, MISSING_CGROUP_V1);
}

static void reads_version_1(void **state)
{
	root = machine__mount(1);
	machine__write_cgroup(A, "memory.limit_in_bytes", "209715200\n");
	machine__write_cgroup(A, "memory.usage_in_bytes", "104857600\n");
	machine__write_cgroup("/", "memory.limit_in_bytes", "9223372036854771712\n");
	add_group(100, "python3|serve.py", "5:cpu:/elsewhere\n4:memory:" A "\n0::/elsewhere");
	look(&(struct look){.version = 1});
	assert_int_equal(risks.n, 1);
	assert_string_equal(risks.risks[0].path, A);
	assert_int_equal(risks.risks[0].limit_bytes, 200 * MIB);
	assert_int_equal(risks.risks[0].usage_bytes, 100 * MIB);
}

/* ---- what would become of it ---- */

static void assert_consequence(const struct look *l, const char *args, const char *cgroup,
			       const char *expected)
{
	char text[CONSEQUENCE_BYTES];

	add_group(100, args, cgroup);
	look(l);
	assert_int_equal(risks.n, 1);
	risk__consequence(&risks.risks[0], text);
	if (!strstr(text, expected))
		fail_msg("not \"%s\" but \"%s\"", expected, text);
	forget();
}

static void says_what_would_become_of_it(void **state)
{
	const struct look plain = {.version = 2}, systemd = {.version = 2, .systemd = true};

	root = machine__mount(2);
	machine__write_limits(A, "max\n", "0\n");
	assert_consequence(&plain, "python3|serve.py", "0::" A, "manager and 1 worker stay alive");
	assert_consequence(&plain, "python3|/usr/bin/gunicorn|app:app", "0::" A,
			   "starts another worker at once");
	assert_consequence(&systemd, "python3|/usr/bin/gunicorn|app:app", "0::" A,
			   "starts another worker at once");
	assert_consequence(&plain, "python3|serve.py", "0::" UNIT,
			   "manager and 1 worker stay alive");
	assert_consequence(&systemd, "python3|serve.py", "0::" UNIT, "systemd stops the rest");
	machine__write_limits(A, "max\n", "1\n");
	assert_consequence(&plain, "python3|serve.py", "0::" A, "killed together");
}

static void those_at_risk_come_first(void **state)
{
	root = machine__mount(2);
	machine__write_limits("/a", "max\n", "1\n");
	add_group(100, "python3|a.py", "0::/a");
	add_group(200, "python3|c.py", "0::/c");
	add_group(300, "python3|b.py", "0::/b");
	look(&(struct look){.version = 2});
	assert_int_equal(risks.n, 3);
	assert_string_equal(risks.risks[0].path, "/b");
	assert_string_equal(risks.risks[1].path, "/c");
	assert_string_equal(risks.risks[2].path, "/a");
}

#define in_machine(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_machine(finds_each_group_of_more_than_one),
		in_machine(a_group_does_not_go_beyond_its_container),
		in_machine(the_smallest_limit_counts),
		in_machine(without_any_limit),
		in_machine(a_cgroup_that_is_gone_has_no_facts),
		in_machine(the_flag_counts_up_to_the_limit),
		in_machine(says_why_it_is_missing),
		in_machine(reads_version_1),
		in_machine(says_what_would_become_of_it),
		in_machine(those_at_risk_come_first),
	};

	return cmocka_run_group_tests_name("risk", tests, NULL, NULL);
}
