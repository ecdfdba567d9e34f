/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Metrics as a run of oomtrace has them, made from kills at places of a test's choice. */
#ifndef OOMTRACE_TESTS_METRICS_FIXTURE_H
#define OOMTRACE_TESTS_METRICS_FIXTURE_H

#include "metrics/carry.h"
#include "metrics/exposition.h"
#include "sample.h"
#include "sandbox.h"

#define KILLED_S ((SAMPLE_BOOT_TO_REAL_NS + SAMPLE_KILLED_NS) / 1000000000)

static struct node node;
static struct metrics metrics;
static struct rec_ledger books;
static struct ledger ledger;
static const struct hook_state hooks[] = {
	{.name = "mark_victim", .how = "tp_btf"},
	{.name = "oom_kill_process", .why = "no kprobes"},
};
static const struct kernel_facts facts = {.hooks = hooks, .n_hooks = 2};

static inline int metrics__fresh(void **state)
{
	node = sample_node();
	books = (struct rec_ledger){.began_ns = node.ledger_ns};
	ledger = (struct ledger){0};
	metrics__init(&metrics, &node);
	return sandbox__enter(state);
}

#define on_metrics(test) cmocka_unit_test_setup_teardown(test, metrics__fresh, sandbox__leave)

/* A kill in a container of that name, which is in no pod; seconds after the sample's. */
static inline void kill_in(const char *container, uint32_t seconds)
{
	struct decision_event d = sample_decision();
	struct victim_event e = sample_victim(&d, NULL);

	snprintf(e.identity.names.container, sizeof(e.identity.names.container), "%s", container);
	e.time_ns += seconds * 1000000000ull;
	metrics__victim(&metrics, &e);
	books.seq = ++books.last_seq;
	books.written++;
}

static inline struct exposition exposition_now(void)
{
	return (struct exposition){
		.metrics = &metrics,
		.facts = &facts,
		.books = &books,
		.ledger = &ledger,
		.start_s = 100,
		.now_s = 200,
		.running = true,
	};
}

static char shown[4 << 20];
static size_t shown_bytes;

/* The text as it is now, in shown. */
static inline void show(const struct exposition *x)
{
	int fd = open("text", O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(exposition__write(x, fd), 0);
	close(fd);
	shown_bytes = get_text("text", shown, 0, sizeof(shown));
	shown[shown_bytes] = '\0';
}

static inline void show_now(void)
{
	const struct exposition x = exposition_now();

	show(&x);
}

/* Whether shown has the line. */
static inline bool has(const char *line)
{
	char with_ends[2048];

	snprintf(with_ends, sizeof(with_ends), "\n%s\n", line);
	return strstr(shown, with_ends);
}

/* As after a restart: what was shown is read back, by a process that has counted nothing. */
static inline int carry_over(void)
{
	metrics__init(&metrics, &node);
	return carry__read(&metrics, shown, shown_bytes);
}

#endif /* OOMTRACE_TESTS_METRICS_FIXTURE_H */
