// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Findings as text:
 *
 *   app.log:12: The process 37 for Classify handler is dead
 *     OOM-killed by the kernel at 2026-11-24 04:10:14.000Z, 0.6 s before: worker 3 of 5 of Aqueduct
 *     (pid 612 on the host, 37 in its namespace), which ran Classify. It held 600.0 MiB. ...
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "explain/story.h"
#include "explain/tell.h"
#include "journal/value.h"

#define PARAGRAPH_BYTES 8192
#define LINE_INDENT	4

/* ---- killed by the OOM killer ---- */

/* ", 0.6 s before", ", just then" */
static void put_before(struct words *t, const struct finding *f)
{
	double seconds;

	if (!f->claim->time.known || f->index->ns == INT64_MIN)
		return;
	seconds = (f->claim->time.ns - f->index->ns) / 1e9;
	if (f->claim->time.whole && seconds < 1)
		words__put(t, ", within a second");
	else if (seconds < 0.05)
		words__put(t, ", just then");
	else
		words__put(t, ", %.1f s before", seconds);
}

/* "Killed together with the others of its cgroup" and the like, for those that were not chosen. */
static const char *how(const struct finding *f)
{
	if (value__is(f->kill, "oom.kind", "group_member"))
		return "OOM-killed by the kernel, with all of its cgroup (memory.oom.group),";
	if (value__is(f->kill, "oom.kind", "mm_shared"))
		return "OOM-killed by the kernel, for sharing the victim's memory,";
	return "OOM-killed by the kernel";
}

static void put_runs(struct words *t, const struct finding *f)
{
	const char *name = f->runs ? f->runs->name : f->claim ? f->claim->name : "";

	if (f->runs)
		words__put(t, ", which ran %s (line %lu)", name, f->runs->line);
	else if (*name)
		words__put(t, ", which the application calls %s", name);
}

static void put_doubt(struct words *t, const struct finding *f)
{
	if (!f->claim)
		return;
	if (!f->by_pid)
		words__put(
			t,
			f->claim->pid
				? " Only the time says that it is this one: the kernel's log has "
				  "the host's pids alone."
				: " Only the time says that it is this one: the line does not "
				  "name the process.");
	else if (!f->by_time)
		words__put(t, " Only the pid says that it is this one: the line has no time.");
	if (f->others)
		words__put(
			t,
			" %u other kill%s would fit as well: --pod NAME leaves those of one pod.",
			f->others, f->others > 1 ? "s" : "");
}

static void put_oom(struct words *t, const struct events *e, const struct finding *f)
{
	char text[PARAGRAPH_BYTES];
	struct words p = {.buf = text, .cap = sizeof(text)};

	words__put(&p, "%s%s", f->claim && !f->by_pid ? "Probably " : "", how(f));
	if (f->index->ns != INT64_MIN) {
		words__put(&p, " at ");
		story__moment(&p, f->index->ns);
	}
	if (f->claim)
		put_before(&p, f);
	words__put(&p, ": ");
	story__who(&p, f);
	put_runs(&p, f);
	words__put(&p, ".");
	story__held(&p, f);
	put_doubt(&p, f);
	story__paragraph(t, text);
	story__after(t, f, e->cgroup_version);
}

static void put_told(struct words *t, const struct finding *f)
{
	char text[PARAGRAPH_BYTES];
	struct words p = {.buf = text, .cap = sizeof(text)};

	words__put(&p, "%sOOM-killed by the kernel: the kill of line %lu.",
		   f->by_pid ? "" : "Probably ", f->told->line);
	story__paragraph(t, text);
}

/* ---- not by it ---- */

static void put_killed(struct words *t, const struct finding *f)
{
	if (f->already_exiting) {
		words__put(t,
			   "SIGKILLed, but not by the OOM killer: it was dying already when it ran "
			   "into the limit.");
		return;
	}
	words__put(t, "SIGKILLed, but not by the OOM killer: ");
	if (f->signal) {
		words__put(t, "by ");
		story__sender(t, f->signal);
		words__put(t, ", after the OOM kill of pid %" PRId64 ".",
			   (int64_t)json_integer_value(
				   value__at(json_array_get(value__at(f->incident, "victims"), 0),
					     "process.pid")));
	} else if (f->manager) {
		words__put(t, "by ");
		words__name(t, f->manager->framework->name);
		words__put(t, " itself, which says so in line %lu.", f->manager->line);
	} else {
		words__put(t,
			   "none of that process was recorded then, and none was missed. Who sent "
			   "it was not recorded: a manager's own time limit, the end of the "
			   "container, a person.");
	}
}

static void put_otherwise(struct words *t, const struct finding *f)
{
	const struct claim *c = f->claim;
	int64_t signal = c->number;
	const char *name;

	if (f->signal)
		value__number(f->signal, "signal", &signal);
	name = sigabbrev_np(signal);
	if (!f->signal && c->ending == ENDING_EXIT)
		words__put(t, "Not killed: it ended by itself, with status %d.", c->number);
	else
		words__put(t, "Not the OOM killer, which sends SIGKILL only: it ended by SIG%s",
			   name ? name : "?");
	if (f->signal) {
		words__put(t, " from ");
		story__sender(t, f->signal);
	}
	if (f->signal || c->ending == ENDING_SIGNAL)
		words__put(t, ".");
}

static void put_span(struct words *t, const struct hole *h)
{
	words__put(t, " between ");
	story__moment(t, h->from_ns);
	words__put(t, " and ");
	story__moment(t, h->to_ns);
}

static void put_count(struct words *t, uint64_t kills)
{
	words__put(t, "%" PRIu64 " kill%s", kills, kills == 1 ? "" : "s");
}

/* Why there may have been a kill although no record has it. */
static void put_hole(struct words *t, const struct events *e, const struct hole *h)
{
	switch (h->kind) {
	case HOLE_BEFORE:
		words__put(t, "That is before the first record of ");
		words__name(t, e->path);
		words__put(t, ": there can have been one. Was it rotated away?");
		return;
	case HOLE_DOWN:
		words__put(t, "No oomtrace ran");
		put_span(t, h);
		if (h->kills) {
			words__put(t, ", and the kernel counted ");
			put_count(t, h->kills);
			words__put(t, " meanwhile");
		}
		words__put(t, ": there can have been one. With -o its hooks outlive it.");
		return;
	case HOLE_LOST:
		words__put(t, "The records of ");
		put_count(t, h->kills);
		words__put(t, " were lost");
		put_span(t, h);
		words__put(t, ": it can be among them.");
		return;
	case HOLE_UNEXPLAINED:
		words__put(t, "The kernel counted ");
		put_count(t, h->kills);
		words__put(t, " more than were recorded");
		put_span(t, h);
		words__put(t, ": it can be one of them.");
		return;
	case HOLE_AFTER:
		words__put(t, "oomtrace had ended at ");
		story__moment(t, h->from_ns);
		words__put(t, ": there can have been one.");
	}
}

static void put_no_record(struct words *t, const struct events *e, const struct finding *f)
{
	words__put(t, "No record of an OOM kill%s. ",
		   f->claim->pid ? " of that process at that time" : " at that time");
	if (e->klog && f->hole)
		words__put(t,
			   "The records are from the kernel's log, which leaves out what comes too "
			   "fast and is overwritten: there can have been one.");
	else if (f->hole)
		put_hole(t, e, f->hole);
	else if (!f->claim->time.known)
		words__put(t, "The line has no time; in all that is recorded nothing was missed.");
	else
		words__put(t, "oomtrace was running and missed none: it ended in another way.");
}

static void put_answer(struct words *t, const struct events *e, const struct finding *f)
{
	char text[PARAGRAPH_BYTES];
	struct words p = {.buf = text, .cap = sizeof(text)};

	if (f->answer == ANSWER_KILLED)
		put_killed(&p, f);
	else if (f->answer == ANSWER_OTHERWISE)
		put_otherwise(&p, f);
	else
		put_no_record(&p, e, f);
	story__paragraph(t, text);
}

/* ---- the whole ---- */

static void put_line(struct words *t, const struct app_log *log, const struct claim *claim)
{
	char text[PARAGRAPH_BYTES] = "";
	struct words p = {.buf = text, .cap = sizeof(text)};

	if (strcmp(log->name, "-")) {
		words__name(t, log->name);
		words__put(t, ":%lu:", claim->line);
	} else {
		words__put(t, "line %lu:", claim->line);
	}
	words__name(&p, claim->text);
	words__put(t, " ");
	words__wrap(t, text, t->len, LINE_INDENT);
}

long tell__finding(char *buf, size_t cap, const struct events *events, const struct app_log *log,
		   const struct finding *f)
{
	struct words t = {.buf = buf, .cap = cap};

	if (f->claim)
		put_line(&t, log, f->claim);
	if (f->told)
		put_told(&t, f);
	else if (f->answer == ANSWER_OOM)
		put_oom(&t, events, f);
	else
		put_answer(&t, events, f);
	return words__finish(&t);
}

void tally__add(struct tally *tally, const struct finding *f)
{
	tally->answers[f->answer]++;
	tally->no_time |= !f->claim->time.known;
	tally->no_zone |= f->claim->time.no_zone;
	tally->no_date |= f->claim->time.no_date;
	tally->no_year |= f->claim->time.no_year;
}

static void put_assumptions(struct words *t, const struct tally *tally, const char *zone)
{
	if (tally->no_zone) {
		words__put(t, " Times without a zone are taken as ");
		words__name(t, zone);
		words__put(t, "; --tz ZONE says otherwise.");
	}
	if (tally->no_date)
		words__put(t, " Times without a date are taken as the last ones before the newest "
			      "record; --date says otherwise.");
	if (tally->no_year)
		words__put(t, " Dates without a year are taken as the last ones before the newest "
			      "record.");
	if (tally->no_time)
		words__put(t, " Lines without a time are matched by their pid.");
}

long tell__summary(char *buf, size_t cap, const struct app_log *log, const struct tally *tally,
		   const char *zone)
{
	static const char *const answers[] = {
		[ANSWER_OOM] = "killed by the OOM killer",
		[ANSWER_KILLED] = "killed by another",
		[ANSWER_OTHERWISE] = "not killed",
		[ANSWER_NO_RECORD] = "without a record",
	};
	char text[PARAGRAPH_BYTES];
	struct words t = {.buf = buf, .cap = cap}, p = {.buf = text, .cap = sizeof(text)};
	unsigned long all = 0;
	const char *comma = "";

	for (int i = 0; i <= ANSWER_NO_RECORD; i++)
		all += tally->answers[i];
	if (all)
		words__put(&p, "%lu of %lu lines say%s that a process is dead: ", all, log->lines,
			   all == 1 ? "s" : "");
	else
		words__put(&p, "No line says that a process is dead (%lu read)", log->lines);
	for (int i = 0; i <= ANSWER_NO_RECORD; i++) {
		if (!tally->answers[i])
			continue;
		words__put(&p, "%s%lu %s", comma, tally->answers[i], answers[i]);
		comma = ", ";
	}
	words__put(&p, ".");
	put_assumptions(&p, tally, zone);
	words__wrap(&t, text, 0, 0);
	return words__finish(&t);
}
