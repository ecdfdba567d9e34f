// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* One incident of the list; see entry.h. */
#include <errno.h>
#include <string.h>

#include "journal/value.h"
#include "report/details.h"
#include "report/entry.h"
#include "report/escape.h"
#include "report/picture.h"
#include "report/quantity.h"
#include "report/scene.h"
#include "report/table.h"

static const struct {
	const char *class, *mark;
} badges[N_STANDINGS] = {
	[STANDING_BAD] = {"bad", "×"},
	[STANDING_GOOD] = {"good", "✓"},
	[STANDING_UNKNOWN] = {"unknown", "?"},
};

int entry__read(struct entry *e, const struct chronicle *c, size_t number)
{
	const struct chronicle_incident *in = &c->incidents[number];

	*e = (struct entry){
		.chronicle = c,
		.number = number,
		.incident = json_loads(in->record, 0, NULL),
		.kill = in->kill ? json_loads(in->kill, 0, NULL) : NULL,
	};
	return e->incident ? label__read(&e->label, e->incident) : -ENOMEM;
}

void entry__free(struct entry *e)
{
	label__free(&e->label);
	json_decref(e->incident);
	json_decref(e->kill);
}

static const char *node_of(const struct entry *e)
{
	return e->chronicle->nodes[e->chronicle->incidents[e->number].node].name;
}

static void put_span(FILE *out, const char *class, const char *text)
{
	fprintf(out, "<span class=\"%s\" title=\"", class);
	escape__html(out, text);
	fputs("\">", out);
	escape__html(out, text);
	fputs("</span>", out);
}

void entry__put_line(FILE *out, const struct entry *e)
{
	enum standing standing = e->label.standing;

	fprintf(out, "<summary>");
	quantity__time(out, e->chronicle->incidents[e->number].ns);
	fprintf(out, "<span class=\"badge %s\"><i role=\"img\" aria-label=\"%s:\">%s</i> ",
		badges[standing].class, standing_words[standing], badges[standing].mark);
	escape__html(out, e->label.verdict);
	fputs("</span>", out);
	put_span(out, "who", e->label.who);
	put_span(out, "place", e->label.place);
	put_span(out, "node", node_of(e));
	fputs("</summary>", out);
}

void entry__put_body(FILE *out, const struct entry *e)
{
	struct scene scene;

	scene__read(&scene, e->incident);
	fprintf(out,
		"<div class=\"body\"><p class=\"links\"><span class=\"here\"></span>"
		"<a href=\"#incident-%zu\">Link to this incident</a><button type=\"button\" "
		"class=\"copy\" hidden>Copy as text</button></p>",
		e->number + 1);
	picture__put(out, &scene);
	fputs("<div class=\"details\">", out);
	details__put_outcome(out, e->incident, e->kill);
	fputs("</div>", out);
	table__put(out, &scene, e->number + 1);
	fputs("<div class=\"details origin\">", out);
	details__put_origin(out, e->incident, e->kill);
	fputs("</div></div>", out);
}

/* ---- words ---- */

static void put_word(FILE *out, const char *text)
{
	escape__visible(out, text);
	fputc(' ', out);
}

static void put_titles(FILE *out, const json_t *members)
{
	const char *last = "", *title;
	const json_t *one;
	size_t i;

	json_array_foreach(members, i, one) {
		title = value__text(one, "process.title");
		if (!title || !strcmp(title, last))
			continue;
		put_word(out, title);
		last = title;
	}
}

void entry__put_words(FILE *out, const struct entry *e)
{
	const json_t *args = value__at(e->kill, "process.command_args"), *one;
	size_t i;

	put_word(out, node_of(e));
	put_word(out, e->label.who);
	put_word(out, e->label.place);
	put_word(out, e->label.group);
	put_word(out, e->label.verdict);
	put_word(out, value__text(e->incident, "k8s.container.name"));
	put_word(out, value__text(e->incident, "container.id"));
	put_word(out, value__text(e->incident, "oom.hit.path"));
	put_word(out, value__text(e->incident, "log.record.uid"));
	put_word(out, value__text(e->kill, "oom.trigger.title"));
	put_titles(out, value__at(e->incident, "victims"));
	put_titles(out, value__at(e->incident, "survivors"));
	json_array_foreach(args, i, one)
		put_word(out, json_string_value(one));
}
