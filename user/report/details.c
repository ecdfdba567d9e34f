// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* An incident's record to a list of terms; see details.h. */
#include <inttypes.h>

#include "journal/value.h"
#include "report/details.h"
#include "report/escape.h"
#include "report/quantity.h"

static void begin(FILE *out, const char *term)
{
	fprintf(out, "<div><dt>%s</dt><dd>", term);
}

static void end(FILE *out)
{
	fputs("</dd></div>", out);
}

static void put_text(FILE *out, const json_t *record, const char *key, const char *term)
{
	const char *text = value__text(record, key);

	if (!text)
		return;
	begin(out, term);
	escape__html(out, text);
	end(out);
}

/* ---- what it means ---- */

static void put_meaning(FILE *out, const json_t *incident)
{
	const char *keys[] = {"meaning", "group.reaction"};

	for (int i = 0; i < 2; i++) {
		const char *text = value__text(incident, keys[i]);

		if (!text)
			continue;
		fputs("<p class=\"meaning\">", out);
		escape__html(out, text);
		fputs("</p>", out);
	}
}

static void put_advice(FILE *out, const json_t *incident)
{
	const char *advice = value__text(incident, "advice");
	const char *more = value__text(incident, "group.advice");

	if (!advice && !more)
		return;
	begin(out, "What to do");
	escape__html(out, advice);
	fputs(advice && more ? " " : "", out);
	escape__html(out, more);
	end(out);
}

/* ---- where and who ---- */

static void put_cgroup(FILE *out, const json_t *incident, const char *key, const char *term)
{
	const json_t *cgroup = value__at(incident, key);
	const char *path = value__text(cgroup, "path");
	int64_t bytes = -1;

	if (!path)
		return;
	begin(out, term);
	fputs("<code>", out);
	escape__html(out, path);
	fputs("</code>", out);
	if (value__number(cgroup, "limit_bytes", &bytes)) {
		fputs("<br>limit ", out);
		quantity__bytes(out, bytes);
	}
	if (value__number(cgroup, "usage_bytes", &bytes)) {
		fputs("<br>in use ", out);
		quantity__bytes(out, bytes);
	}
	if (value__at(cgroup, "oom_group"))
		fprintf(out, "<br>memory.oom.group %s",
			value__is_true(cgroup, "oom_group") ? "set" : "not set");
	end(out);
}

static void put_cgroups(FILE *out, const json_t *incident)
{
	const char *victim = value__text(incident, "oom.victim.path");

	if (value__is(incident, "oom.constraint", "none")) {
		begin(out, "Limit that was hit");
		fputs("none: the whole machine was out of memory", out);
		end(out);
	}
	put_cgroup(out, incident, "oom.hit", "Limit that was hit");
	if (victim && !value__is(incident, "oom.hit.path", victim))
		put_cgroup(out, incident, "oom.victim", "Victim's cgroup");
}

static void put_identity(FILE *out, const json_t *incident)
{
	put_text(out, incident, "host.name", "Node");
	put_text(out, incident, "k8s.namespace.name", "Namespace");
	put_text(out, incident, "k8s.pod.name", "Pod");
	put_text(out, incident, "k8s.container.name", "Container");
	put_text(out, incident, "container.id", "Container's id");
	put_text(out, incident, "group.framework", "Framework");
}

static void put_command(FILE *out, const json_t *kill)
{
	const json_t *args = value__at(kill, "process.command_args"), *one;
	size_t i;

	if (!args)
		return;
	fputs("<div class=\"whole\"><dt>Command</dt><dd><code>", out);
	json_array_foreach(args, i, one) {
		fputs(i ? " " : "", out);
		escape__html(out, json_string_value(one));
	}
	fputs(value__is_true(kill, "process.command_args_truncated") ? " …</code>" : "</code>",
	      out);
	end(out);
}

static void put_trigger(FILE *out, const json_t *incident, const json_t *kill)
{
	const char *title = value__text(kill, "oom.trigger.title");
	const char *gfp = value__text(incident, "oom.gfp");
	int64_t n = 0;

	if (!title && !gfp)
		return;
	begin(out, "Triggered by");
	escape__html(out, title ? title : "a request");
	if (value__number(kill, "oom.trigger.pid", &n))
		fprintf(out, " (pid %" PRId64 ")", n);
	if (gfp) {
		fputs(", ", out);
		escape__html(out, gfp);
	}
	if (value__number(incident, "oom.order", &n))
		fprintf(out, ", order %" PRId64, n);
	end(out);
}

/* ---- what came of it ---- */

static void put_freed(FILE *out, const json_t *incident)
{
	int64_t n = 0;

	if (!value__number(incident, "freed_bytes", &n))
		return;
	begin(out, "Freed");
	quantity__bytes(out, n);
	if (value__number(incident, "exited_ms", &n)) {
		fputs(" in ", out);
		quantity__ms(out, n);
	}
	if (value__number(incident, "reaped_ms", &n)) {
		fputs(", the reaper done after ", out);
		quantity__ms(out, n);
	}
	end(out);
}

static void put_watched(FILE *out, const json_t *incident)
{
	int64_t n = 0;

	if (!value__number(incident, "watched_ms", &n))
		return;
	begin(out, "Watched");
	quantity__ms(out, n);
	fputs(value__is_true(incident, "cut_short") ? ", cut short" : "", out);
	if (value__number(incident, "replacements", &n) && n)
		fprintf(out, "; %" PRId64 " started in the victim's place", n);
	else if (value__at(incident, "replacements"))
		fputs("; nothing started in the victim's place", out);
	end(out);
}

static void put_signal(FILE *out, const json_t *signal)
{
	int64_t number = 0, pid = 0, sender = 0;

	value__number(signal, "signal", &number);
	value__number(signal, "pid", &pid);
	value__number(signal, "sender.pid", &sender);
	fprintf(out, "<li>signal %" PRId64 " to %" PRId64 " by ", number, pid);
	escape__html(out, value__text(signal, "sender.title"));
	fprintf(out, " (pid %" PRId64 ", ", sender);
	escape__html(out, value__text(signal, "by"));
	fputs(")</li>", out);
}

static void put_followed_by(FILE *out, const json_t *incident)
{
	const json_t *signals = value__at(incident, "followed_by"), *one;
	int64_t total = 0;
	size_t i;

	if (!json_array_size(signals))
		return;
	begin(out, "Signals afterwards, not the OOM killer's");
	fputs("<ul>", out);
	json_array_foreach(signals, i, one)
		put_signal(out, one);
	if (value__number(incident, "followed_by_total", &total) && total > (int64_t)i)
		fprintf(out, "<li>and %" PRId64 " more</li>", total - (int64_t)i);
	fputs("</ul>", out);
	end(out);
}

/* A list of strings. */
static void put_list(FILE *out, const json_t *incident, const char *key, const char *term)
{
	const json_t *all = value__at(incident, key), *one;
	size_t i;

	if (!json_array_size(all))
		return;
	begin(out, term);
	fputs("<ul>", out);
	json_array_foreach(all, i, one) {
		fputs("<li>", out);
		escape__html(out, json_string_value(one));
		fputs("</li>", out);
	}
	fputs("</ul>", out);
	end(out);
}

void details__put_outcome(FILE *out, const json_t *incident, const json_t *kill)
{
	put_meaning(out, incident);
	fputs("<dl>", out);
	put_advice(out, incident);
	put_freed(out, incident);
	put_followed_by(out, incident);
	put_watched(out, incident);
	put_trigger(out, incident, kill);
	fputs("</dl>", out);
}

void details__put_origin(FILE *out, const json_t *incident, const json_t *kill)
{
	fputs("<dl>", out);
	put_command(out, kill);
	put_cgroups(out, incident);
	put_identity(out, incident);
	put_list(out, incident, "evidence", "Why one group");
	put_list(out, incident, "doubts", "Doubts");
	put_text(out, incident, "log.record.uid", "Record");
	fputs("</dl>", out);
}
