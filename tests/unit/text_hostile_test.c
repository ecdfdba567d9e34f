// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Text of what strangers named: nothing acts on a terminal, and what is too long is cut. */
#include "victim_text.h"

/* ---- strangers ---- */

/* UTF-8 sequences on which a terminal may act, by their bytes: first to last, inclusive. */
static const struct {
	const char *first, *last;
} forbidden[] = {
	{"\xc2\x80", "\xc2\x9f"},	  {"\xd8\x9c", "\xd8\x9c"},
	{"\xe2\x80\x8e", "\xe2\x80\x8f"}, {"\xe2\x80\xa8", "\xe2\x80\xae"},
	{"\xe2\x81\xa6", "\xe2\x81\xa9"},
};

/* By eyes other than the program's: jansson's UTF-8, and bytes. */
static void assert_harmless(const char *s, size_t len, const char *what)
{
	json_t *string = json_stringn(s, len);

	if (!string)
		fail_msg("%s: no UTF-8: %s", what, s);
	json_decref(string);
	for (size_t i = 0; i < len; i++) {
		unsigned char b = s[i];

		if ((b < 0x20 && b != '\n') || b == 0x7f)
			fail_msg("%s: byte 0x%02x in %s", what, b, s);
		for (size_t f = 0; f < sizeof(forbidden) / sizeof(forbidden[0]); f++) {
			size_t n = strlen(forbidden[f].first);

			if (len - i >= n && memcmp(s + i, forbidden[f].first, n) >= 0 &&
			    memcmp(s + i, forbidden[f].last, n) <= 0)
				fail_msg("%s: control character in %s", what, s);
		}
	}
}

static size_t count_lines(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += *s == '\n';
	return n;
}

static void escapes_names_wherever_they_are(void **state)
{
	for (size_t i = 0; i < N_HOSTILE; i++) {
		struct decision_event d = sample_decision();
		struct exec_entry x = {0};
		struct victim_event e = sample_victim(&d, &x);
		const char *name = hostile[i].name, *shown = hostile[i].text;
		char expected[1024];

		snprintf(e.process.title, sizeof(e.process.title), "%s", name);
		snprintf(e.trigger_title, sizeof(e.trigger_title), "%s", name);
		snprintf(e.cgroup.path, sizeof(e.cgroup.path), "/%s", name);
		snprintf(d.hit.path, sizeof(d.hit.path), "/%s/b", name);
		x.args_bytes = snprintf(x.args, sizeof(x.args), "%s", name);
		snprintf(expected, sizeof(expected),
			 "04:10:14.012Z killed %s (pid 181, 37 in its namespace, child of 177)"
			 " holding 199.5 MiB\n"
			 "  memory   198.0 MiB anon, 1.5 MiB file, 4.0 KiB shmem, 512 B swap\n"
			 "  limit    /%s/b: 250.0 MiB of 250.0 MiB in use\n"
			 "  cgroup   /%s: 249.0 MiB of 300.0 MiB in use\n"
			 "  command  %s\n"
			 "  trigger  %s (pid 190), GFP_KERNEL|__GFP_ZERO, order 0\n",
			 shown, shown, shown, shown, shown);
		assert_string_equal(victim_text(&e), expected);
		assert_harmless(text, strlen(text), hostile[i].what);
	}
}

/* Every pair of bytes, next to each other and across two arguments. */
static void no_two_bytes_get_through(void **state)
{
	for (int a = 0; a < 256; a++) {
		for (int b = 0; b < 256; b++) {
			struct exec_entry x = {.args_bytes = 7};
			struct victim_event e = sample_victim(NULL, &x);

			e.process.title[0] = (char)a;
			e.process.title[1] = (char)b;
			e.process.title[2] = '\0';
			memcpy(x.args, (char[]){'a', (char)a, (char)b, 'z', (char)b, 0, (char)a},
			       7);
			victim_text(&e);
			assert_harmless(text, strlen(text), "pair");
			assert_int_equal(count_lines(text), 5);
		}
	}
}

/* The time of the last record comes from a file that others may have written to. */
static void escapes_what_an_old_file_says(void **state)
{
	struct kernel_facts facts = {0};
	struct missed missed = {true, 3, "\x1b]0;x\a\n\xc2\x9b\xff"};
	struct node node = sample_node();
	long len = text__start(text, sizeof(text), &node, &facts, &missed);

	assert_harmless(text, len, "since");
	assert_int_equal(count_lines(text), 2);
}

/* ---- how long it gets ---- */

static void the_longest_victim_fits(void **state)
{
	static const char last[] = " (pid 190), GFP_KERNEL|__GFP_ZERO, order 0\n";
	struct decision_event d = sample_decision();
	struct exec_entry x = {.args_bytes = EXEC_ARGS_BYTES};
	struct victim_event e = sample_victim(&d, &x);

	memset(d.hit.path, 1, EVENT_PATH_BYTES - 1);
	memset(e.cgroup.path, 1, EVENT_PATH_BYTES - 1);
	memset(e.process.title, 1, REC_COMM_BYTES);
	memset(e.trigger_title, 1, REC_COMM_BYTES);
	memset(x.args, 1, EXEC_ARGS_BYTES);
	victim_text(&e);
	assert_string_equal(text + strlen(text) - strlen(last), last);
	assert_true(strlen(text) + 1 < sizeof(text));
	assert_int_equal(count_lines(text), 6);
}

static long render_victim(char *buf, size_t cap)
{
	struct node node = sample_node();
	struct decision_event d = sample_decision();
	struct exec_entry x = sample_exec();
	struct victim_event e = sample_victim(&d, &x);

	strcpy(e.process.title, "\x1b\xe2\x82\xac\n");
	return text__victim(buf, cap, &node, &e);
}

static long render_exit(char *buf, size_t cap)
{
	struct node node = sample_node();
	struct exit_event e = sample_exit();

	return text__exit(buf, cap, &node, &e);
}

static long render_start(char *buf, size_t cap)
{
	static const struct hook_state hooks[] = {{.name = "decision", .why = "no kprobes"}};
	struct kernel_facts facts = {.hooks = hooks, .n_hooks = 1, .why_unpinned = "no BPF"};
	struct missed missed = {true, 3, "2026-11-24T04:00:00.000000000Z"};
	struct node node = sample_node();

	return text__start(buf, cap, &node, &facts, &missed);
}

static long render_gap(char *buf, size_t cap)
{
	struct gap gap = {7, 9, "output"};

	return text__gap(buf, cap, &gap);
}

static long render_stop(char *buf, size_t cap)
{
	struct ledger l = {.books = {.seq = 10, .written = 6}};

	return text__stop(buf, cap, &hooked, &l);
}

static void assert_whole_characters(const char *s, size_t len)
{
	for (size_t at = 0, used; at < len; at += used)
		assert_false(utf8__next(s + at, len - at, &used) == UTF8_REPLACEMENT && used == 1);
}

/*
 * In a buffer of cap bytes, allocated to the byte: as much of the whole text as there is room for,
 * its last byte a newline. A character of four bytes can be what there is no room for.
 */
static void assert_cut(long (*render)(char *buf, size_t cap))
{
	long len = render(text, sizeof(text));

	assert_true(len > 0 && text[len - 1] == '\n');
	for (long cap = 1; cap <= len + 2; cap++) {
		char *buf = malloc(cap);
		long got = render(buf, cap);

		if (cap - 1 < len)
			assert_in_range(got, cap > 4 ? cap - 4 : 0, cap - 1);
		else
			assert_int_equal(got, len);
		if (got) {
			assert_memory_equal(buf, text, got - 1);
			assert_int_equal(buf[got - 1], '\n');
			assert_whole_characters(buf, got);
		}
		free(buf);
	}
}

static void what_does_not_fit_is_cut_newline_kept(void **state)
{
	assert_cut(render_victim);
	assert_cut(render_exit);
	assert_cut(render_start);
	assert_cut(render_gap);
	assert_cut(render_stop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes_names_wherever_they_are),
		cmocka_unit_test(no_two_bytes_get_through),
		cmocka_unit_test(escapes_what_an_old_file_says),
		cmocka_unit_test(the_longest_victim_fits),
		cmocka_unit_test(what_does_not_fit_is_cut_newline_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
