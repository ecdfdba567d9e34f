// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* How a run stands: {"schema":1,"type":"state","source":"kernel","time":"2026-11-24T04:... */
#include <string.h>

#include "render/identity_json.h"
#include "render/record_json.h"
#include "render/run_json.h"
#include "state/state_json.h"

#define SCHEMA 1

static void put_time(struct json *j, const char *key, const struct node *node, uint64_t ns)
{
	if (ns)
		record__time(j, key, node, ns);
	else
		json__null(j, key);
}

static void put_head(struct json *j, const struct run_state *s)
{
	json__u64(j, "schema", SCHEMA);
	json__string(j, "type", "state");
	json__string(j, "source", s->node->from_log ? "klog" : "kernel");
	record__time(j, "time", s->node, s->now_ns);
	json__u64(j, "uptime_ns", s->now_ns);
	json__u64_if(j, "every_seconds", s->audit_seconds, s->audit_seconds);
	json__begin_object(j, "host");
	json__string(j, "name", s->node->uts.nodename);
	json__end_object(j);
	json__string(j, "boot_id", s->node->boot_id);
	run_json__program(j);
	put_time(j, "since", s->node, s->began_ns);
	json__u64_if(j, "since_uptime_ns", s->began_ns, s->began_ns);
}

static void put_end(struct json *j, const struct run_state *s)
{
	if (!s->ended) {
		json__null(j, "ended");
		return;
	}
	json__begin_object(j, "ended");
	json__i64(j, "exit_status", s->exit_status);
	json__end_object(j);
}

/* What the books have of the kernel's count, for whoever reads that count later. */
static void put_kernel(struct json *j, const struct run_state *s)
{
	const struct ledger *l = s->ledger;
	bool known = l->vmstat_known && l->books.vmstat_known;

	json__begin_object(j, "kernel");
	json__u64_if(j, "vmstat_oom_kill_before", known, l->books.vmstat_before);
	json__u64_if(j, "vmstat_oom_kill", known, l->vmstat_now);
	json__u64(j, "kills", ledger__kills(l));
	if (known)
		json__i64(j, "unexplained", ledger__unexplained(l));
	else
		json__null(j, "unexplained");
	put_time(j, "audited", s->node, s->audited_ns);
	json__end_object(j);
}

static void put_last(struct json *j, const struct run_state *s)
{
	const struct last_victim *v = &s->ledger->last;

	if (!v->seq) {
		json__raw(j, "last", s->earlier_last ? s->earlier_last : "null");
		return;
	}
	json__begin_object(j, "last");
	json__bool(j, "earlier", false);
	json__u64(j, "seq", v->seq);
	record__time(j, "time", s->node, v->time_ns);
	json__begin_object(j, "process");
	json__u64(j, "pid", v->pid);
	json__string(j, "title", v->title);
	json__end_object(j);
	json__string(j, "path", v->path[0] ? v->path : NULL);
	identity__json(j, &v->identity);
	json__end_object(j);
}

static void put_output(struct json *j, const struct state_output *o)
{
	json__begin_object(j, "output");
	json__string(j, "path", o->path);
	json__u64(j, "waiting", o->waiting);
	json__string(j, "error", o->err ? strerrorname_np(-o->err) : NULL);
	json__end_object(j);
}

long state__json(char *buf, size_t cap, const struct run_state *s)
{
	struct json j;

	json__init(&j, buf, cap);
	json__begin_object(&j, NULL);
	put_head(&j, s);
	put_end(&j, s);
	run_json__scope(&j, &s->node->scope);
	run_json__hooks(&j, s->kernel);
	run_json__pinned(&j, s->kernel);
	put_time(&j, "books_since", s->node, s->node->ledger_ns);
	run_json__totals(&j, s->ledger);
	json__u64(&j, "lost_incidents", s->lost_incidents);
	put_kernel(&j, s);
	put_last(&j, s);
	put_output(&j, &s->output);
	json__end_object(&j);
	return json__end_line(&j);
}
