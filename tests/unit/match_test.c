// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Words for containers, pods and units, and which of them each is for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pod/match.h"

#define ID_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define UID  "11111111-2222-3333-4444-555555555555"
#define A    "/kubepods/burstable/pod" UID "/" ID_A

struct match_case {
	const char *match;
	bool is;
};

static void assert_matches(const struct match_case *cases, size_t n, const char *path,
			   const struct identity *identity)
{
	for (size_t i = 0; i < n; i++)
		if (match__is_for(cases[i].match, path, identity) != cases[i].is)
			fail_msg("'%s' for '%s'", cases[i].match, path);
}

#define ASSERT_MATCHES(cases, path, identity)                                                      \
	assert_matches(cases, sizeof(cases) / sizeof((cases)[0]), path, identity)

static void a_container_of_a_pod(void **state)
{
	static const struct match_case cases[] = {
		{A, true},
		{"*", true},
		{"/*", true},
		{"*" ID_A, true},
		{"/kubepods/*", true},
		{"/kubepods", false},
		{"kubepods/*", false},
		{"/kubepods/[ab]*", true},
		{"ranker-0", true},
		{"ranker-*", true},
		{"ranker-?", true},
		{"ranker", false},
		{"ml/ranker-0", true},
		{"ml/*", true},
		{"m*/ranker-?", true},
		{"m*", false},
		{"ml", false},
		{"/ml/*", false},
		{"other/ranker-0", false},
		{"*/*/*/*/*", true},	   /* a path has slashes, */
		{"*l*/*/ranker-0", false}, /* and namespace and pod have one */
		{UID, true},
		{"11111111", false},
		{ID_A, true},
		{"aaaaaaaaaaaa", true},
		{"aaaaaaaaaaa", false},
		{ID_A "a", false},
		{ID_B, false},
		{"", false},
	};
	struct identity identity = {.names = {.pod = "ranker-0", .namespace = "ml"}};

	container__identify(&identity.container, A);
	ASSERT_MATCHES(cases, A, &identity);
}

static void a_unit(void **state)
{
	static const struct match_case cases[] = {
		{"/system.slice/my\\x2dapp.service", true},
		{"/system.slice/*", true},
		{"/system.slice/my\\x2dapp", false},
		{"/slice/*", false},
		{"/x*", false},
		{"my\\x2dapp.service", false},
		{"", false},
	};
	struct identity identity = {0};

	ASSERT_MATCHES(cases, "/system.slice/my\\x2dapp.service", &identity);
}

/* A pod without a name, and names with more in them than names have. */
static void what_is_not_known(void **state)
{
	static const struct match_case nameless[] = {
		{"*", true}, {"ml/*", false}, {"?*/?*", false}, {"", false}};
	static const struct match_case hostile[] = {
		{"/a", false}, {"/a?", true}, {"/\xff", false}, {"/[", false}, {"/[a", false}};
	struct identity identity = {.names = {.namespace = "ml"}};

	ASSERT_MATCHES(nameless, "/a", &identity);
	ASSERT_MATCHES(hostile, "/a\n", &identity);
	assert_true(match__is_for("/?", "/\xff", &identity));
	assert_false(match__is_for("*", "", &identity));
	assert_false(match__is_for("", "", &identity));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_container_of_a_pod),
		cmocka_unit_test(a_unit),
		cmocka_unit_test(what_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
