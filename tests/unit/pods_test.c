// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Who is named from the logs of a node: what was there, what came, what went, and how much is kept. */
#include "pod/pods.h"
#include "pod/roster.h"
#include "sandbox.h"

#define ID_FORMAT  "3f1d4c559a0e0f7f4a1b2c3d9e0f2c5a3f1d4c559a0e0f7f4a1b2c3d%08x"
#define UID_FORMAT "1f2e3d4c-5b6a-7988-a7b6-c5d4%08x"

/* ---- the roster ---- */

static void add(struct roster *r, const char *key, const char *pod)
{
	struct names names = {.source = "logs"};

	snprintf(names.pod, sizeof(names.pod), "%s", pod);
	roster__add(r, key, &names);
}

static void assert_known(const struct roster *r, const char *key, const char *pod)
{
	struct names names = {.pod = "before"};

	assert_int_equal(roster__find(r, key, &names), !!pod);
	assert_string_equal(names.pod, pod ?: "before");
}

static void the_latest_name_counts(void **state)
{
	struct roster *r = roster__new(4);

	assert_known(r, "a", NULL);
	add(r, "a", "one");
	add(r, "a", "two");
	assert_known(r, "a", "two");
	roster__gone(r, "a");
	roster__gone(r, "nobody");
	assert_known(r, "a", "two");
	roster__free(r);
	roster__free(NULL);
}

static void forgets_who_is_gone_then_who_is_old(void **state)
{
	struct roster *r = roster__new(3);

	add(r, "a", "a");
	add(r, "b", "b");
	add(r, "c", "c");
	roster__gone(r, "b");
	add(r, "d", "d");
	assert_known(r, "b", NULL);
	add(r, "e", "e");
	assert_known(r, "a", NULL);
	assert_known(r, "c", "c");
	assert_known(r, "d", "d");
	assert_known(r, "e", "e");
	roster__free(r);
}

/* ---- the logs ---- */

static void make_directories(void)
{
	static const char *const names[] = {"root", "root/var", "root/var/log",
					    "root/var/log/containers", "root/var/log/pods"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(mkdir(names[i], 0700), 0);
}

/* As the kubelet does it: a directory of the pod, then a link that may dangle. */
static void start_container(unsigned int n, const char *container)
{
	char path[512];

	snprintf(path, sizeof(path), "root/var/log/pods/ml_ranker-%u_" UID_FORMAT, n, n);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "root/var/log/containers/ranker-%u_ml_%s-" ID_FORMAT ".log", n,
		 container, n);
	assert_int_equal(symlink("/var/log/pods/nowhere", path), 0);
}

static void end_container(unsigned int n, const char *container)
{
	char path[512];

	snprintf(path, sizeof(path), "root/var/log/containers/ranker-%u_ml_%s-" ID_FORMAT ".log", n,
		 container, n);
	assert_int_equal(unlink(path), 0);
	snprintf(path, sizeof(path), "root/var/log/pods/ml_ranker-%u_" UID_FORMAT, n, n);
	assert_int_equal(rmdir(path), 0);
}

static void assert_named(struct pods *pods, unsigned int n, const char *pod, const char *container)
{
	struct identity in = {0};
	char path[512];

	snprintf(path, sizeof(path), "/kubepods/pod" UID_FORMAT "/" ID_FORMAT, n, n);
	container__identify(&in.container, path);
	pods__name(pods, &in);
	assert_string_equal(in.names.pod, pod);
	assert_string_equal(in.names.namespace, *pod ? "ml" : "");
	assert_string_equal(in.names.container, container);
}

static void names_who_was_there_and_who_comes(void **state)
{
	struct pods *pods;

	make_directories();
	start_container(1, "server");
	pods = pods__open("root");
	start_container(2, "server");
	assert_named(pods, 1, "ranker-1", "server");
	assert_named(pods, 2, "ranker-2", "server");
	assert_named(pods, 3, "", "");
	pods__close(pods);
}

static void who_went_still_has_a_name(void **state)
{
	struct pods *pods;

	make_directories();
	start_container(1, "server");
	pods = pods__open("root");
	end_container(1, "server");
	start_container(2, "server");
	end_container(2, "server");
	pods__refresh(pods);
	assert_named(pods, 1, "ranker-1", "server");
	assert_named(pods, 2, "ranker-2", "server");
	pods__close(pods);
}

/* A container that dies as it starts has no link yet. */
static void a_pod_is_named_before_its_container(void **state)
{
	struct pods *pods;

	make_directories();
	pods = pods__open("root");
	assert_int_equal(
		mkdir("root/var/log/pods/ml_ranker-7_1f2e3d4c-5b6a-7988-a7b6-c5d400000007", 0700),
		0);
	assert_named(pods, 7, "ranker-7", "");
	pods__close(pods);
}

/* As good as any, where there is no better: only the kernel may still know it. */
static void a_hostname_is_the_last_resort(void **state)
{
	struct identity in = {.hostname = "ranker-9"};
	struct pods *pods;

	make_directories();
	pods = pods__open("root");
	container__identify(&in.container, "/docker/x");
	pods__name(pods, &in);
	assert_string_equal(in.names.pod, "");
	container__identify(&in.container, "/kubepods/pod1f2e3d4c-5b6a-7988-a7b6-c5d400000009");
	pods__name(pods, &in);
	assert_string_equal(in.names.pod, "ranker-9");
	assert_string_equal(in.names.source, "hostname");
	start_container(9, "server");
	pods__name(pods, &in);
	assert_string_equal(in.names.source, "logs");
	pods__close(pods);
}

static void make_state(const char *directory, const char *id, const char *file, const char *text)
{
	char path[1024];

	snprintf(path, sizeof(path), "root%s/%s/%s", directory, id, file);
	for (char *at = path; (at = strchr(at + 1, '/'));) {
		*at = '\0';
		mkdir(path, 0700);
		*at = '/';
	}
	put_text(path, text, strlen(text));
}

#define ID_A   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B   "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define IN_POD "/kubepods/pod1f2e3d4c-5b6a-7988-a7b6-c5d400000001/"
#define TASKS  "/run/containerd/io.containerd.runtime.v2.task/k8s.io"
#define CRIO   "/var/lib/containers/storage/overlay-containers"
#define DOCKER "/var/lib/docker/containers"

static const struct {
	const char *directory, *file, *text;
	const char *path;
	struct names names;
} states[] = {
	{TASKS,
	 "config.json",
	 "{\"annotations\":{\"io.kubernetes.cri.sandbox-name\":\"p\","
	 "\"io.kubernetes.cri.sandbox-namespace\":\"n\","
	 "\"io.kubernetes.cri.container-name\":\"c\"}}",
	 IN_POD ID_A,
	 {"p", "n", "c", "containerd"}},
	{CRIO,
	 "userdata/config.json",
	 "{\"annotations\":{\"io.kubernetes.pod.name\":\"p\",\"io.kubernetes.pod.namespace\":\"n\","
	 "\"io.kubernetes.container.name\":\"c\"}}",
	 IN_POD "crio-" ID_A,
	 {"p", "n", "c", "cri-o"}},
	{DOCKER,
	 "config.v2.json",
	 "{\"Name\":\"/web\"}",
	 "/docker/" ID_A,
	 {"", "", "web", "docker"}},
	{DOCKER,
	 "config.v2.json",
	 "{\"Name\":\"/k8s_c\",\"Config\":{\"Labels\":{\"io.kubernetes.pod.name\":\"p\","
	 "\"io.kubernetes.pod.namespace\":\"n\",\"io.kubernetes.container.name\":\"c\"}}}",
	 IN_POD ID_A,
	 {"p", "n", "c", "docker"}},
	/* strangers' */
	{DOCKER, "config.v2.json", "{\"Name\":17,\"Config\":[]}", "/docker/" ID_A, {}},
	{DOCKER, "config.v2.json", "[[", "/docker/" ID_A, {}},
	{DOCKER, "config.v2.json", "", "/docker/" ID_A, {}},
	{TASKS, "config.json", "{\"annotations\":null}", IN_POD ID_A, {}},
};

static void assert_names(struct pods *pods, const char *path, const struct names *names)
{
	struct identity in = {0};

	container__identify(&in.container, path);
	pods__name(pods, &in);
	assert_string_equal(in.names.pod, names->pod);
	assert_string_equal(in.names.namespace, names->namespace);
	assert_string_equal(in.names.container, names->container);
	assert_string_equal(in.names.source, names->source);
}

static void runtimes_name_who_has_no_log(void **state)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		struct pods *pods;

		make_state(states[i].directory, ID_A, states[i].file, states[i].text);
		pods = pods__open("root");
		assert_names(pods, states[i].path, &states[i].names);
		pods__close(pods);
		assert_int_equal(nftw("root", sandbox__remove, 8, FTW_DEPTH | FTW_PHYS), 0);
	}
}

static void a_container_that_comes_later_is_found_in_time(void **state)
{
	const struct names names = {.container = "web", .source = "docker"};
	struct pods *pods = pods__open("root");

	make_state(DOCKER, ID_B, "config.v2.json", "{\"Name\":\"/web\"}");
	pods__refresh(pods);
	assert_names(pods, "/docker/" ID_B, &names);
	pods__close(pods);
}

static void a_fifo_for_a_state_holds_nobody_up(void **state)
{
	struct pods *pods;

	make_state(DOCKER, ID_A, "config.v2.json", "{\"Name\":\"/web\"}");
	assert_int_equal(unlink("root" DOCKER "/" ID_A "/config.v2.json"), 0);
	assert_int_equal(mkfifo("root" DOCKER "/" ID_A "/config.v2.json", 0600), 0);
	pods = pods__open("root");
	assert_names(pods, "/docker/" ID_A, &(struct names){0});
	pods__close(pods);
}

/* A kubelet that starts after us makes them. */
static void waits_for_directories(void **state)
{
	struct pods *pods = pods__open("root");

	assert_named(pods, 1, "", "");
	make_directories();
	start_container(1, "server");
	pods__refresh(pods);
	assert_named(pods, 1, "ranker-1", "server");
	pods__close(pods);
}

static void a_crowd_is_no_harm(void **state)
{
	struct pods *pods;

	make_directories();
	pods = pods__open("root");
	for (unsigned int n = 1; n <= 3000; n++) {
		start_container(n, "server");
		if (n > 10)
			end_container(n, "server");
		if (n % 500 == 0)
			pods__refresh(pods);
	}
	/* the ten that stayed are the oldest of 6,000 names, and not forgotten */
	assert_named(pods, 1, "ranker-1", "server");
	assert_named(pods, 10, "ranker-10", "server");
	assert_named(pods, 11, "", "");
	assert_named(pods, 3000, "ranker-3000", "server");
	pods__close(pods);
}

static void who_is_in_no_pod_is_not_looked_up(void **state)
{
	struct identity in = {0};

	container__identify(&in.container, "/system.slice/x.service");
	pods__name(NULL, &in);
	pods__refresh(NULL);
	pods__close(NULL);
	assert_int_equal(pods__fd(NULL), -1);
	assert_string_equal(in.names.pod, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_latest_name_counts),
		cmocka_unit_test(forgets_who_is_gone_then_who_is_old),
		in_sandbox(names_who_was_there_and_who_comes),
		in_sandbox(who_went_still_has_a_name),
		in_sandbox(a_pod_is_named_before_its_container),
		in_sandbox(a_hostname_is_the_last_resort),
		in_sandbox(runtimes_name_who_has_no_log),
		in_sandbox(a_container_that_comes_later_is_found_in_time),
		in_sandbox(a_fifo_for_a_state_holds_nobody_up),
		in_sandbox(waits_for_directories),
		in_sandbox(a_crowd_is_no_harm),
		cmocka_unit_test(who_is_in_no_pod_is_not_looked_up),
	};

	return cmocka_run_group_tests_name("pods", tests, NULL, NULL);
}
