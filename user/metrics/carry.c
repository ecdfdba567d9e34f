// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* From text to counters; see carry.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/carry.h"
#include "metrics/families.h"
#include "metrics/sample.h"

#define OURS "oomtrace_"

/* ---- places ---- */

/* Its last three labels are the place's. Nothing is read that needs more places than there are. */
static struct tally *tally_of(struct metrics *m, const struct sample *s)
{
	size_t at = s->n_labels - 3;
	struct origin origin;

	origin__set(&origin, s->labels[at].value, s->labels[at + 1].value, s->labels[at + 2].value);
	return tallies__find(&m->tallies, &origin, 0);
}

static int index_of(const char *value, const char *(*name)(int), int n)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(name(i), value))
			return i;
	return -1;
}

static void use(struct tally *t, uint32_t at_s)
{
	if (at_s > t->used_s)
		t->used_s = at_s;
}

static bool take_kills(struct metrics *m, const struct sample *s)
{
	int kind, constraint;
	struct tally *t;

	if (!sample__has_labels(s, kill_labels, 5) || s->value > UINT32_MAX)
		return false;
	kind = index_of(s->labels[0].value, label__kind, TALLY_KINDS);
	constraint = index_of(s->labels[1].value, label__constraint, TALLY_CONSTRAINTS);
	t = kind < 0 || constraint < 0 ? NULL : tally_of(m, s);
	if (t)
		t->kills[kind][constraint] = s->value;
	return t;
}

static bool take_last_kill(struct metrics *m, const struct sample *s)
{
	struct tally *t;

	if (!sample__has_labels(s, origin_labels, 3) || s->value > UINT32_MAX)
		return false;
	t = tally_of(m, s);
	if (!t)
		return false;
	t->killed_s = s->value;
	use(t, s->value);
	return true;
}

/* The verdict's tally; NULL: it makes no sense. */
static struct tally *read_verdict(struct metrics *m, const struct sample *s, int *verdict)
{
	if (!sample__has_labels(s, incident_labels, 5) || s->value > UINT32_MAX)
		return NULL;
	*verdict = index_of(s->labels[0].value, label__verdict, VERDICTS);
	return *verdict < 0 ? NULL : tally_of(m, s);
}

static bool take_incidents(struct metrics *m, const struct sample *s)
{
	int verdict;
	struct tally *t = read_verdict(m, s, &verdict);

	if (t)
		t->incidents[verdict] = s->value;
	return t;
}

static bool take_last_incident(struct metrics *m, const struct sample *s)
{
	int verdict;
	struct tally *t = read_verdict(m, s, &verdict);

	if (!t)
		return false;
	t->closed_s[verdict] = s->value;
	use(t, s->value);
	return true;
}

/* ---- totals ---- */

static bool is_total(const struct sample *s, const struct total_row *row)
{
	if (row->family == FAMILIES || strcmp(s->name, family_rows[row->family].name))
		return false;
	return sample__has_labels(s, &row->key, row->key ? 1 : 0) &&
	       (!row->key || !strcmp(s->labels[0].value, row->value));
}

/* What is no counter of ours is made anew, and so is what a later version has. */
static bool take_total(struct metrics *m, const struct sample *s)
{
	for (int i = 0; i < TOTALS; i++) {
		if (is_total(s, &total_rows[i])) {
			m->totals[i] = s->value;
			return s->whole;
		}
	}
	return !strncmp(s->name, OURS, strlen(OURS));
}

/* "9e0f...-5c1-0 3 3 0 0 0 0 3" */
static bool take_books(struct metrics *m, const char *text)
{
	size_t n = strcspn(text, " ");

	if (n >= sizeof(m->ledger))
		return false;
	memcpy(m->ledger, text, n);
	m->ledger[n] = '\0';
	text += n;
	for (int i = 0; i < BOOK_TOTALS; i++) {
		char *end;

		if (text[0] != ' ' || text[1] < '0' || text[1] > '9')
			return false;
		m->entered[i] = strtoull(text + 1, &end, 10);
		text = end;
	}
	return !*text;
}

/* ---- lines ---- */

static bool take_sample(struct metrics *m, const char *line)
{
	static bool (*const takers[FAMILIES])(struct metrics *, const struct sample *) = {
		[FAMILY_KILLS] = take_kills,
		[FAMILY_LAST_KILL] = take_last_kill,
		[FAMILY_INCIDENTS] = take_incidents,
		[FAMILY_LAST_INCIDENT] = take_last_incident,
	};
	struct sample s;

	if (!sample__read(&s, line))
		return false;
	for (int i = 0; i < FAMILIES; i++)
		if (takers[i] && !strcmp(s.name, family_rows[i].name))
			return s.whole && takers[i](m, &s);
	return take_total(m, &s);
}

/* Each line ends, and the last one is that of the books: nothing is missing. */
static bool take_lines(struct metrics *m, char *text)
{
	bool whole = false;
	char *end;

	for (; *text; text = end + 1) {
		end = strchr(text, '\n');
		if (!end || whole)
			return false;
		*end = '\0';
		if (!strncmp(text, BOOKS_COMMENT, strlen(BOOKS_COMMENT)))
			whole = take_books(m, text + strlen(BOOKS_COMMENT));
		else if (*text != '#' && !take_sample(m, text))
			return false;
	}
	return whole;
}

/* A file system that lost its data in a crash gives zeros. */
static bool is_ours(const char *text)
{
	return !text[0] || !strncmp(text, "# HELP " OURS, strlen("# HELP " OURS));
}

int carry__read(struct metrics *m, char *text, size_t bytes)
{
	if (!bytes)
		return 0;
	if (!is_ours(text))
		return -EEXIST;
	if (strlen(text) == bytes && take_lines(m, text))
		return 0;
	metrics__init(m, m->node);
	return -EBADMSG;
}
