// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What is said of a container and its pod, as JSON and to a person, with more or less of it known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hostile.h"
#include "render/identity_json.h"
#include "render/words.h"

#define ID     "3f1d4c559a0e0f7f4a1b2c3d9e0f2c5a3f1d4c559a0e0f7f4a1b2c3d9e0f2c5a"
#define UID    "1f2e3d4c-5b6a-7988-a7b6-c5d4e3f2a1b0"
#define IN_POD "/kubepods/burstable/pod" UID "/crio-" ID

#define CONTAINER(id, runtime, name)                                                               \
	"\"container\":{\"id\":" id ",\"runtime\":" runtime ",\"name\":" name                      \
	",\"hostname\":\"inner\"}"
#define K8S(uid, pod, space, container, rest)                                                      \
	",\"k8s\":{\"pod\":{\"uid\":" uid ",\"name\":" pod "},\"namespace\":{\"name\":" space      \
	"},\"container\":{\"name\":" container "}," rest "}"
#define NO_K8S K8S("null", "null", "null", "null", "\"qos\":null,\"names_from\":null")

static const struct {
	const char *path;
	struct names names;
	const char *json, *text;
} cases[] = {
	{"/demo", {}, CONTAINER("null", "null", "null") NO_K8S, ""},
	{"/docker/" ID,
	 {},
	 CONTAINER("\"" ID "\"", "\"docker\"", "null") NO_K8S,
	 "container 3f1d4c559a0e"},
	{"/docker/" ID,
	 {.container = "web", .source = "docker"},
	 CONTAINER("\"" ID "\"", "\"docker\"", "\"web\"") NO_K8S,
	 "container web"},
	/* names of a pod without one are nobody's */
	{"/docker/" ID,
	 {.pod = "x", .namespace = "y"},
	 CONTAINER("\"" ID "\"", "\"docker\"", "null") NO_K8S,
	 "container 3f1d4c559a0e"},
	{IN_POD,
	 {},
	 CONTAINER("\"" ID "\"", "\"cri-o\"", "null")
		 K8S("\"" UID "\"", "null", "null", "null",
		     "\"qos\":\"burstable\",\"names_from\":null"),
	 "pod " UID ", container 3f1d4c559a0e"},
	{IN_POD,
	 {"ranker-0", "ml", "server", "logs"},
	 CONTAINER("\"" ID "\"", "\"cri-o\"", "null")
		 K8S("\"" UID "\"", "\"ranker-0\"", "\"ml\"", "\"server\"",
		     "\"qos\":\"burstable\",\"names_from\":\"logs\""),
	 "pod ml/ranker-0, container server"},
	{"/kubepods/pod" UID,
	 {"ranker-0", "", "", "hostname"},
	 CONTAINER("null", "null", "null")
		 K8S("\"" UID "\"", "\"ranker-0\"", "null", "null",
		     "\"qos\":\"guaranteed\",\"names_from\":\"hostname\""),
	 "pod ranker-0"},
};

#define N_CASES (sizeof(cases) / sizeof(cases[0]))

static struct identity identity_of(const char *path, const struct names *names)
{
	struct identity in = {.names = *names, .hostname = "inner"};

	container__identify(&in.container, path);
	return in;
}

static const char *json_of(const struct identity *in)
{
	static char buf[8192];
	struct json j;

	json__init(&j, buf, sizeof(buf));
	identity__json(&j, in);
	assert_false(j.overflow);
	buf[j.len] = '\0';
	return buf;
}

static const char *text_of(const struct identity *in)
{
	static char buf[8192];
	struct words t = {.buf = buf, .cap = sizeof(buf)};

	buf[0] = '\0';
	words__identity(&t, in);
	return buf;
}

static void says_what_is_known(void **state)
{
	for (size_t i = 0; i < N_CASES; i++) {
		struct identity in = identity_of(cases[i].path, &cases[i].names);

		assert_string_equal(json_of(&in), cases[i].json);
		assert_string_equal(text_of(&in), cases[i].text);
	}
}

static void escapes_what_is_hostile(void **state)
{
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		const char *name = hostile[i].name;
		struct names names = {.source = "logs"};
		struct identity in;
		char text[256];

		snprintf(names.pod, sizeof(names.pod), "%s", name);
		snprintf(names.namespace, sizeof(names.namespace), "%s", name);
		snprintf(names.container, sizeof(names.container), "%s", name);
		in = identity_of(IN_POD, &names);
		snprintf(text, sizeof(text), "pod %s/%s, container %s", hostile[i].text,
			 hostile[i].text, hostile[i].text);
		assert_string_equal(text_of(&in), text);
		assert_non_null(strstr(json_of(&in), hostile[i].json));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_is_known),
		cmocka_unit_test(escapes_what_is_hostile),
	};

	return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
