// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What the doctor found, as one line of JSON: schema/doctor.schema.json. */
#include <string.h>

#include "doctor/report.h"
#include "node/clock.h"
#include "render/identity_json.h"
#include "render/json_print.h"
#include "render/record_json.h"

#define SCHEMA 1

/* ---- what both have ---- */

static void put_head(struct json *j, const char *type, const struct node *node, uint64_t time_ns)
{
	json__u64(j, "schema", SCHEMA);
	json__string(j, "type", type);
	record__time(j, "time", node, time_ns);
	json__begin_object(j, "host");
	json__string(j, "name", node->uts.nodename);
	json__end_object(j);
}

/* ---- the report ---- */

static void put_missing(struct json *j, enum missing m)
{
	if (m == MISSING_NOT) {
		json__null(j, "missing");
		return;
	}
	json__begin_object(j, "missing");
	json__string(j, "why", missing__name(m));
	json__string(j, "text", missing__text(m));
	json__string(j, "remedy", missing__remedy(m));
	json__end_object(j);
}

static void put_risk(struct json *j, const struct risk *r)
{
	char text[CONSEQUENCE_BYTES];

	risk__consequence(r, text);
	json__begin_object(j, NULL);
	json__string(j, "status", status__name(r->status));
	json__string(j, "path", r->path);
	identity__json(j, &r->identity);
	json__u64_if(j, "limit_bytes", r->limit_known && !r->unlimited, r->limit_bytes);
	json__string(j, "limit_path", r->limit_path);
	json__u64_if(j, "usage_bytes", r->usage_known, r->usage_bytes);
	json__bool(j, "oom_group", r->missing == MISSING_NOT);
	put_missing(j, r->missing);
	json__begin_object(j, "manager");
	json__u64(j, "pid", r->manager_pid);
	json__string(j, "title", r->manager);
	json__end_object(j);
	json__u64(j, "workers", r->workers);
	json__u64(j, "helpers", r->helpers);
	json__string(j, "service", r->service);
	json__string(j, "framework", r->framework ? r->framework->name : NULL);
	json__string(j, "consequence", consequence__name(r->consequence));
	json__string(j, "text", text);
	json__end_object(j);
}

static void put_report(struct json *j, const void *report)
{
	const struct doctor_report *r = report;

	json__begin_object(j, NULL);
	put_head(j, "doctor", r->node, r->time_ns);
	json__string(j, "version", OOMTRACE_VERSION);
	json__begin_object(j, "kernel");
	json__string(j, "release", r->node->uts.release);
	json__end_object(j);
	json__string(j, "status", status__name(doctor_report__status(r)));
	json__begin_array(j, "checks");
	for (int i = 0; i < r->n_findings; i++)
		finding__json(j, &r->findings[i]);
	json__end_array(j);
	json__begin_array(j, "groups");
	for (size_t i = 0; i < r->risks.n; i++)
		put_risk(j, &r->risks.risks[i]);
	json__end_array(j);
	json__end_object(j);
}

/* ---- what was changed ---- */

struct changes {
	const struct oom_group_changes *list;
	const struct node *node;
};

static void put_change(struct json *j, const struct oom_group_change *c)
{
	static const char *const acts[] = {
		[ACT_SET] = "set",	     [ACT_UNSET] = "unset",
		[ACT_LEFT_SET] = "left_set", [ACT_LEFT_UNSET] = "left_unset",
		[ACT_FAILED] = "failed",
	};

	json__begin_object(j, NULL);
	json__string(j, "path", c->path);
	identity__json(j, &c->identity);
	json__string(j, "act", acts[c->act]);
	json__string(j, "error", c->err ? strerrorname_np(-c->err) : NULL);
	json__end_object(j);
}

static void put_changes(struct json *j, const void *changes)
{
	const struct changes *c = changes;

	json__begin_object(j, NULL);
	put_head(j, "doctor_oom_group", c->node, clock__boot_ns());
	json__begin_array(j, "changes");
	for (size_t i = 0; i < c->list->n; i++)
		put_change(j, &c->list->list[i]);
	json__end_array(j);
	json__end_object(j);
}

/* ---- as a line ---- */

int doctor_report__json(FILE *out, const struct doctor_report *r)
{
	return json__print(out, put_report, r);
}

int oom_group__json(FILE *out, const struct oom_group_changes *c, const struct node *node)
{
	const struct changes changes = {c, node};

	return json__print(out, put_changes, &changes);
}
