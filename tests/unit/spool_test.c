// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Lines that wait: order, bounds, and what is out of one already. */
#include <errno.h>

#include "output/spool.h"
#include "sandbox.h"

static void is_bounded_to_the_byte(void **state)
{
	struct spool s;

	assert_int_equal(spool__open(&s, 2 * (SPOOL_ENTRY_BYTES + 10)), 0);
	assert_int_equal(spool__push(&s, "0123456789", 10, 1), 0);
	assert_int_equal(spool__push(&s, "0123456789a", 11, 1), -ENOBUFS);
	assert_int_equal(spool__push(&s, "9876543210", 10, 0), 0);
	assert_int_equal(spool__push(&s, "", 0, 1), -ENOBUFS);
	assert_int_equal(s.lines, 2);
	assert_int_equal(s.victims, 1);
	spool__close(&s);
}

static void has_no_room_for_a_line_beyond_all_bounds(void **state)
{
	struct spool s;

	assert_int_equal(spool__open(&s, 64), 0);
	assert_int_equal(spool__push(&s, "x", SIZE_MAX, 1), -ENOBUFS);
	assert_int_equal(spool__push(&s, "x", SIZE_MAX - SPOOL_ENTRY_BYTES + 1, 1), -ENOBUFS);
	assert_int_equal(s.lines, 0);
	spool__close(&s);
	assert_int_equal(spool__open(&s, 0), -EINVAL);
	assert_int_equal(spool__open(&s, 1ull << 32), -EINVAL);
	spool__close(&s);
}

/* In and out at different rates, so that every position of the room is passed. */
static void keeps_order_round_and_round(void **state)
{
	unsigned in = 0, out = 0;
	struct spool s;
	char line[128];
	size_t len;

	assert_int_equal(spool__open(&s, 1000), 0);
	while (out < 5000) {
		len = numbered_line(line, in, 32 + in % 61);
		if (!spool__push(&s, line, len, 1)) {
			in++;
			continue;
		}
		for (int i = 0; i < 3; i++) {
			const char *rest = spool__rest(&s, &len);

			assert_int_equal(assert_lines(rest, len, out), out + 1);
			assert_true(spool__advance(&s, len));
			spool__pop(&s);
			out++;
		}
		assert_int_equal(s.victims, in - out);
	}
	spool__close(&s);
}

static void knows_when_it_is_half_full(void **state)
{
	struct spool s = {0};

	assert_false(spool__is_half_full(&s));
	assert_int_equal(spool__open(&s, 64), 0);
	spool__push(&s, "0123456789abcdef01234567", 32 - SPOOL_ENTRY_BYTES, 0);
	assert_false(spool__is_half_full(&s));
	spool__push(&s, "x", 1, 0);
	assert_true(spool__is_half_full(&s));
	spool__pop(&s);
	assert_false(spool__is_half_full(&s));
	spool__close(&s);
}

static void goes_on_in_the_middle_or_begins_anew(void **state)
{
	struct spool s;
	size_t len;

	assert_int_equal(spool__open(&s, 64), 0);
	assert_null(spool__rest(&s, &len));
	spool__push(&s, "abcdef", 6, 0);
	assert_false(spool__advance(&s, 4));
	assert_memory_equal(spool__rest(&s, &len), "ef", 2);
	assert_int_equal(len, 2);
	spool__rewind(&s);
	assert_memory_equal(spool__rest(&s, &len), "abcdef", 6);
	assert_false(spool__advance(&s, 5));
	assert_true(spool__advance(&s, 1));
	spool__pop(&s);
	assert_null(spool__rest(&s, &len));
	assert_int_equal(s.sent, 0);
	spool__close(&s);
}

static void keeps_what_is_out_until_it_has_arrived(void **state)
{
	struct spool s;
	size_t len;

	assert_int_equal(spool__open(&s, 64), 0);
	spool__push(&s, "abc", 3, 1);
	spool__push(&s, "de", 2, 1);
	spool__push(&s, "f", 1, 5);
	for (int i = 0; i < 2; i++) {
		spool__rest(&s, &len);
		spool__advance(&s, len);
		spool__keep(&s);
	}
	assert_int_equal(spool__kept_bytes(&s), 5);
	assert_int_equal(s.lines, 1);
	assert_int_equal(s.victims, 5);
	spool__return(&s);
	assert_int_equal(s.lines, 3);
	assert_int_equal(s.victims, 7);
	assert_memory_equal(spool__rest(&s, &len), "abc", 3);
	spool__keep(&s);
	spool__release(&s);
	assert_int_equal(spool__kept_bytes(&s), 0);
	assert_int_equal(spool__push(&s, "packed to find room for all of these", 64 - 3 - 3 * 8, 0),
			 0);
	assert_memory_equal(spool__rest(&s, &len), "de", 2);
	assert_int_equal(s.lines, 3);
	spool__close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_bounded_to_the_byte),
		cmocka_unit_test(has_no_room_for_a_line_beyond_all_bounds),
		cmocka_unit_test(keeps_order_round_and_round),
		cmocka_unit_test(knows_when_it_is_half_full),
		cmocka_unit_test(goes_on_in_the_middle_or_begins_anew),
		cmocka_unit_test(keeps_what_is_out_until_it_has_arrived),
	};

	return cmocka_run_group_tests_name("spool", tests, NULL, NULL);
}
