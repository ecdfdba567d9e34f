// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The whole page; see page.h. */
#include <inttypes.h>

#include "report/assets.h"
#include "report/entry.h"
#include "report/escape.h"
#include "report/losses.h"
#include "report/packs.h"
#include "report/page.h"
#include "report/picture.h"
#include "report/quantity.h"
#include "report/timeline.h"
#include "report_hashes.h"

struct page {
	FILE *out;
	const struct chronicle *chronicle;
	struct lanes lanes;
	struct timeline timeline;
	unsigned long bad_lines;
	size_t n_packed; /* the oldest, which are no HTML */
};

static void put_head(FILE *out)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	      "script-src 'sha256-" REPORT_JS_HASH "'; style-src 'sha256-" REPORT_CSS_HASH "'; "
	      "base-uri 'none'; form-action 'none'\">"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
	      "<meta name=\"referrer\" content=\"no-referrer\">"
	      "<meta name=\"generator\" content=\"oomtrace " OOMTRACE_VERSION "\">"
	      "<title>OOM kills</title>\n<style>",
	      out);
	fwrite(assets_css, 1, assets_css_end - assets_css, out);
	fputs("</style></head>\n<body><a class=\"skip\" href=\"#list\">Skip to the incidents</a>",
	      out);
	picture__put_patterns(out);
}

/* ---- what there is ---- */

static void put_stat(FILE *out, const char *name, uint64_t n, bool bad)
{
	fprintf(out, "<div%s><dt>%s</dt><dd>", bad && n ? " class=\"bad\"" : "", name);
	quantity__count(out, n);
	fputs("</dd></div>", out);
}

static void put_span(FILE *out, const struct chronicle *c)
{
	fputs("<p class=\"sub\">", out);
	if (c->last_ns == INT64_MIN) {
		fputs("No record has a time.", out);
	} else {
		quantity__time(out, c->first_ns);
		fputs(" to ", out);
		quantity__time(out, c->last_ns);
		fputs(" UTC", out);
	}
	fputs("</p>", out);
}

static void put_header(const struct page *p)
{
	const struct chronicle *c = p->chronicle;
	FILE *out = p->out;

	fputs("<header><h1>OOM kills</h1><div class=\"tools\"><button type=\"button\" id=\"theme\" "
	      "hidden>Dark</button></div>",
	      out);
	put_span(out, c);
	fputs("<dl class=\"stats\">", out);
	put_stat(out, "processes killed", c->kills, false);
	put_stat(out, "incidents", c->n_incidents, false);
	put_stat(out, "left inconsistent", p->lanes.standings[STANDING_BAD], true);
	put_stat(out, "not judged", p->lanes.standings[STANDING_UNKNOWN], false);
	put_stat(out, c->n_nodes == 1 ? "node" : "nodes", c->n_nodes, false);
	put_stat(out, "kills known missing", losses__kills(c), true);
	fputs("</dl></header>\n<main>", out);
}

static void put_losses(const struct page *p)
{
	fputs("<section class=\"losses\" aria-labelledby=\"losses-h\"><h2 id=\"losses-h\">What may "
	      "be missing</h2>",
	      p->out);
	losses__put(p->out, p->chronicle, p->bad_lines);
	fputs("</section>\n", p->out);
}

/* ---- when and where ---- */

static void put_legend(FILE *out)
{
	fputs("<p class=\"legend\" id=\"legend\">"
	      "<span><svg class=\"track\" width=\"12\" height=\"18\" aria-hidden=\"true\"><path "
	      "class=\"bad\" d=\"M2 1h8v9h-8z\"/><path class=\"ticks\" d=\"M0 10H12\"/></svg> "
	      "above the line: inconsistent, what is left can't work</span>"
	      "<span><svg class=\"track\" width=\"12\" height=\"18\" aria-hidden=\"true\"><path "
	      "class=\"unknown\" d=\"M4.5 1h3v9h-3z\"/><path class=\"ticks\" d=\"M0 "
	      "10H12\"/></svg> thin: not judged</span>"
	      "<span><svg class=\"track\" width=\"12\" height=\"18\" aria-hidden=\"true\"><path "
	      "class=\"good\" d=\"M2 10h8v7h-8z\"/><path class=\"ticks\" d=\"M0 10H12\"/></svg> "
	      "below: consistent</span><span>A step higher: twice as many</span></p>",
	      out);
}

static void put_timeline(const struct page *p)
{
	if (!p->chronicle->n_incidents)
		return;
	fputs("<section id=\"timeline\" aria-labelledby=\"timeline-h\"><h2 id=\"timeline-h\">When "
	      "and where</h2>",
	      p->out);
	put_legend(p->out);
	timeline__put(p->out, &p->timeline);
	fputs("<p id=\"tip\" aria-hidden=\"true\" hidden></p></section>\n", p->out);
}

/* ---- the list ---- */

static void put_select(FILE *out, const char *name, const char *words)
{
	fprintf(out,
		"<label>%s<select name=\"%s\"><option value=\"\">any</option></select></label>",
		words, name);
}

/* Without a script there is nothing to filter with: page.js fills the form and shows it. */
static void put_filters(FILE *out)
{
	fputs("<form id=\"filters\" role=\"search\" aria-label=\"Incidents\" hidden><label>Text"
	      "<input type=\"search\" name=\"text\" autocomplete=\"off\" "
	      "placeholder=\"name, command, cgroup, id\"></label>",
	      out);
	put_select(out, "node", "Node");
	put_select(out, "place", "Pod or cgroup");
	put_select(out, "verdict", "Verdict");
	put_select(out, "standing", "What was left is");
	fputs("<label>From (UTC)<input type=\"datetime-local\" step=\"1\" name=\"since\"></label>"
	      "<label>To (UTC)<input type=\"datetime-local\" step=\"1\" name=\"until\"></label>"
	      "</form><div class=\"bar\"><p id=\"status\" role=\"status\">",
	      out);
}

static void put_buttons(FILE *out)
{
	fputs("</p><span hidden><button type=\"button\" id=\"open\">Open all</button>"
	      "<button type=\"button\" id=\"close\">Close all</button>"
	      "<button type=\"button\" id=\"reset\">Clear filters</button></span></div>",
	      out);
}

static int put_entry(const struct page *p, size_t number)
{
	struct entry e;
	int err = entry__read(&e, p->chronicle, number);

	if (!err) {
		fprintf(p->out, "<details class=\"incident\" id=\"incident-%zu\">", number + 1);
		entry__put_line(p->out, &e);
		entry__put_body(p->out, &e);
		fputs("</details>\n", p->out);
	}
	entry__free(&e);
	return err;
}

static int put_entries(const struct page *p)
{
	int err = 0;

	fputs("<div id=\"entries\">\n", p->out);
	for (size_t i = p->chronicle->n_incidents; !err && i > p->n_packed; i--)
		err = put_entry(p, i - 1);
	fputs("</div>", p->out);
	if (p->n_packed) {
		fputs("<p class=\"note\" id=\"older-note\">", p->out);
		quantity__of(p->out, p->n_packed, "older incident");
		fputs(" can be seen where the page may run its script.</p>", p->out);
	}
	return err;
}

static int put_list(const struct page *p)
{
	FILE *out = p->out;
	int err;

	fputs("<section id=\"list\" tabindex=\"-1\" aria-labelledby=\"list-h\"><h2 "
	      "id=\"list-h\">Incidents</h2>",
	      out);
	if (!p->chronicle->n_incidents) {
		fputs("<p>None: no record tells of an OOM kill with its incident.</p>"
		      "</section></main>\n",
		      out);
		return 0;
	}
	put_filters(out);
	quantity__of(out, p->chronicle->n_incidents, "incident");
	put_buttons(out);
	err = put_entries(p);
	fputs("<div class=\"bar\" id=\"pager\"><span hidden><button type=\"button\" "
	      "id=\"newer\">Newer</button><span id=\"page\"></span><button type=\"button\" "
	      "id=\"older\">Older</button></span></div></section></main>\n",
	      out);
	return err;
}

/* ---- the whole ---- */

static int put_data(const struct page *p)
{
	int err = packs__put(p->out, &p->timeline, p->n_packed);

	fputs("<script>", p->out);
	fwrite(assets_js, 1, assets_js_end - assets_js, p->out);
	fputs("</script></body></html>\n", p->out);
	return err;
}

int page__put(FILE *out, const struct chronicle *c, unsigned long bad_lines)
{
	struct page p = {.out = out, .chronicle = c, .bad_lines = bad_lines};
	int err = lanes__find(&p.lanes, c);

	if (!err) {
		p.n_packed = c->n_incidents > PAGE_PLAIN ? c->n_incidents - PAGE_PLAIN : 0;
		timeline__init(&p.timeline, c, &p.lanes);
		put_head(out);
		put_header(&p);
		put_losses(&p);
		put_timeline(&p);
		err = put_list(&p);
	}
	if (!err) {
		fputs("<footer>Made by oomtrace " OOMTRACE_VERSION ". Times are UTC. Keys: / to "
		      "search, Escape to clear or close.</footer>\n",
		      out);
		err = put_data(&p);
	}
	lanes__free(&p.lanes);
	return err;
}
