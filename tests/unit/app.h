/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* An application of a manager and its workers, in a world where one of them is killed. */
#ifndef OOMTRACE_TESTS_APP_H
#define OOMTRACE_TESTS_APP_H

#include "world.h"

#define APP(worker_pid)                                                                            \
	{                                                                                          \
		worker_pid, 10                                                                     \
	}

/* A manager and four workers, forked. */
static const struct row app[] = {{10, 1, "python3|app.py|"}, APP(11), APP(12), APP(13), APP(14)};

static struct world w;

static inline int tear_down(void **state)
{
	world__done(&w);
	return 0;
}

#define START(rows) world__init(&w, rows, N_ROWS(rows))

static inline void assert_closes(uint64_t at_ms, enum verdict verdict)
{
	uint64_t closed_ms;
	struct incident *in = world__closes(&w, &closed_ms);

	assert_string_equal(verdict__name(in->verdict) ?: "none", verdict__name(verdict) ?: "none");
	assert_int_equal(closed_ms, at_ms);
	assert_false(in->cut_short);
	incidents__drop(w.incidents, in);
	assert_int_equal(incidents__due_ns(w.incidents), UINT64_MAX);
}

#define TEST(f) cmocka_unit_test_teardown(f, tear_down)

#endif /* OOMTRACE_TESTS_APP_H */
