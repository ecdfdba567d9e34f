// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Which raw records are taken, and which are refused. */
#include <errno.h>

#include "records.h"

static const char tail[REC_PATH_BYTES + 64];

static int kind_of_victim(const struct rec_victim *r, size_t size)
{
	void *room, *data = place(&room, r, sizeof(*r), tail, size - sizeof(*r));
	int kind = decode__kind(data, size);

	free(room);
	return kind;
}

static int kind_of_decision(const struct rec_decision *r, size_t size)
{
	void *room, *data = place(&room, r, sizeof(*r), tail, size - sizeof(*r));
	int kind = decode__kind(data, size);

	free(room);
	return kind;
}

/* The first size bytes of a record, and no more. */
static int kind_of_cut(const void *rec, size_t size)
{
	void *room, *data = place(&room, rec, size, "", 0);
	int kind = decode__kind(data, size);

	free(room);
	return kind;
}

static void takes_whole_records(void **state)
{
	struct rec_exit exit = {.header = {.kind = REC_EXIT, .size = sizeof(exit)}};
	static const uint32_t lengths[] = {0, 1, 17, REC_PATH_BYTES - 1, REC_PATH_BYTES};

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct rec_victim v = victim_with(lengths[i]);
		struct rec_decision d = decision_with(lengths[i]);

		assert_int_equal(kind_of_victim(&v, v.header.size), REC_VICTIM);
		assert_int_equal(kind_of_victim(&v, v.header.size + 5), REC_VICTIM);
		assert_int_equal(kind_of_decision(&d, d.header.size), REC_DECISION);
		assert_int_equal(kind_of_decision(&d, d.header.size + 5), REC_DECISION);
	}
	assert_int_equal(kind_of_cut(&exit, sizeof(exit)), REC_EXIT);
}

/* Whatever is cut off, from nothing to all but one byte. */
static void refuses_records_cut_short(void **state)
{
	struct rec_exit exit = {.header = {.kind = REC_EXIT, .size = sizeof(exit)}};
	struct rec_victim v = victim_with(0);
	struct rec_decision d = decision_with(0);

	for (size_t size = 0; size < sizeof(v); size++)
		assert_int_equal(kind_of_cut(&v, size), -EBADMSG);
	for (size_t size = 0; size < sizeof(d); size++)
		assert_int_equal(kind_of_cut(&d, size), -EBADMSG);
	for (size_t size = 0; size < sizeof(exit); size++)
		assert_int_equal(kind_of_cut(&exit, size), -EBADMSG);
	v = victim_with(100);
	for (size_t size = sizeof(v); size < sizeof(v) + 100; size++)
		assert_int_equal(kind_of_victim(&v, size), -EBADMSG);
}

/* The same with a size field that was shortened too. */
static void refuses_records_that_say_they_are_short(void **state)
{
	struct rec_exit exit = {.header = {.kind = REC_EXIT}};
	struct rec_victim v = victim_with(0);
	struct rec_decision d = decision_with(0);

	for (size_t size = 0; size < sizeof(v); size++) {
		v.header.size = size;
		assert_int_equal(kind_of_cut(&v, sizeof(v)), -EBADMSG);
		if (size >= sizeof(v.header))
			assert_int_equal(kind_of_cut(&v, size), -EBADMSG);
	}
	for (size_t size = 0; size < sizeof(d); size++) {
		d.header.size = size;
		assert_int_equal(kind_of_cut(&d, sizeof(d)), -EBADMSG);
	}
	for (size_t size = 0; size < sizeof(exit); size++) {
		exit.header.size = size;
		assert_int_equal(kind_of_cut(&exit, sizeof(exit)), -EBADMSG);
	}
}

static void refuses_unknown_kinds(void **state)
{
	struct rec_victim v = victim_with(0);

	for (unsigned int kind = 0; kind <= UINT16_MAX; kind++) {
		if (kind == REC_VICTIM)
			continue;
		v.header.kind = kind;
		/* as a decision or an exit it has the wrong size */
		assert_int_equal(kind_of_cut(&v, sizeof(v)), -EBADMSG);
	}
}

/* Kinds of one size, which have no tail. */
static const struct {
	uint16_t kind;
	size_t size;
} fixed[] = {
	{REC_DECISION_END, sizeof(struct rec_decision_end)},
	{REC_SIGNAL, sizeof(struct rec_signal)},
	{REC_GONE, sizeof(struct rec_gone)},
};

static void takes_records_of_one_size_at_that_size_only(void **state)
{
	char room[256] = {0};

	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		struct rec_header h = {.kind = fixed[i].kind};

		for (size_t size = 0; size <= sizeof(room); size++) {
			int expected = size == fixed[i].size ? h.kind : -EBADMSG;

			h.size = size;
			memcpy(room, &h, sizeof(h));
			assert_int_equal(kind_of_cut(room, sizeof(room)), expected);
			assert_int_equal(kind_of_cut(room, size), expected);
		}
		h.size = fixed[i].size;
		memcpy(room, &h, sizeof(h));
		assert_int_equal(kind_of_cut(room, fixed[i].size - 1), -EBADMSG);
	}
}

static void refuses_an_exit_of_another_size(void **state)
{
	struct {
		struct rec_exit exit;
		char more[8];
	} r = {.exit.header = {.kind = REC_EXIT, .size = sizeof(struct rec_exit) + 8}};

	assert_int_equal(kind_of_cut(&r, sizeof(struct rec_exit) + 8), -EBADMSG);
	r.exit.header.size = sizeof(struct rec_exit);
	assert_int_equal(kind_of_cut(&r, sizeof(struct rec_exit) + 8), REC_EXIT);
}

static void refuses_path_bytes_that_lie(void **state)
{
	static const struct {
		uint32_t says, has;
	} lies[] = {
		{1, 0},
		{0, 1},
		{100, 99},
		{99, 100},
		{REC_PATH_BYTES + 1, REC_PATH_BYTES + 1},
		{REC_PATH_BYTES, 0},
		{UINT32_MAX, 0},
		{UINT32_MAX, UINT32_MAX},
	};

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct rec_victim v = victim_with(lies[i].says);
		struct rec_decision d = decision_with(lies[i].says);
		size_t there = lies[i].has < sizeof(tail) ? lies[i].has : sizeof(tail);

		v.header.size = sizeof(v) + lies[i].has;
		d.header.size = sizeof(d) + lies[i].has;
		assert_int_equal(kind_of_victim(&v, sizeof(v) + there), -EBADMSG);
		assert_int_equal(kind_of_decision(&d, sizeof(d) + there), -EBADMSG);
	}
}

static void refuses_numbers_out_of_range(void **state)
{
	struct rec_victim v = victim_with(0);

	v.process.pidns_levels = REC_PIDNS_LEVELS;
	assert_int_equal(kind_of_victim(&v, sizeof(v)), REC_VICTIM);
	for (int levels = REC_PIDNS_LEVELS + 1; levels <= UINT8_MAX; levels++) {
		v.process.pidns_levels = levels;
		assert_int_equal(kind_of_victim(&v, sizeof(v)), -EBADMSG);
	}
	v.process.pidns_levels = 0;
	for (int kind = 0; kind <= UINT8_MAX; kind++) {
		v.kind = kind;
		assert_int_equal(kind_of_victim(&v, sizeof(v)),
				 kind <= VICTIM_ALREADY_EXITING ? REC_VICTIM : -EBADMSG);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_whole_records),
		cmocka_unit_test(refuses_records_cut_short),
		cmocka_unit_test(refuses_records_that_say_they_are_short),
		cmocka_unit_test(refuses_unknown_kinds),
		cmocka_unit_test(takes_records_of_one_size_at_that_size_only),
		cmocka_unit_test(refuses_an_exit_of_another_size),
		cmocka_unit_test(refuses_path_bytes_that_lie),
		cmocka_unit_test(refuses_numbers_out_of_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
