// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Times before a line; see stamp.h. */
#include "klog/stamp.h"
#include "time/form.h"

#define NS_PER_S 1000000000LL
/* The clock of the log may be ahead of ours: such a time is not of last year. */
#define AHEAD_S	      86400
#define MOST_S	      (INT64_MAX / NS_PER_S - 1)
#define BRACKET_BYTES 48

/* ---- parts ---- */

static bool cut_form(struct slice *s, const char *form, struct time_parts *p)
{
	const char *end = s->s + s->n, *rest = form__read(form, s->s, end, p);

	if (!rest)
		return false;
	*s = (struct slice){rest, end - rest};
	return true;
}

/* "4.136985" */
static bool cut_seconds(struct slice *s, int64_t *ns)
{
	struct slice rest = *s;
	struct time_parts fraction;
	uint64_t seconds;

	if (!cut__number(&rest, &seconds) || seconds > MOST_S || !slice__begins(rest, ".") ||
	    !cut_form(&rest, "f", &fraction) || !fraction.fraction)
		return false;
	*ns = (int64_t)seconds * NS_PER_S + fraction.ns;
	*s = rest;
	return true;
}

static struct stamp of_real(int64_t real_ns)
{
	return (struct stamp){.real_known = true, .real_ns = real_ns};
}

/* Without a year it is the latest one that is not in the future. */
static bool set_stamp(struct stamp *stamp, struct stamp_context *context, struct time_parts *p)
{
	int64_t latest_s = context->now_real_ns / NS_PER_S + AHEAD_S;

	if (!p->year && !time_parts__set_year(p, latest_s))
		return false;
	context->assumed |= !p->zone || !p->year;
	*stamp = of_real(time_parts__ns(p));
	return true;
}

/* ---- dmesg ---- */

/* "Tue Nov 24 10:00:00 2026" (dmesg -T) */
static bool read_ctime(struct slice s, struct stamp_context *context, struct stamp *stamp)
{
	struct time_parts p;

	return cut_form(&s, "a b d H:M:S Y", &p) && !s.n && set_stamp(stamp, context, &p);
}

/* "Nov24 10:00", then "  +0.000123" from line to line (dmesg -e) */
static bool read_relative(struct slice s, struct stamp_context *context, struct stamp *stamp)
{
	int64_t *last_ns = &context->relative_real_ns, ns;
	struct time_parts p;

	cut__spaces(&s);
	if (!cut__prefix(&s, "+")) {
		if (!cut_form(&s, "bd H:M", &p) || s.n || !set_stamp(stamp, context, &p))
			return false;
		*last_ns = stamp->real_ns;
		return true;
	}
	if (!cut_seconds(&s, &ns) || s.n)
		return false;
	if (*last_ns && !__builtin_add_overflow(*last_ns, ns, last_ns))
		*stamp = of_real(*last_ns);
	return true;
}

/* "    4.136985" */
static bool read_uptime(struct slice s, struct stamp *stamp)
{
	int64_t ns;

	cut__spaces(&s);
	if (!cut_seconds(&s, &ns) || s.n)
		return false;
	stamp->boot_known = true;
	stamp->boot_ns = ns;
	return true;
}

/* " <    0.000123>", which dmesg -d adds to the time or shows instead of it. */
static bool cut_delta(struct slice *s)
{
	long at = slice__find_last(*s, "<");

	if (at < 0 || !cut__suffix(s, ">"))
		return false;
	s->n = at;
	cut__suffix(s, " ");
	return true;
}

bool stamp__cut_bracket(struct slice *s, struct stamp_context *context, struct stamp *stamp)
{
	struct slice rest = *s, inside;
	struct stamp read = {0};
	bool delta;

	if (!cut__prefix(&rest, "[") || !cut__until(&rest, "]", &inside) ||
	    inside.n > BRACKET_BYTES)
		return false;
	delta = cut_delta(&inside);
	if (!(delta && !inside.n) && !read_uptime(inside, &read) &&
	    !read_ctime(inside, context, &read) && !read_relative(inside, context, &read))
		return false;
	cut__prefix(&rest, " ");
	*s = rest;
	*stamp = read;
	return true;
}

/* ---- journalctl and syslog ---- */

bool stamp__cut_iso(struct slice *s, struct stamp_context *context, struct stamp *stamp)
{
	struct slice rest = *s;
	struct time_parts p;

	if (!cut_form(&rest, "Y-m-dTH:M:Sfz", &p) || !p.zone || !cut__prefix(&rest, " ") ||
	    !set_stamp(stamp, context, &p))
		return false;
	*s = rest;
	return true;
}

bool stamp__cut_syslog(struct slice *s, struct stamp_context *context, struct stamp *stamp)
{
	struct slice rest = *s;
	struct time_parts p;

	if (!cut_form(&rest, "b d H:M:Sf", &p) || !cut__prefix(&rest, " ") ||
	    !set_stamp(stamp, context, &p))
		return false;
	*s = rest;
	return true;
}

/* A zone that has a name is taken for that of TZ, unless it is UTC. */
bool stamp__cut_full(struct slice *s, struct stamp_context *context, struct stamp *stamp)
{
	struct slice rest = *s, name;
	struct time_parts p;

	if (!cut_form(&rest, "a Y-m-d H:M:Sfz", &p) || !cut__prefix(&rest, " "))
		return false;
	if (!p.zone && (!cut__until(&rest, " ", &name) || !name.n))
		return false;
	if (!set_stamp(stamp, context, &p))
		return false;
	*s = rest;
	return true;
}

bool stamp__cut_unix(struct slice *s, struct stamp *stamp)
{
	struct slice rest = *s;
	int64_t ns;

	if (!cut_seconds(&rest, &ns) || !cut__prefix(&rest, " "))
		return false;
	*stamp = of_real(ns);
	*s = rest;
	return true;
}
