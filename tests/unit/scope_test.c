// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What is seen from a place: how far a pod reaches, whose names it has, and what is said of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/scope.h"

#define ID    "3f1d4c559a0e0f7f4a1b2c3d9e0f2c5a3f1d4c559a0e0f7f4a1b2c3d9e0f2c5a"
#define OTHER "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define UID   "1f2e3d4c-5b6a-7988-a7b6-c5d4e3f2a1b0"
#define UID_  "1f2e3d4c_5b6a_7988_a7b6_c5d4e3f2a1b0"
#define POD   "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UID_ ".slice"

static void narrows_to_the_pod(void **state)
{
	/* what is of the program's own cgroup, and what of it follows the scope */
	static const struct {
		const char *scope, *rest;
	} cases[] = {
		{POD, "/crio-" ID ".scope/container"},
		{POD, "/cri-containerd-" ID ".scope"},
		{"/kubepods/burstable/pod" UID, "/" ID},
		{"/docker/" OTHER "/kubelet/kubepods/pod" UID, "/" ID},
		{"/machine.slice/machine-libpod_pod_" OTHER ".slice",
		 "/libpod-" ID ".scope/container"},
		/* a pod without a cgroup, and no pod: the container */
		{"/podruntime.slice/kubepods-pod" UID_ ".slice:cri-containerd:" ID, "/x"},
		{"/docker/" ID, "/x"},
		{"/machine.slice/libpod-" ID ".scope", "/container"},
		/* neither */
		{"/system.slice/oomtrace.service", "/x"},
		{"/", ""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scope s = {0};
		char path[512];

		snprintf(path, sizeof(path), "%s%s", cases[i].scope, cases[i].rest);
		assert_int_equal(scope__narrow(&s, path), strlen(cases[i].scope));
		assert_string_equal(s.path, cases[i].scope);
	}
}

static void set(const char *pod, const char *namespace, const char *uid)
{
	assert_int_equal(setenv("POD_NAME", pod, 1), 0);
	assert_int_equal(setenv("POD_NAMESPACE", namespace, 1), 0);
	assert_int_equal(setenv("POD_UID", uid, 1), 0);
}

static void names_come_from_its_own_pod(void **state)
{
	struct identity victim = {.names = {"x", "y", "server", "logs"}};
	struct scope s = {.cgroup_id = 1};

	set("ranker-0", "ml", UID);
	scope__read_environment(&s);
	assert_string_equal(s.self.container.pod_uid, UID);
	scope__name(&s, &victim);
	assert_string_equal(victim.names.pod, "ranker-0");
	assert_string_equal(victim.names.namespace, "ml");
	assert_string_equal(victim.names.container, "server");
	assert_string_equal(victim.names.source, "environment");
}

static void others_keep_their_names(void **state)
{
	struct identity victim = {.names = {"x", "y", "server", "logs"}};
	struct scope node = {0}, nameless = {.cgroup_id = 1};
	char uid[300];

	set("ranker-0", "ml", UID);
	scope__read_environment(&node);
	scope__name(&node, &victim);
	assert_string_equal(victim.names.pod, "x");

	/* set to nothing, or to what no name can be */
	memset(uid, 'a', sizeof(uid) - 1);
	uid[sizeof(uid) - 1] = '\0';
	set("", "", uid);
	scope__read_environment(&nameless);
	assert_string_equal(nameless.self.container.pod_uid, "");
	assert_string_equal(nameless.self.names.source, "");
	scope__name(&nameless, &victim);
	assert_string_equal(victim.names.pod, "x");
}

static void says_what_it_cannot_see(void **state)
{
	const char *unseen[SCOPE_UNSEEN + 1];

	scope__unseen(&(struct scope){0}, unseen);
	assert_null(unseen[0]);
	scope__unseen(&(struct scope){.foreign_pids = true}, unseen);
	assert_non_null(strstr(unseen[0], "hostPID"));
	assert_null(unseen[1]);
	scope__unseen(&(struct scope){.cgroup_id = 1, .foreign_pids = true}, unseen);
	assert_non_null(strstr(unseen[0], "outside of this pod"));
	assert_null(unseen[SCOPE_UNSEEN]);
}

static void tells_pid_namespaces_apart(void **state)
{
	assert_false(scope__has_foreign_pids("/nowhere"));
	assert_true(scope__has_foreign_pids("/"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(narrows_to_the_pod),
		cmocka_unit_test(names_come_from_its_own_pod),
		cmocka_unit_test(others_keep_their_names),
		cmocka_unit_test(says_what_it_cannot_see),
		cmocka_unit_test(tells_pid_namespaces_apart),
	};

	return cmocka_run_group_tests_name("scope", tests, NULL, NULL);
}
