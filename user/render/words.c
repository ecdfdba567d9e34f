// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Text into a buffer, no byte of a stranger's unescaped; see words.h. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "node/clock.h"
#include "render/utf8.h"
#include "render/words.h"

void words__put(struct words *t, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(t->buf + t->len, t->cap - t->len, format, args);
	va_end(args);
	if (n > 0)
		t->len += n;
	if (t->len >= t->cap)
		t->len = t->cap - 1;
}

void words__character(struct words *t, const char *s, uint32_t cp, size_t used)
{
	if (cp == '\\')
		words__put(t, "\\\\");
	else if (cp == UTF8_REPLACEMENT && used == 1)
		words__put(t, "\\x%02x", (unsigned char)*s);
	else if (utf8__is_control(cp))
		words__put(t, cp < 0x100 ? "\\x%02x" : "\\u%04x", cp);
	else if (used < t->cap - t->len)
		words__put(t, "%.*s", (int)used, s);
	else
		t->cap =
			t->len +
			1; /* no room for all of it: what follows is cut as well, else a gap would be in the text */
}

void words__name(struct words *t, const char *s)
{
	size_t len = strlen(s), used;

	for (size_t at = 0; at < len; at += used) {
		uint32_t cp = utf8__next(s + at, len - at, &used);

		words__character(t, s + at, cp, used);
	}
}

void words__size(struct words *t, uint64_t bytes)
{
	static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
	double value = bytes;
	int unit = -1;

	while (value >= 1024 && unit < 3) {
		value /= 1024;
		unit++;
	}
	if (unit < 0)
		words__put(t, "%" PRIu64 " B", bytes);
	else
		words__put(t, "%.1f %s", value, units[unit]);
}

void words__time(struct words *t, const struct node *node, uint64_t boot_ns)
{
	char text[CLOCK_TEXT_BYTES];

	if (node->real_unknown) {
		words__put(t, "[%12.6f]", boot_ns / 1e9);
		return;
	}
	clock__format_boot(text, boot_ns, node->boot_to_real_ns);
	words__put(t, "%.12sZ", text + strlen("2026-11-24T"));
}

/* How many of n bytes at s have room in so many columns; *columns gets how many they take. */
static size_t fit(const char *s, size_t n, size_t *columns)
{
	size_t room = *columns, at = 0;

	*columns = 0;
	while (at < n && *columns < room) {
		at++;
		while (at < n && utf8__goes_on(s[at]))
			at++;
		++*columns;
	}
	return at;
}

void words__wrap(struct words *t, const char *s, size_t column, size_t indent)
{
	bool begins = true;

	for (size_t n; *s; s += n + (s[n] == ' '), begins = false) {
		size_t columns = WORDS_COLUMNS - indent;

		n = fit(s, strcspn(s, " "), &columns);
		if (column + !begins + columns > WORDS_COLUMNS) {
			words__put(t, "\n%*s", (int)indent, "");
			column = indent;
		} else if (!begins) {
			words__put(t, " ");
			column++;
		}
		words__put(t, "%.*s", (int)n, s);
		column += columns;
	}
	words__put(t, "\n");
}

long words__finish(struct words *t)
{
	if (!t->len || t->len < t->cap - 1)
		return t->len;
	while (t->len > 1 && utf8__goes_on(t->buf[t->len - 1]))
		t->len--;
	t->buf[t->len - 1] = '\n';
	return t->len;
}

void decision__gfp(const struct decision_event *d, char text[GFP_TEXT_BYTES])
{
	if (d->gfp[0])
		snprintf(text, GFP_TEXT_BYTES, "%s", d->gfp);
	else
		gfp__format(text, d->gfp_mask);
}

void words__path(struct words *t, const struct cgroup_facts *c)
{
	if (!c->path[0])
		words__put(t, "cgroup %" PRIu64, c->id);
	if (c->path_truncated)
		words__put(t, "...");
	words__name(t, c->path);
}

/* By its name, else by the first twelve digits of its id, as the tools of all runtimes do. */
static void put_container(struct words *t, const char *name, const char *id)
{
	words__put(t, "container ");
	if (*name)
		words__name(t, name);
	else
		words__put(t, "%.12s", id);
}

static void put_pod(struct words *t, const struct names *names, const char *uid)
{
	words__put(t, "pod ");
	if (*names->namespace) {
		words__name(t, names->namespace);
		words__put(t, "/");
	}
	words__name(t, *names->pod ? names->pod : uid);
}

void words__identity(struct words *t, const struct identity *in)
{
	const struct container *c = &in->container;
	const char *id = c->pod_uid[0] ? c->member_id : c->id;

	if (c->pod_uid[0])
		put_pod(t, &in->names, c->pod_uid);
	if (!*id)
		return;
	words__put(t, "%s", c->pod_uid[0] ? ", " : "");
	put_container(t, in->names.container, id);
}

void words__limits(struct words *t, const struct cgroup_facts *c)
{
	bool used = !c->usage_unknown;

	if (!c->limits_known) {
		words__put(t, "limit not known");
		return;
	}
	if (used)
		words__size(t, c->usage_bytes);
	if (c->unlimited) {
		words__put(t, used ? " in use, no limit" : "no limit");
		return;
	}
	words__put(t, used ? " of " : "");
	words__size(t, c->limit_bytes);
	words__put(t, used ? " in use" : "");
}
