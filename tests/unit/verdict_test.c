// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The rules, case by case, and the words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "group/verdict.h"

struct judgement {
	const char *verdict;
	struct outcome outcome;
};

/* Who died, and of the survivors and of the victim's peers how many there were and are. */
#define OUTCOME(role, were, are, alike_were, alike_are, ...)                                       \
	{                                                                                          \
		.victim_role = ROLE_##role, .survivors = were, .survivors_now = are,               \
		.victims_alike = 1, .alike = alike_were, .alike_now = alike_are, __VA_ARGS__       \
	}
#define ALIVE .manager_alive = true

static const struct judgement judgements[] = {
	{"single", OUTCOME(SINGLE, 0, 0, 0, 0)},
	{"unreaped", OUTCOME(SINGLE, 0, 0, 0, 0, .victim_zombie = true)},

	{"helper_lost", OUTCOME(HELPER, 5, 5, 0, 0, ALIVE)},
	{"helper_lost", OUTCOME(HELPER, 1, 1, 0, 0, ALIVE, .victim_zombie = true)},
	{"whole_group", OUTCOME(HELPER, 0, 0, 0, 0)},

	{"whole_group", OUTCOME(WORKER, 0, 0, 0, 0)},
	{"whole_group", OUTCOME(MANAGER, 0, 0, 0, 0)},
	{"whole_group", OUTCOME(WORKER, 0, 0, 0, 0, .victim_zombie = true)},

	{"group_exit", OUTCOME(WORKER, 4, 0, 3, 0)},
	{"group_exit", OUTCOME(MANAGER, 4, 0, 0, 0)},

	{"headless", OUTCOME(MANAGER, 4, 4, 0, 0)},
	{"headless", OUTCOME(MANAGER, 4, 1, 0, 0, .victim_zombie = true)},
	{"headless", OUTCOME(WORKER, 4, 2, 3, 2)},

	{"respawned", OUTCOME(WORKER, 4, 4, 3, 3, ALIVE, .new_alike = 1)},
	{"respawned", OUTCOME(WORKER, 4, 4, 3, 3, ALIVE, .new_alike = 1, .victim_zombie = true)},
	{"respawned", OUTCOME(WORKER, 1, 1, 0, 0, ALIVE, .new_alike = 1)},
	{"group_restart", OUTCOME(WORKER, 4, 1, 3, 0, ALIVE, .new_alike = 4)},

	{"degraded", OUTCOME(WORKER, 4, 4, 3, 3, ALIVE)},
	{"degraded", OUTCOME(WORKER, 4, 2, 3, 1, ALIVE)},
	{"unreaped", OUTCOME(WORKER, 4, 4, 3, 3, ALIVE, .victim_zombie = true)},

	{"manager_only", OUTCOME(WORKER, 4, 1, 3, 0, ALIVE)},
	{"manager_only", OUTCOME(WORKER, 1, 1, 0, 0, ALIVE)},
};

static void judges(void **state)
{
	for (size_t i = 0; i < sizeof(judgements) / sizeof(judgements[0]); i++) {
		const char *verdict = verdict__name(verdict__of(&judgements[i].outcome));

		if (strcmp(verdict, judgements[i].verdict))
			fail_msg("case %zu is %s, not %s", i, verdict, judgements[i].verdict);
	}
}

/* One of two was replaced: one place is empty. */
static void every_victim_is_to_be_replaced(void **state)
{
	struct outcome o = OUTCOME(WORKER, 3, 3, 2, 2, ALIVE, .new_alike = 1);

	o.victims_alike = 2;
	assert_int_equal(verdict__of(&o), VERDICT_DEGRADED);
	o.new_alike = 2;
	assert_int_equal(verdict__of(&o), VERDICT_RESPAWNED);
}

static void no_verdict_has_no_words(void **state)
{
	assert_null(verdict__name(VERDICT_NONE));
	assert_null(verdict__meaning(VERDICT_NONE));
	assert_null(verdict__advice(VERDICT_NONE));
	assert_int_equal(verdict__consistent(VERDICT_NONE), -1);
}

/* Each sentence is one, and fit for a terminal. */
static void every_verdict_has_words(void **state)
{
	for (enum verdict v = VERDICT_NONE + 1; v < VERDICTS; v++) {
		const char *sentences[] = {verdict__meaning(v), verdict__advice(v)};

		assert_non_null(verdict__name(v));
		assert_in_range(verdict__consistent(v), 0, 1);
		for (int i = 0; i < 2; i++) {
			size_t len = strlen(sentences[i]);

			assert_int_equal(sentences[i][len - 1], '.');
			assert_null(strstr(sentences[i], "  "));
			assert_int_equal(strcspn(sentences[i], "\n\t%"), len);
		}
	}
}

static void no_verdict_is_final_and_settling(void **state)
{
	for (enum verdict v = VERDICT_NONE; v < VERDICTS; v++) {
		assert_false(verdict__is_final(v) && verdict__is_settling(v));
		/* a bad one may get better for as long as there is time */
		if (!verdict__consistent(v))
			assert_false(verdict__is_final(v) || verdict__is_settling(v));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges),
		cmocka_unit_test(every_victim_is_to_be_replaced),
		cmocka_unit_test(no_verdict_has_no_words),
		cmocka_unit_test(every_verdict_has_words),
		cmocka_unit_test(no_verdict_is_final_and_settling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
