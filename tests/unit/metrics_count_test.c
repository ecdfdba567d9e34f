// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What is counted where, in a bounded room; and what the books of one ledger after another add. */
#include "metrics_fixture.h"

static uint32_t kills_in(const char *container)
{
	const struct tally *t;

	for (size_t i = 0; (t = tallies__get(&metrics.tallies, i)); i++)
		if (!strcmp(t->origin.container, container))
			return t->kills[VICTIM_KILLED][3];
	return 0;
}

static void fill(uint32_t seconds)
{
	char name[16];

	for (int i = 0; i < TALLIES; i++) {
		sprintf(name, "c%d", i);
		kill_in(name, seconds);
	}
}

/* ---- places ---- */

static void counts_each_place_for_itself(void **state)
{
	kill_in("a", 0);
	kill_in("b", 1);
	kill_in("a", 2);
	assert_int_equal(kills_in("a"), 2);
	assert_int_equal(kills_in("b"), 1);
	assert_int_equal(metrics.tallies.of[0].killed_s, KILLED_S + 2);
	assert_true(metrics.changed);
}

static void folds_what_finds_no_room(void **state)
{
	fill(0);
	kill_in("one more", 1);
	kill_in("and another", 2);
	kill_in("c7", 3);
	assert_int_equal(metrics.tallies.n, TALLIES);
	assert_int_equal(kills_in("other"), 2);
	assert_int_equal(kills_in("c7"), 2);
	assert_int_equal(metrics.totals[TOTAL_FOLDED], 2);
	assert_int_equal(metrics.tallies.other.killed_s, KILLED_S + 2);
}

/* A container that is called so is among those that found no room: it can't be told apart. */
static void other_is_no_place_of_its_own(void **state)
{
	kill_in("other", 0);
	assert_int_equal(metrics.tallies.n, 0);
	assert_int_equal(kills_in("other"), 1);
}

static void the_one_that_was_quiet_longest_gives_way(void **state)
{
	fill(0);
	kill_in("c3", TALLY_KEPT_S - 1);
	kill_in("c0", 10);
	kill_in("early", TALLY_KEPT_S - 1);
	assert_int_equal(kills_in("early"), 0);
	kill_in("late", TALLY_KEPT_S);
	assert_int_equal(kills_in("late"), 1);
	assert_int_equal(kills_in("c1"), 0);
	assert_int_equal(kills_in("c3"), 2);
	assert_int_equal(metrics.totals[TOTAL_FOLDED], 1);
}

/* ---- events ---- */

static void counts_what_is_not_known_as_unknown(void **state)
{
	struct decision_event d = sample_decision();
	struct victim_event e = sample_victim(NULL, NULL);

	e.kind = VICTIM_UNKNOWN;
	metrics__victim(&metrics, &e);
	d.constraint = 4000000000u;
	e.decision = &d;
	metrics__victim(&metrics, &e);
	assert_int_equal(metrics.tallies.of[0].kills[VICTIM_UNKNOWN][TALLY_UNKNOWN], 2);
}

static void adds_up_what_was_freed_where_that_is_known(void **state)
{
	struct exit_event e = sample_exit();

	metrics__exit(&metrics, &e);
	metrics__exit(&metrics, &e);
	e.freed_known = false;
	metrics__exit(&metrics, &e);
	assert_int_equal(metrics.totals[TOTAL_FREED_BYTES], 400 * MIB);
}

static void counts_incidents_by_verdict(void **state)
{
	static struct incident in = {
		.verdict = VERDICT_MANAGER_ONLY,
		.closed_ns = SAMPLE_KILLED_NS,
		.scope = "/system.slice/gunicorn.service",
	};
	const struct tally *t = &metrics.tallies.of[0];

	container__identify(&in.identity.container, in.scope);
	metrics__closed(&metrics, &in);
	assert_string_equal(t->origin.container, "gunicorn.service");
	assert_int_equal(t->incidents[VERDICT_MANAGER_ONLY], 1);
	assert_int_equal(t->closed_s[VERDICT_MANAGER_ONLY], KILLED_S);
}

static void needs_nobody_who_wants_to_know(void **state)
{
	struct exit_event exit = sample_exit();
	struct victim_event victim = sample_victim(NULL, NULL);

	metrics__victim(NULL, &victim);
	metrics__exit(NULL, &exit);
	metrics__closed(NULL, NULL);
	metrics__open_books(NULL, &books, true, 0);
	metrics__close_books(NULL, &books);
}

/* ---- the books ---- */

static uint64_t total(enum total i)
{
	return metrics__total(&metrics, &books, i);
}

/* Hooks of a new ledger, as after a stop without pins. */
static void begin_anew(void)
{
	node.ledger_ns++;
	books = (struct rec_ledger){.began_ns = node.ledger_ns};
}

/* Kills come as soon as the hooks are live: before anybody opens the books. */
static void counts_all_of_a_new_ledger(void **state)
{
	books.seq = 2;
	metrics__open_books(&metrics, &books, true, 0);
	books.seq = 5;
	assert_int_equal(total(TOTAL_SEEN), 5);
}

static void goes_on_with_a_new_ledger(void **state)
{
	metrics__open_books(&metrics, &books, true, 0);
	kill_in("a", 0);
	kill_in("a", 1);
	show_now();
	begin_anew();
	assert_int_equal(carry_over(), 0);
	metrics__open_books(&metrics, &books, true, 0);
	assert_int_equal(total(TOTAL_SEEN), 2);
	kill_in("a", 2);
	assert_int_equal(total(TOTAL_SEEN), 3);
	assert_int_equal(kills_in("a"), 3);
}

/* Pinned: what came while nobody was there is in the books, and comes again from the ring. */
static void goes_on_with_the_same_ledger(void **state)
{
	metrics__open_books(&metrics, &books, true, 0);
	kill_in("a", 0);
	show_now();
	books.seq += 2;
	assert_int_equal(carry_over(), 0);
	metrics__open_books(&metrics, &books, true, SAMPLE_KILLED_NS);
	assert_int_equal(total(TOTAL_SEEN), 3);
	assert_int_equal(total(TOTAL_WRITTEN), 1);
	assert_int_equal(kills_in("a"), 1);
	assert_int_equal(metrics.tallies.other.killed_s, 0);
}

static void counts_what_a_crash_had_told_and_not_counted(void **state)
{
	const struct tally *other = &metrics.tallies.other;

	metrics__open_books(&metrics, &books, true, 0);
	kill_in("a", 0);
	show_now();
	kill_in("a", 1);
	kill_in("b", 1);
	books.seq = books.last_seq += 3;
	books.holes += 3; /* lost: no kill that anybody was told of */
	books.ring_full += 3;
	assert_int_equal(carry_over(), 0);
	metrics__open_books(&metrics, &books, true, SAMPLE_KILLED_NS);
	assert_int_equal(other->kills[VICTIM_UNKNOWN][TALLY_UNKNOWN], 2);
	assert_int_equal(other->killed_s, KILLED_S);
	assert_int_equal(total(TOTAL_SEEN), 6);
	assert_int_equal(total(TOTAL_RING_FULL), 3);
	show_now();
	assert_int_equal(carry_over(), 0);
	metrics__open_books(&metrics, &books, true, SAMPLE_KILLED_NS);
	assert_int_equal(other->kills[VICTIM_UNKNOWN][TALLY_UNKNOWN], 2);
}

/* Another version's hooks are read to their end, and then there are new ones. */
static void takes_over_what_a_ledger_left(void **state)
{
	metrics__open_books(&metrics, &books, true, 0);
	kill_in("a", 0);
	show_now();
	assert_int_equal(carry_over(), 0);
	metrics__open_books(&metrics, &books, false, SAMPLE_KILLED_NS);
	kill_in("a", 1);
	metrics__close_books(&metrics, &books);
	begin_anew();
	metrics__open_books(&metrics, &books, true, SAMPLE_KILLED_NS);
	assert_int_equal(total(TOTAL_SEEN), 2);
	kill_in("a", 2);
	assert_int_equal(total(TOTAL_SEEN), 3);
	assert_int_equal(kills_in("a"), 3);
}

static void a_strangers_ledger_adds_nothing(void **state)
{
	metrics__open_books(&metrics, &books, true, 0);
	kill_in("a", 0);
	show_now();
	assert_int_equal(carry_over(), 0);
	begin_anew();
	books.seq = 70;
	metrics__open_books(&metrics, &books, false, SAMPLE_KILLED_NS);
	metrics__close_books(&metrics, &books);
	begin_anew();
	metrics__open_books(&metrics, &books, true, SAMPLE_KILLED_NS);
	assert_int_equal(total(TOTAL_SEEN), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		on_metrics(counts_each_place_for_itself),
		on_metrics(folds_what_finds_no_room),
		on_metrics(other_is_no_place_of_its_own),
		on_metrics(the_one_that_was_quiet_longest_gives_way),
		on_metrics(counts_what_is_not_known_as_unknown),
		on_metrics(adds_up_what_was_freed_where_that_is_known),
		on_metrics(counts_incidents_by_verdict),
		on_metrics(needs_nobody_who_wants_to_know),
		on_metrics(counts_all_of_a_new_ledger),
		on_metrics(goes_on_with_a_new_ledger),
		on_metrics(goes_on_with_the_same_ledger),
		on_metrics(counts_what_a_crash_had_told_and_not_counted),
		on_metrics(takes_over_what_a_ledger_left),
		on_metrics(a_strangers_ledger_adds_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
