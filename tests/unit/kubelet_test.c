// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The kubelet's version out of binaries that are made up here, and its configuration. */
#include "doctor/kubelet.h"
#include "machine.h"

#define CHUNK (256 * 1024)

/* ---- the binary ---- */

static void assert_version(const char *bytes, size_t n, const char *expected)
{
	char version[KUBELET_VERSION_BYTES];

	machine__put("kubelet", bytes, n);
	kubelet__read_version("kubelet", version);
	assert_string_equal(version, expected);
}

#define BINARY(text)                                                                               \
	"\x7f"                                                                                     \
	"ELF" text,                                                                                \
		sizeof("\x7f"                                                                      \
		       "ELF" text) -                                                               \
			1

static void reads_the_version(void **state)
{
	assert_version(BINARY("\0v1.28.3\0"), "v1.28.3");
	assert_version(BINARY("\0v1.27.16-gke.1287000\0\0"), "v1.27.16-gke.1287000");
	assert_version(BINARY("\0v1.30.0+k3s1\0 \0v1.30.0+k3s1\0"), "v1.30.0+k3s1");
	assert_version(BINARY("\0\0\0v1.32.0-rc.1\0"), "v1.32.0-rc.1");
}

/* Those of its dependencies, in the build information; more than one; none; cut short. */
static void is_not_taken_in(void **state)
{
	assert_version(BINARY(""), "");
	assert_version("", 0, "");
	assert_version(BINARY("dep\tgolang.org/x/net\tv1.28.3\th1:\n"), "");
	assert_version(BINARY("\0v1.28.3"), "");
	assert_version(BINARY("\0v1.28.3\n"), "");
	assert_version(BINARY("\0v1.28.3\0v1.27.0\0"), "");
	assert_version(BINARY("\0v2.28.3\0\0v0.28.3\0v1.\0v1.x.3\0v1.28\0v1.280.1\0"), "");
	assert_version(
		BINARY("\0v1.28.3-"
		       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\0"),
		"");
	assert_version(BINARY("\0v1.28.3;rm\0"), "");
}

static void it_may_lie_across_two_reads(void **state)
{
	char *bytes = calloc(1, 2 * CHUNK + 256);

	for (size_t at = CHUNK - 64; at < CHUNK + 128; at++) {
		memset(bytes, 'x', 2 * CHUNK);
		memcpy(bytes + at, "\0v1.29.4", 9);
		assert_version(bytes, 2 * CHUNK, "v1.29.4");
	}
	free(bytes);
}

static void what_is_no_file_is_not_waited_for(void **state)
{
	char version[KUBELET_VERSION_BYTES];

	assert_int_equal(mkfifo("fifo", 0600), 0);
	kubelet__read_version("fifo", version);
	assert_string_equal(version, "");
	kubelet__read_version("missing", version);
	assert_string_equal(version, "");
	kubelet__read_version(".", version);
	assert_string_equal(version, "");
}

/* ---- the process ---- */

static struct kubelet find(void)
{
	struct snapshot s = machine__look(2);
	struct kubelet k;

	kubelet__find(&k, "proc", 2, &s);
	processes__free(&s);
	return k;
}

static void add_kubelet(const char *comm, const char *args, const char *cgroup)
{
	machine__add(&(struct machine_process){900, 1, comm, args, 0, 1000, cgroup});
	machine__put("proc/900/exe", "\0v1.31.2\0", 9);
}

static void finds_it(void **state)
{
	struct kubelet k;

	assert_int_equal(find().pid, 0);
	add_kubelet("kubelet", "kubelet", "0::/system.slice/kubelet.service");
	k = find();
	assert_int_equal(k.pid, 900);
	assert_int_equal(k.minor, 31);
	assert_string_equal(k.version, "v1.31.2");
	assert_false(k.config_known);
	add_kubelet("k3s-agent", "k3s|agent", "0::/system.slice/k3s.service");
	assert_int_equal(find().pid, 900);
}

static void a_pods_process_is_not_believed(void **state)
{
	add_kubelet("kubelet", "kubelet", "0::/kubepods.slice/kubepods-besteffort.slice/x");
	assert_int_equal(find().pid, 0);
}

static void reads_its_configuration(void **state)
{
	static const struct {
		const char *args, *path, *text;
		bool known, single;
	} cases[] = {
		{"kubelet", "var/lib/kubelet/config.yaml", "singleProcessOOMKill: true\n", true,
		 true},
		{"kubelet", "var/lib/kubelet/config.yaml", "singleProcessOOMKill: false\n", true,
		 false},
		{"kubelet", "var/lib/kubelet/config.yaml", "# singleProcessOOMKill: true\n", true,
		 false},
		{"kubelet", "var/lib/kubelet/config.yaml", "singleProcessOOMKiller: true\n", true,
		 false},
		{"kubelet", "var/lib/kubelet/config.yaml", "kind: X\nsingleProcessOOMKill:  true",
		 true, true},
		{"kubelet|--config=/etc/k.json", "etc/k.json",
		 "{\n  \"a\": 1,\n  \"singleProcessOOMKill\": true\n}\n", true, true},
		{"kubelet|-v|2|--config|/etc/k.yaml|--x", "etc/k.yaml",
		 "singleProcessOOMKill: true\n", true, true},
		{"kubelet|--config=/etc/other", "etc/k.json", "singleProcessOOMKill: true\n", false,
		 false},
		{"kubelet|--config", "etc/k.json", "singleProcessOOMKill: true\n", false, false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char path[128];
		struct kubelet k;

		add_kubelet("kubelet", cases[i].args, "0::/kubelet");
		snprintf(path, sizeof(path), "proc/900/root/%s", cases[i].path);
		machine__write(path, cases[i].text);
		k = find();
		assert_int_equal(k.config_known, cases[i].known);
		assert_int_equal(k.single_process, cases[i].single);
		unlink(path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_sandbox(reads_the_version),
		in_sandbox(is_not_taken_in),
		in_sandbox(it_may_lie_across_two_reads),
		in_sandbox(what_is_no_file_is_not_waited_for),
		in_sandbox(finds_it),
		in_sandbox(a_pods_process_is_not_believed),
		in_sandbox(reads_its_configuration),
	};

	return cmocka_run_group_tests_name("kubelet", tests, NULL, NULL);
}
