// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The group at the kill as SVG; see picture.h. */
#include <inttypes.h>
#include <string.h>

#include "report/escape.h"
#include "report/picture.h"
#include "report/quantity.h"

#define TOP_PX	   22 /* the limit's own words, where there is one */
#define HEADING_PX 26
#define ROW_PX	   34
#define TEXT_PX	   12 /* from a row's top to its text, and to its bar */
#define BAR_PX	   18
#define BAR_HIGH   10

static const char *const fate_classes[N_FATES] = {
	[FATE_KILLED] = "killed",
	[FATE_ENDED] = "ended",
	[FATE_LIVES] = "lives",
	[FATE_UNKNOWN] = "unknown",
};

static const char *const fate_marks[N_FATES] = {
	[FATE_KILLED] = "×",
	[FATE_ENDED] = "○",
	[FATE_LIVES] = "●",
	[FATE_UNKNOWN] = "?",
};

static const char *const part_headings[N_PARTS] = {
	[PART_MANAGER] = "Managers",	   [PART_WORKER] = "Workers",
	[PART_SUB_WORKER] = "Sub-workers", [PART_HELPER] = "Helpers",
	[PART_SINGLE] = "On its own",	   [PART_UNKNOWN] = "Processes",
};

static const char *const part_plurals[N_PARTS] = {
	[PART_MANAGER] = "managers",	   [PART_WORKER] = "workers",
	[PART_SUB_WORKER] = "sub-workers", [PART_HELPER] = "helpers",
	[PART_SINGLE] = "on their own",	   [PART_UNKNOWN] = "processes",
};

struct drawing {
	FILE *out;
	int64_t scale_bytes;
	int y;
};

static double share(const struct drawing *d, int64_t bytes)
{
	return bytes < 0 ? 0 : 100.0 * bytes / d->scale_bytes;
}

/* ---- rows ---- */

static bool has_part(const struct scene *s, enum part part)
{
	for (size_t i = 0; i < s->n_members; i++)
		if (s->members[i].part == part)
			return true;
	return false;
}

static int height_of(const struct scene *s)
{
	int rows = (s->before_bytes >= 0) + (s->after_bytes >= 0);
	int headings = rows != 0;

	for (size_t i = 0; i < s->n_members; i++)
		rows += s->members[i].drawn;
	for (int part = 0; part < N_PARTS; part++) {
		headings += has_part(s, part);
		for (int fate = 0; fate < N_FATES; fate++)
			rows += scene__crowd(s, part, fate).n != 0;
	}
	return (s->limit_bytes < 0 ? 0 : TOP_PX) + headings * HEADING_PX + rows * ROW_PX;
}

static void put_heading(struct drawing *d, const char *words)
{
	fprintf(d->out, "<text class=\"heading\" x=\"0\" y=\"%d\">%s</text>", d->y + HEADING_PX - 8,
		words);
	d->y += HEADING_PX;
}

/* A track as wide as the scale, and on it what is held; an empty outline where that is not known. */
static void put_bar(struct drawing *d, int64_t bytes)
{
	int y = d->y + BAR_PX;

	if (bytes < 0) {
		fprintf(d->out,
			"<rect class=\"unsized\" x=\"0.5\" y=\"%d.5\" width=\"99.5%%\" "
			"height=\"%d\"/>",
			y, BAR_HIGH - 1);
		return;
	}
	fprintf(d->out,
		"<rect class=\"track\" x=\"0\" y=\"%d\" width=\"100%%\" height=\"%d\"/>"
		"<rect class=\"bar\" x=\"0\" y=\"%d\" width=\"%.2f%%\" height=\"%d\"/>",
		y, BAR_HIGH, y, share(d, bytes), BAR_HIGH);
}

static void put_usage(struct drawing *d, const char *words, int64_t bytes)
{
	if (bytes < 0)
		return;
	fprintf(d->out, "<g class=\"usage\"><text x=\"0\" y=\"%d\">%s</text>", d->y + TEXT_PX,
		words);
	fprintf(d->out, "<text class=\"value\" x=\"100%%\" y=\"%d\">", d->y + TEXT_PX);
	quantity__bytes(d->out, bytes);
	fputs("</text>", d->out);
	put_bar(d, bytes);
	fputs("</g>", d->out);
	d->y += ROW_PX;
}

/* "× 711 worker 2: python3"; as HTML, which ends in "…" where there is no room: the table has it whole. */
static void put_name(struct drawing *d, const struct member *m)
{
	fprintf(d->out,
		"<foreignObject width=\"58%%\" height=\"%d\" y=\"%d\"><div class=\"name\">"
		"<span class=\"mark\">%s</span> ",
		BAR_PX, d->y, fate_marks[m->fate]);
	if (m->pid >= 0)
		fprintf(d->out, "%" PRId64 " ", m->pid);
	if (m->index >= 0 || m->label) {
		fputs(part_words[m->part], d->out);
		if (m->index >= 0)
			fprintf(d->out, " %" PRId64, m->index);
		fputs(m->label ? " " : "", d->out);
		escape__html(d->out, m->label);
		fputs(": ", d->out);
	}
	escape__html(d->out, m->title);
	fputs("</div></foreignObject>", d->out);
}

static void put_value(struct drawing *d, int64_t bytes, const char *words, enum fate fate)
{
	fprintf(d->out, "<text class=\"value\" x=\"100%%\" y=\"%d\">", d->y + TEXT_PX);
	if (bytes < 0)
		fputs("size not known", d->out);
	else
		quantity__bytes(d->out, bytes);
	fprintf(d->out, "%s, <tspan class=\"fate\">%s</tspan></text>", words, fate_words[fate]);
}

static void put_member(struct drawing *d, const struct member *m)
{
	fprintf(d->out, "<g class=\"%s\"><title>", fate_classes[m->fate]);
	escape__html(d->out, m->title);
	fputs("</title>", d->out);
	put_name(d, m);
	put_value(d, m->rss_bytes, "", m->fate);
	put_bar(d, m->rss_bytes);
	fputs("</g>", d->out);
	d->y += ROW_PX;
}

/* "● 20 more workers, 3.0 MiB to 9.0 MiB each"; the bar is of all of them. */
static void put_crowd(struct drawing *d, const struct crowd *c, enum part part, enum fate fate)
{
	fprintf(d->out,
		"<g class=\"crowd %s\"><foreignObject width=\"58%%\" height=\"%d\" y=\"%d\">"
		"<div class=\"name\"><span class=\"mark\">%s</span> %zu more %s",
		fate_classes[fate], BAR_PX, d->y, fate_marks[fate], c->n,
		c->n == 1 ? part_words[part] : part_plurals[part]);
	if (c->n > 1 && c->total_bytes >= 0) {
		fputs(", ", d->out);
		quantity__bytes(d->out, c->least_bytes);
		fputs(" to ", d->out);
		quantity__bytes(d->out, c->most_bytes);
		fputs(" each", d->out);
	}
	fputs("</div></foreignObject>", d->out);
	put_value(d, c->total_bytes, c->n > 1 && c->total_bytes >= 0 ? " together" : "", fate);
	put_bar(d, c->total_bytes);
	fputs("</g>", d->out);
	d->y += ROW_PX;
}

static void put_part(struct drawing *d, const struct scene *s, enum part part)
{
	put_heading(d, part_headings[part]);
	for (size_t i = 0; i < s->n_members; i++)
		if (s->members[i].part == part && s->members[i].drawn)
			put_member(d, &s->members[i]);
	for (int fate = 0; fate < N_FATES; fate++) {
		struct crowd c = scene__crowd(s, part, fate);

		if (c.n)
			put_crowd(d, &c, part, fate);
	}
}

/* ---- the whole ---- */

static void put_limit(const struct drawing *d, const struct scene *s, int height)
{
	double x = share(d, s->limit_bytes);

	if (s->limit_bytes < 0)
		return;
	fprintf(d->out,
		"<line class=\"limit\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"16\" y2=\"%d\"/>"
		"<text class=\"limit\" x=\"%.2f%%\" y=\"11\" text-anchor=\"%s\">%s ",
		x, x, height, x, x > 50 ? "end" : "start",
		s->own_limit ? "limit of the victim's cgroup" : "limit");
	quantity__bytes(d->out, s->limit_bytes);
	fputs("</text>", d->out);
}

static void put_summary(FILE *out, const struct scene *s)
{
	static const char *const joins[N_FATES] = {": ", ", ", ", ", ", "};

	fprintf(out, "Memory of %zu process%s%s", s->n_members, s->n_members == 1 ? "" : "es",
		s->limit_bytes < 0 ? "" : " against the limit");
	for (int fate = 0; fate < N_FATES; fate++) {
		size_t n = scene__count(s, fate);

		if (n)
			fprintf(out, "%s%zu %s", joins[fate], n, fate_words[fate]);
	}
	fputs(". The table below has the numbers.", out);
}

static void put_drawing(FILE *out, const struct scene *s)
{
	struct drawing d = {out, scene__scale(s), s->limit_bytes < 0 ? 0 : TOP_PX};
	int height = height_of(s);

	fprintf(out,
		"<svg class=\"picture\" role=\"img\" width=\"100%%\" height=\"%d\" aria-label=\"",
		height);
	put_summary(out, s);
	fputs("\">", out);
	put_limit(&d, s, height);
	if (s->before_bytes >= 0 || s->after_bytes >= 0)
		put_heading(&d, "In use by the cgroup");
	put_usage(&d, "at the kill", s->before_bytes);
	put_usage(&d, "afterwards", s->after_bytes);
	for (int part = 0; part < N_PARTS; part++)
		if (has_part(s, part))
			put_part(&d, s, part);
	fputs("</svg>", out);
}

/* "1 of 4 processes was killed: it held 600.0 MiB, 58.6 % of the limit." */
static void put_headline(FILE *out, const struct scene *s)
{
	int64_t all = (int64_t)s->n_members + s->left_out, held = scene__killed_bytes(s);
	bool one = s->n_killed == 1;

	fprintf(out, "<figcaption>%" PRId64 " of %" PRId64 " process%s %s killed", s->n_killed, all,
		all == 1 ? "" : "es", one ? "was" : "were");
	if (held >= 0 && s->n_killed) {
		fputs(one ? ": it held " : ": together they held ", out);
		quantity__bytes(out, held);
		if (s->limit_bytes > 0 && held <= s->limit_bytes)
			fprintf(out, ", %.1f %% of the limit", 100.0 * held / s->limit_bytes);
	}
	fputs(s->whole_machine ? ". No limit was hit: the whole machine was out of memory." : ".",
	      out);
	if (s->left_out)
		fprintf(out, " The record lists %zu of them.", s->n_members);
	fputs("</figcaption>", out);
}

void picture__put(FILE *out, const struct scene *s)
{
	fputs("<figure>", out);
	put_headline(out, s);
	put_drawing(out, s);
	fputs("</figure>", out);
}

void picture__put_patterns(FILE *out)
{
	fputs("<svg class=\"patterns\" width=\"0\" height=\"0\" aria-hidden=\"true\">"
	      "<pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
	      "patternTransform=\"rotate(45)\"><rect class=\"ground\" width=\"6\" height=\"6\"/>"
	      "<rect class=\"stroke\" width=\"2\" height=\"6\"/></pattern></svg>",
	      out);
}
