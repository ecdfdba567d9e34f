// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * How oomtrace stands:
 *
 *   oomtrace is alive: no kills since 02:10:14Z, and the kernel's counter agrees.
 *
 *   PASS  process    pid 412, oomtrace 0.1.0, since 02:10:14Z (2 h ago)
 */
#include <errno.h>
#include <sys/utsname.h>

#include "node/clock.h"
#include "render/json_print.h"
#include "status/report.h"

#define SCHEMA	      1
#define CHECK_COLUMNS 9 /* "last_kill" */

int status_report__text(FILE *out, const struct judgement *j)
{
	paragraph__text(out, j->text, 0, 0);
	fputs("\n", out);
	for (int i = 0; i < j->n_findings; i++)
		finding__text(out, &j->findings[i], CHECK_COLUMNS);
	return fflush(out) || ferror(out) ? -EIO : 0;
}

/* ---- JSON ---- */

static void put_time(struct json *j, const char *key, int64_t ns)
{
	char text[CLOCK_TEXT_BYTES];

	if (ns == TOLD_NEVER) {
		json__null(j, key);
		return;
	}
	clock__format(text, ns);
	json__string(j, key, text);
}

static void put_text(struct json *j, const char *key, const char *text)
{
	json__string(j, key, *text ? text : NULL);
}

static void put_process(struct json *j, const struct told *t)
{
	json__begin_object(j, "process");
	json__i64(j, "pid", t->pid);
	json__string(j, "version", t->version);
	put_time(j, "since", t->since_ns);
	put_time(j, "heard", t->time_ns);
	json__u64_if(j, "exit_status", t->ended, t->exit_status);
	json__end_object(j);
}

static void put_hooks(struct json *j, const struct told *t)
{
	json__begin_array(j, "hooks");
	for (int i = 0; i < t->n_hooks; i++) {
		json__begin_object(j, NULL);
		json__string(j, "name", t->hooks[i].name);
		json__bool(j, "live", t->hooks[i].live);
		put_text(j, "why", t->hooks[i].why);
		json__end_object(j);
	}
	json__end_array(j);
}

static void put_records(struct json *j, const struct told *t)
{
	json__begin_object(j, "records");
	put_time(j, "since", t->books_since_ns);
	json__i64(j, "seen", t->seen);
	json__i64(j, "written", t->written);
	json__i64(j, "duplicates", t->duplicates);
	json__i64(j, "lost", told__lost(t));
	json__begin_object(j, "lost_by_stage");
	json__i64(j, "ring_full", t->lost[LOSS_RING_FULL]);
	json__i64(j, "decode", t->lost[LOSS_DECODE]);
	json__i64(j, "output", t->lost[LOSS_OUTPUT]);
	json__i64(j, "shutdown", t->lost[LOSS_SHUTDOWN]);
	json__end_object(j);
	json__i64(j, "lost_incidents", t->lost_incidents);
	json__end_object(j);
}

static void put_last(struct json *j, const struct told *t)
{
	if (!t->last_seq) {
		json__null(j, "last_kill");
		return;
	}
	json__begin_object(j, "last_kill");
	json__bool(j, "earlier", t->last_earlier);
	json__i64(j, "seq", t->last_seq);
	put_time(j, "time", t->last_ns);
	json__i64(j, "pid", t->last_pid);
	json__string(j, "title", t->last_title);
	put_text(j, "where", t->last_where);
	json__end_object(j);
}

static void put_output(struct json *j, const struct told *t)
{
	json__begin_object(j, "output");
	put_text(j, "path", t->output);
	json__i64(j, "waiting", t->waiting);
	put_text(j, "error", t->output_error);
	json__end_object(j);
}

static void put_told(struct json *j, const struct told *t)
{
	put_process(j, t);
	put_hooks(j, t);
	put_records(j, t);
	put_last(j, t);
	put_output(j, t);
}

static void put_nothing(struct json *j)
{
	static const char *const keys[] = {"process", "hooks", "records", "last_kill", "output"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		json__null(j, keys[i]);
}

static void put_kernel(struct json *j, const struct judgement *judgement,
		       const struct status_facts *f)
{
	json__begin_object(j, "kernel");
	json__u64_if(j, "vmstat_oom_kill", f->vmstat_known, f->vmstat);
	if (judgement->unexplained_known)
		json__i64(j, "unexplained", judgement->unexplained);
	else
		json__null(j, "unexplained");
	if (f->file == STATE_READ)
		put_time(j, "audited", f->told.audited_ns);
	else
		json__null(j, "audited");
	json__bool(j, "pinned", f->pinned);
	json__u64_if(j, "kept", f->pinned && f->kept_known, f->kept);
	json__end_object(j);
}

static void put_head(struct json *j, const struct judgement *judgement,
		     const struct status_facts *f)
{
	struct utsname uts;

	json__u64(j, "schema", SCHEMA);
	json__string(j, "type", "status");
	put_time(j, "time", f->now_ns);
	json__begin_object(j, "host");
	json__string(j, "name", uname(&uts) ? NULL : uts.nodename);
	json__end_object(j);
	json__string(j, "version", OOMTRACE_VERSION);
	json__string(j, "status", status__name(judgement->status));
	json__string(j, "standing", standing__name(judgement->standing));
	json__string(j, "text", judgement->text);
	json__string(j, "state", f->path);
}

struct report {
	const struct judgement *judgement;
	const struct status_facts *facts;
};

static void put_report(struct json *j, const void *what)
{
	const struct report *r = what;

	json__begin_object(j, NULL);
	put_head(j, r->judgement, r->facts);
	json__begin_array(j, "checks");
	for (int i = 0; i < r->judgement->n_findings; i++)
		finding__json(j, &r->judgement->findings[i]);
	json__end_array(j);
	if (r->facts->file == STATE_READ)
		put_told(j, &r->facts->told);
	else
		put_nothing(j);
	put_kernel(j, r->judgement, r->facts);
	json__end_object(j);
}

int status_report__json(FILE *out, const struct judgement *judgement, const struct status_facts *f)
{
	const struct report report = {judgement, f};

	return json__print(out, put_report, &report);
}
