// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Names of log files, the kubelet's and others, into names of pods. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hostile.h"
#include "pod/log_name.h"

#define ID     "3f1d4c559a0e0f7f4a1b2c3d9e0f2c5a3f1d4c559a0e0f7f4a1b2c3d9e0f2c5a"
#define UID    "1f2e3d4c-5b6a-7988-a7b6-c5d4e3f2a1b0"
#define STATIC "09a70ae9ccc4f1b2c3d9e0f2c5a3f1d4"

#define X9   "xxxxxxxxx"
#define X63  X9 X9 X9 X9 X9 X9 X9
#define X253 X63 X63 X63 X63 "x"

struct expected {
	const char *file;
	const char *key; /* NULL: it is no such name */
	const char *pod, *namespace, *container;
};

#define NO_NAME(file)                                                                              \
	{                                                                                          \
		file, NULL, NULL, NULL, NULL                                                       \
	}

static const struct expected containers[] = {
	{"ranker-0_ml_server-" ID ".log", ID, "ranker-0", "ml", "server"},
	{"kube-proxy.node-1_kube-system_kube-proxy-" ID ".log", ID, "kube-proxy.node-1",
	 "kube-system", "kube-proxy"},
	{"a_b_c-d-e-" ID ".log", ID, "a", "b", "c-d-e"},
	{X253 "_" X63 "_" X63 "-" ID ".log", ID, X253, X63, X63},
	/* the names of strangers */
	NO_NAME(""),
	NO_NAME("."),
	NO_NAME(".."),
	NO_NAME(ID ".log"),
	NO_NAME("-" ID ".log"),
	NO_NAME("a_b_-" ID ".log"),
	NO_NAME("a__c-" ID ".log"),
	NO_NAME("_b_c-" ID ".log"),
	NO_NAME("a_b-" ID ".log"),
	NO_NAME("a_b_c_d-" ID ".log"),
	NO_NAME("a_b_c-" ID),
	NO_NAME("a_b_c-" ID ".log.1"),
	NO_NAME("a_b_c-0" ID ".log"),
	NO_NAME("a_b_c" ID ".log"),
	NO_NAME("a_b_c-" UID ".log"),
	NO_NAME(X253 "x_b_c-" ID ".log"),
	NO_NAME("a_" X63 "x_c-" ID ".log"),
	NO_NAME("a_b_" X63 X63 "xx-" ID ".log"),
};

static const struct expected pods[] = {
	{"ml_ranker-0_" UID, UID, "ranker-0", "ml", ""},
	{"kube-system_etcd-node-1_" STATIC, STATIC, "etcd-node-1", "kube-system", ""},
	{X63 "_" X253 "_" UID, UID, X253, X63, ""},
	NO_NAME(""),
	NO_NAME(".."),
	NO_NAME("ml_ranker-0"),
	NO_NAME("ml_ranker-0_"),
	NO_NAME("_ranker-0_" UID),
	NO_NAME("ml__" UID),
	NO_NAME("ml_ranker-0_" UID "_x"),
	NO_NAME("ml_ranker-0_" UID "0"),
	NO_NAME("ml_ranker-0_something-else"),
	NO_NAME("ml_" X253 "x_" UID),
	NO_NAME(X63 "x_ranker-0_" UID),
};

typedef bool (*log_name)(const char *file, struct names *names, char key[LOG_NAME_KEY_BYTES]);

static void assert_name(log_name of, const struct expected *e)
{
	struct names names = {.source = "before"};
	char key[LOG_NAME_KEY_BYTES] = "before";

	if (of(e->file, &names, key) != !!e->key)
		fail_msg("\"%s\" is %sa name", e->file, e->key ? "" : "not ");
	assert_string_equal(key, e->key ?: "before");
	assert_string_equal(names.source, e->key ? "logs" : "before");
	assert_string_equal(names.pod, e->pod ?: "");
	assert_string_equal(names.namespace, e->namespace ?: "");
	assert_string_equal(names.container, e->container ?: "");
}

static void takes_names_apart(void **state)
{
	for (size_t i = 0; i < sizeof(containers) / sizeof(containers[0]); i++)
		assert_name(log_name__of_container, &containers[i]);
	for (size_t i = 0; i < sizeof(pods) / sizeof(pods[0]); i++)
		assert_name(log_name__of_pod, &pods[i]);
}

/* They are kept as they are: to escape them is the business of who shows them. */
static void keeps_hostile_bytes(void **state)
{
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		const char *name = hostile[i].name;
		struct names names;
		char file[256], key[LOG_NAME_KEY_BYTES];

		if (strchr(name, '_'))
			continue;
		snprintf(file, sizeof(file), "%s_%s_%s-" ID ".log", name, name, name);
		assert_true(log_name__of_container(file, &names, key));
		assert_string_equal(names.pod, name);
		assert_string_equal(names.namespace, name);
		assert_string_equal(names.container, name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_names_apart),
		cmocka_unit_test(keeps_hostile_bytes),
	};

	return cmocka_run_group_tests_name("log names", tests, NULL, NULL);
}
