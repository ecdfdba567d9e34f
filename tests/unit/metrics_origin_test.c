// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Which labels a victim gets; hostile names are in the tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hostile.h"
#include "metrics/origin.h"
#include "render/utf8.h"

#define ID  "3f1d4c559a0e3f1d4c559a0e3f1d4c559a0e3f1d4c559a0e3f1d4c559a0e3f1d"
#define UID "1f2e3d4c-5b6a-7089-90a1-b2c3d4e5f607"
#define POD "/kubepods.slice/kubepods-pod1f2e3d4c_5b6a_7089_90a1_b2c3d4e5f607.slice"

static const struct {
	const char *path;
	struct names names;
	struct origin labels;
} cases[] = {
	{POD "/cri-containerd-" ID ".scope",
	 {.pod = "ranker-0", .namespace = "ml", .container = "server"},
	 {"ml", "ranker-0", "server"}},
	{POD "/cri-containerd-" ID ".scope", {.pod = ""}, {"", UID, "3f1d4c559a0e"}},
	{POD, {.pod = ""}, {"", UID, ""}},
	{"/docker/" ID, {.container = "web"}, {"", "", "web"}},
	{"/docker/" ID, {.container = ""}, {"", "", "3f1d4c559a0e"}},
	{"/system.slice/gunicorn.service", {.pod = ""}, {"", "", "gunicorn.service"}},
	{"/system.slice/gunicorn.service/worker", {.pod = ""}, {"", "", "gunicorn.service"}},
	{"/ml/train", {.pod = ""}, {"", "", "train"}},
	{"/", {.pod = ""}, {"", "", ""}},
	{"", {.pod = ""}, {"", "", ""}},
	/* names that a pod would have to be in to count */
	{"/docker/" ID, {.pod = "forged", .namespace = "ml"}, {"", "", "3f1d4c559a0e"}},
};

static void names_where_a_victim_lived(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct identity identity = {.names = cases[i].names};
		struct origin origin;

		container__identify(&identity.container, cases[i].path);
		origin__of(&origin, &identity, cases[i].path);
		assert_string_equal(origin.namespace, cases[i].labels.namespace);
		assert_string_equal(origin.pod, cases[i].labels.pod);
		assert_string_equal(origin.container, cases[i].labels.container);
	}
}

/* Told twice it stays what it is, or what is read back would be another place. */
static void is_printable_whatever_the_name(void **state)
{
	for (size_t i = 0; i < N_HOSTILE; i++) {
		struct origin origin, again;
		size_t left, used;
		const char *at;

		origin__set(&origin, hostile[i].name, hostile[i].name, hostile[i].name);
		for (at = origin.pod, left = strlen(at); left; at += used, left -= used)
			assert_false(utf8__is_control(utf8__next(at, left, &used)));
		assert_int_equal(strlen(origin.pod), strlen(hostile[i].name));
		origin__set(&again, origin.namespace, origin.pod, origin.container);
		assert_true(origin__equals(&origin, &again));
	}
}

static void cuts_what_is_too_long(void **state)
{
	struct origin origin;
	char name[400];

	for (size_t bytes = NAMES_NAMESPACE_BYTES - 3; bytes < sizeof(name); bytes++) {
		memset(name, 'a', bytes);
		memcpy(name + NAMES_NAMESPACE_BYTES - 2, "\xe2\x82\xac", 3);
		name[bytes] = '\0';
		origin__set(&origin, name, name, name);
		assert_true(strlen(origin.namespace) < sizeof(origin.namespace));
		assert_true(strlen(origin.pod) < sizeof(origin.pod));
		assert_true(strlen(origin.container) < sizeof(origin.container));
	}
	assert_string_equal(origin.namespace + NAMES_NAMESPACE_BYTES - 3, "a?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_where_a_victim_lived),
		cmocka_unit_test(is_printable_whatever_the_name),
		cmocka_unit_test(cuts_what_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
