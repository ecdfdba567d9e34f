// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The group at the kill as a table; see table.h. */
#include <inttypes.h>

#include "report/escape.h"
#include "report/quantity.h"
#include "report/table.h"

static void put_number(FILE *out, int64_t n)
{
	if (n < 0)
		fputs("<td class=\"number\">–</td>", out);
	else
		fprintf(out, "<td class=\"number\">%" PRId64 "</td>", n);
}

static void put_share(FILE *out, const struct scene *s, int64_t bytes)
{
	if (s->limit_bytes <= 0 || bytes < 0)
		fputs("<td class=\"number\">–</td>", out);
	else
		fprintf(out, "<td class=\"number\">%.1f %%</td>", 100.0 * bytes / s->limit_bytes);
}

static void put_bytes(FILE *out, int64_t bytes)
{
	fputs("<td class=\"number\">", out);
	quantity__bytes(out, bytes);
	fputs("</td>", out);
}

static void put_role(FILE *out, const struct member *m)
{
	fprintf(out, "<td class=\"role\">%s", part_words[m->part]);
	if (m->index >= 0)
		fprintf(out, " %" PRId64, m->index);
	if (m->index >= 0 && m->of >= 0)
		fprintf(out, " of %" PRId64, m->of);
	if (m->label) {
		fputs(", ", out);
		escape__html(out, m->label);
	}
	fputs("</td>", out);
}

static void put_fate(FILE *out, const struct member *m)
{
	fprintf(out, "<td>%s", fate_words[m->fate]);
	if (m->fate == FATE_KILLED && m->exited_ms >= 0) {
		fputs(", gone after ", out);
		quantity__ms(out, m->exited_ms);
	}
	if (m->chosen)
		fputs("; chosen by the kernel", out);
	if (m->signal >= 0) {
		fprintf(out, ", signal %" PRId64 " by ", m->signal);
		escape__html(out, m->by);
	}
	fputs(m->zombie ? ", a zombie that nobody has waited for</td>" : "</td>", out);
}

static void put_member(FILE *out, const struct scene *s, const struct member *m)
{
	fputs("<tr><th scope=\"row\" class=\"title\">", out);
	escape__html(out, m->title);
	fputs("</th>", out);
	put_number(out, m->pid);
	put_number(out, m->vpid);
	put_role(out, m);
	put_bytes(out, m->rss_bytes);
	put_bytes(out, m->swap_bytes);
	put_share(out, s, m->rss_bytes);
	put_fate(out, m);
	fputs("</tr>", out);
}

static void put_usage(FILE *out, const struct scene *s, const char *words, int64_t bytes)
{
	if (bytes < 0)
		return;
	fprintf(out, "<tr><th scope=\"row\" colspan=\"4\">%s</th>", words);
	put_bytes(out, bytes);
	fputs("<td></td>", out);
	put_share(out, s, bytes);
	fputs("<td></td></tr>", out);
}

void table__put(FILE *out, const struct scene *s, size_t number)
{
	fprintf(out,
		"<div class=\"wide\" role=\"region\" aria-label=\"Numbers of incident %zu\" "
		"tabindex=\"0\">",
		number);
	fputs("<table><caption>Who held what at the kill</caption><thead><tr>"
	      "<th scope=\"col\">Process</th><th scope=\"col\" class=\"number\">PID</th>"
	      "<th scope=\"col\" class=\"number\">PID inside</th><th scope=\"col\">Role</th>"
	      "<th scope=\"col\" class=\"number\">Resident</th>"
	      "<th scope=\"col\" class=\"number\">Swap</th>"
	      "<th scope=\"col\" class=\"number\">of the limit</th>"
	      "<th scope=\"col\">What became of it</th></tr></thead><tbody>",
	      out);
	for (size_t i = 0; i < s->n_members; i++)
		put_member(out, s, &s->members[i]);
	fputs("</tbody><tfoot>", out);
	put_usage(out, s, "In use by the cgroup at the kill", s->before_bytes);
	put_usage(out, s, "In use afterwards", s->after_bytes);
	put_usage(out, s, "Freed by the victims", s->freed_bytes);
	put_usage(out, s, s->own_limit ? "Limit of the victim's cgroup" : "Limit", s->limit_bytes);
	fputs("</tfoot></table></div>", out);
	if (s->left_out)
		fprintf(out,
			"<p class=\"note\">And %" PRId64 " more, which the record counts only.</p>",
			s->left_out);
}
