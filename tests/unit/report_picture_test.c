// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* An incident's record to what is drawn of it, its table, and the words for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "journal/label.h"
#include "report/picture.h"
#include "report/quantity.h"
#include "report/table.h"

static json_t *member(int pid, const char *title, int rss, const char *role, int index)
{
	json_t *one = json_pack("{s:{s:i, s:n, s:s}, s:{s:i, s:i}, s:s?}", "process", "pid", pid,
				"vpid", "title", title, "memory", "rss_bytes", rss, "swap_bytes", 0,
				"role", role);

	assert_non_null(one);
	if (index)
		json_object_set_new(one, "index", json_integer(index));
	if (index)
		json_object_set_new(one, "of", json_integer(3));
	return one;
}

static json_t *survivor(json_t *one, const char *fate)
{
	json_object_set_new(one, "fate", fate ? json_string(fate) : json_null());
	return one;
}

/* A manager that lives, and workers: one a zombie, one killed, one ended, one of unknown fate. */
static json_t *incident(void)
{
	json_t *victim = member(12, "python3", 262144, "worker", 2);
	json_t *in = json_pack(
		"{s:s, s:s, s:b, s:i, s:i, s:n, s:{s:n, s:i}, s:i, s:i, s:[o], s:[o, o, o, o], "
		"s:[{s:i, s:i, s:s}], s:{s:{s:s}, s:{s:s}}, s:{s:{s:s, s:i}}}",
		"state", "closed", "verdict", "degraded", "consistent", 0, "usage_before_bytes",
		1048576, "usage_after_bytes", 524288, "freed_bytes", "group", "framework",
		"top_pid", 10, "victims_total", 1, "survivors_total", 6, "victims", victim,
		"survivors", survivor(member(13, "w", 1024, "worker", 3), "gone"),
		survivor(member(10, "/usr/bin/python3 -u /srv/serve.py --x", 131072, "manager", 0),
			 "alive"),
		survivor(member(11, "w", 1024, "worker", 1), "zombie"),
		survivor(member(14, "h", 0, NULL, 0), NULL), "followed_by", "pid", 13, "signal", 15,
		"by", "manager", "k8s", "pod", "name", "a-0", "namespace", "name", "ml", "oom",
		"hit", "path", "/a", "limit_bytes", 2097152);

	assert_non_null(in);
	json_object_set_new(victim, "chosen", json_true());
	json_object_set_new(victim, "exited_ms", json_integer(7));
	return in;
}

static void reads_who_was_there(void **state)
{
	static const struct {
		int pid;
		enum part part;
		enum fate fate;
		int signal;
	} expected[] = {
		{10, PART_MANAGER, FATE_LIVES, -1},   {11, PART_WORKER, FATE_ENDED, -1},
		{12, PART_WORKER, FATE_KILLED, -1},   {13, PART_WORKER, FATE_ENDED, 15},
		{14, PART_UNKNOWN, FATE_UNKNOWN, -1},
	};
	json_t *in = incident();
	struct scene s;

	scene__read(&s, in);
	assert_int_equal(s.n_members, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(s.members[i].pid, expected[i].pid);
		assert_int_equal(s.members[i].part, expected[i].part);
		assert_int_equal(s.members[i].fate, expected[i].fate);
		assert_int_equal(s.members[i].signal, expected[i].signal);
		assert_int_equal(s.members[i].vpid, -1);
	}
	assert_int_equal(s.left_out, 2);
	assert_int_equal(s.freed_bytes, -1);
	assert_int_equal(scene__scale(&s), 2097152);
	assert_int_equal(scene__count(&s, FATE_ENDED), 2);
	json_decref(in);
}

/* Of a record of which nothing is known, or that has what it should not. */
static void reads_anything(void **state)
{
	static const char *const texts[] = {
		"{}",
		"{\"victims\":7,\"survivors\":null,\"usage_before_bytes\":\"many\"}",
		"{\"victims\":[3,null,{}],\"survivors\":[[]],\"victims_total\":-9}",
		"{\"victims\":[{\"process\":{\"pid\":-1,\"title\":null},\"role\":\"king\"}]}",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		json_t *in = json_loads(texts[i], 0, NULL);
		struct scene s;
		struct label l;

		assert_non_null(in);
		scene__read(&s, in);
		assert_true(scene__scale(&s) >= 1);
		assert_true(s.left_out >= 0);
		assert_int_equal(label__read(&l, in), 0);
		assert_int_equal(l.standing, STANDING_UNKNOWN);
		label__free(&l);
		json_decref(in);
	}
}

static char *drawn(void (*put)(FILE *out, const struct scene *s), const struct scene *s)
{
	char *buf = NULL;
	size_t len;
	FILE *out = open_memstream(&buf, &len);

	assert_non_null(out);
	put(out, s);
	assert_int_equal(fclose(out), 0);
	return buf;
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in\n%s", part, text);
}

static void draws_to_one_scale(void **state)
{
	static const char *const parts[] = {
		"<figure><figcaption>1 of 7 processes was killed: it held 256.0 KiB, 12.5 % of the "
		"limit. "
		"The record lists 5 of them.</figcaption>",
		"<svg class=\"picture\" role=\"img\" width=\"100%\" height=\"364\"",
		"aria-label=\"Memory of 5 processes against the limit: 1 killed, 2 ended later, "
		"1 survived, 1 fate not known.",
		"x=\"100.00%\" y=\"11\" text-anchor=\"end\">limit 2.0 MiB</text>",
		"at the kill</text>",
		"width=\"50.00%\" height=\"10\"/>",
		">afterwards</text>",
		"width=\"25.00%\" height=\"10\"/>",
		">Managers</text><g class=\"lives\">",
		"width=\"6.25%\" height=\"10\"/>",
		">Workers</text><g class=\"ended\">",
		"<span class=\"mark\">○</span> 11",
		"<g class=\"killed\"><title>python3</title>",
		"<span class=\"mark\">×</span> 12 worker 2: python3<",
		"256.0 KiB, <tspan class=\"fate\">killed</tspan>",
		"width=\"12.50%\" height=\"10\"/>",
		">Processes</text><g class=\"unknown\">",
	};
	json_t *in = incident();
	const char *at;
	struct scene s;
	char *svg;

	scene__read(&s, in);
	svg = drawn(picture__put, &s);
	at = svg;
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		assert_has(at, parts[i]);
		at = strstr(at, parts[i]);
	}
	free(svg);
	json_decref(in);
}

static void put_table(FILE *out, const struct scene *s)
{
	table__put(out, s, 1);
}

static void has_the_numbers_in_the_table(void **state)
{
	static const char *const parts[] = {
		"/usr/bin/python3 -u /srv/serve.py --x</th>",
		"<td class=\"role\">worker 1 of 3</td>",
		"<td>ended later, a zombie that nobody has waited for</td>",
		"<td class=\"number\">256.0 KiB</td>",
		"<td class=\"number\">12.5 %</td><td>killed, gone after 7 ms; chosen by the kernel",
		"<td>ended later, signal 15 by manager</td>",
		"In use by the cgroup at the kill</th><td class=\"number\">1.0 MiB</td>",
		"Limit</th><td class=\"number\">2.0 MiB</td>",
		"And 2 more, which the record counts only.",
	};
	json_t *in = incident();
	struct scene s;
	char *html;

	scene__read(&s, in);
	html = drawn(put_table, &s);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		assert_has(html, parts[i]);
	free(html);
	json_decref(in);
}

static void falls_back_on_the_own_limit(void **state)
{
	json_t *in = json_pack("{s:{s:n, s:{s:n}, s:{s:s, s:i}}}", "oom", "constraint", "hit",
			       "path", "victim", "path", "/a", "limit_bytes", 4096);
	struct scene s;
	char *svg;

	scene__read(&s, in);
	assert_int_equal(s.limit_bytes, 4096);
	svg = drawn(picture__put, &s);
	assert_has(svg, "limit of the victim's cgroup 4.0 KiB");
	free(svg);
	json_object_set_new(json_object_get(in, "oom"), "constraint", json_string("none"));
	scene__read(&s, in);
	assert_int_equal(s.limit_bytes, -1);
	json_decref(in);
}

static void finds_the_words(void **state)
{
	json_t *in = incident(), *k8s = json_object_get(in, "k8s");
	struct label l;

	assert_int_equal(label__read(&l, in), 0);
	assert_string_equal(l.who, "worker 2 of 3 of serve.py, pid 12");
	assert_string_equal(l.place, "ml/a-0");
	assert_string_equal(l.group, "serve.py");
	assert_string_equal(l.verdict, "degraded");
	assert_int_equal(l.standing, STANDING_BAD);
	label__free(&l);
	json_object_clear(k8s);
	json_object_set_new(json_object_get(in, "group"), "framework", json_string("Celery"));
	json_object_set_new(in, "verdict", json_null());
	json_object_set_new(in, "consistent", json_true());
	assert_int_equal(label__read(&l, in), 0);
	assert_string_equal(l.who, "worker 2 of 3 of Celery, pid 12");
	assert_string_equal(l.place, "/a");
	assert_string_equal(l.verdict, "no verdict");
	assert_int_equal(l.standing, STANDING_GOOD);
	label__free(&l);
	json_object_del(json_object_get(json_object_get(in, "oom"), "hit"), "path");
	assert_int_equal(label__read(&l, in), 0);
	assert_string_equal(l.place, "place not known");
	label__free(&l);
	json_decref(in);
}

static void put_quantities(FILE *out, const struct scene *s)
{
	quantity__count(out, 1234567);
	fputc(' ', out);
	quantity__of(out, 1, "kill");
	fputc(' ', out);
	quantity__of(out, 10005, "kill");
	fputc(' ', out);
	quantity__bytes(out, -1);
	fputc(' ', out);
	quantity__ms(out, 2345);
	fputc(' ', out);
	quantity__time(out, 1795493414012345678);
	fputc(' ', out);
	quantity__time(out, INT64_MIN);
}

static void gives_numbers_their_units(void **state)
{
	char *text = drawn(put_quantities, NULL);

	assert_string_equal(text, "1,234,567 1 kill 10,005 kills not known 2.3 s "
				  "<time datetime=\"2026-11-24T04:10:14.012Z\">2026-11-24 04:10:14"
				  "<small>.012</small></time> "
				  "<span class=\"time\">time not known</span>");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_who_was_there),
		cmocka_unit_test(reads_anything),
		cmocka_unit_test(draws_to_one_scale),
		cmocka_unit_test(has_the_numbers_in_the_table),
		cmocka_unit_test(falls_back_on_the_own_limit),
		cmocka_unit_test(finds_the_words),
		cmocka_unit_test(gives_numbers_their_units),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
