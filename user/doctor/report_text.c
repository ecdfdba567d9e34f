// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * What the doctor found, on 80 columns:
 *
 *   WARN  cgroup                    memory is on version 1, which has no
 *                                   memory.oom.group
 *                                   -> Boot with systemd.unified_cgroup_hierarchy=1.
 *
 *         CONTAINER OR UNIT                 WORKERS     LIMIT    IN USE  OOM.GROUP
 *   WARN  ml/ranker-0/server                      4 200.0 MiB 118.1 MiB         no
 *         /kubepods/burstable/pod.../1a2b...
 *         gunicorn, manager 235: ...
 *         No flag: cgroup version 1 has no such flag. Move the node ...
 */
#include <errno.h>
#include <string.h>

#include "doctor/report.h"
#include "render/words.h"

#define INDENT	    6
#define CHECK_CHARS 24
#define NAME_CHARS  32
/* The longest: a path that is all escapes. */
#define LINE_BYTES (6 * EVENT_PATH_BYTES)

static int finish(FILE *out)
{
	return fflush(out) || ferror(out) ? -EIO : 0;
}

/* ---- groups ---- */

/* "ml/ranker-0/server", "containerd 1a2b3c4d5e6f", "gunicorn.service" */
static void put_name(struct words *t, const char *path, const struct identity *identity)
{
	const struct container *c = &identity->container;
	const struct names *n = &identity->names;
	const char *last = strrchr(path, '/');

	if (n->pod[0])
		words__put(t, "%s/%s/%s", n->namespace, n->pod, n->container);
	else if (n->container[0])
		words__put(t, "%s %s", c->runtime ? c->runtime : "container", n->container);
	else if (c->id[0])
		words__put(t, "%s %.12s", c->runtime ? c->runtime : "container", c->id);
	else
		words__put(t, "%s", last && last[1] ? last + 1 : path);
}

/* How many columns the escaped s takes. */
static size_t columns_of(const struct words *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->len; i++)
		n += (t->buf[i] & 0xc0) != 0x80;
	return n;
}

/* A longer one has a line of its own. */
static void print_name(FILE *out, const struct risk *r)
{
	char plain[EVENT_PATH_BYTES] = "", line[LINE_BYTES];
	struct words p = {.buf = plain, .cap = sizeof(plain)};
	struct words l = {.buf = line, .cap = sizeof(line)};
	size_t columns;

	put_name(&p, r->path, &r->identity);
	words__name(&l, plain);
	columns = columns_of(&l);
	if (columns > NAME_CHARS) {
		paragraph__text(out, plain, INDENT, INDENT);
		fprintf(out, "%*s", INDENT + NAME_CHARS, "");
		return;
	}
	fwrite(line, 1, l.len, out);
	fprintf(out, "%*s", (int)(NAME_CHARS - columns), "");
}

static void print_size(FILE *out, bool known, uint64_t bytes, const char *otherwise)
{
	char text[32];
	struct words t = {.buf = text, .cap = sizeof(text)};

	if (known)
		words__size(&t, bytes);
	else
		words__put(&t, "%s", otherwise);
	fprintf(out, " %11.*s", (int)t.len, text);
}

/* "serve.py (multiprocessing), manager 235: ..." */
static void print_consequence(FILE *out, const struct risk *r)
{
	char text[CONSEQUENCE_BYTES], line[2 * CONSEQUENCE_BYTES];
	const char *framework = r->framework ? r->framework->name : r->service;
	bool same = !strcmp(framework, r->service);

	risk__consequence(r, text);
	snprintf(line, sizeof(line), "%s%s%s%s, manager %u: %s", r->service, same ? "" : " (",
		 same ? "" : framework, same ? "" : ")", r->manager_pid, text);
	fprintf(out, "%*s", INDENT, "");
	paragraph__text(out, line, INDENT, INDENT);
}

static void print_missing(FILE *out, const struct risk *r)
{
	char line[512];

	if (r->missing == MISSING_NOT)
		return;
	snprintf(line, sizeof(line), "No flag: %s %s", missing__text(r->missing),
		 missing__remedy(r->missing));
	fprintf(out, "%*s", INDENT, "");
	paragraph__text(out, line, INDENT, INDENT);
}

static void print_risk(FILE *out, const struct risk *r)
{
	fprintf(out, "%s  ", status__label(r->status));
	print_name(out, r);
	fprintf(out, "%8d", r->workers);
	print_size(out, r->limit_known && !r->unlimited, r->limit_bytes,
		   r->limit_known ? "none" : "?");
	print_size(out, r->usage_known, r->usage_bytes, "?");
	fprintf(out, "%10s\n%*s", r->missing == MISSING_NOT ? "yes" : "no", INDENT, "");
	paragraph__text(out, r->path, INDENT, INDENT);
	print_consequence(out, r);
	print_missing(out, r);
}

static void print_risks(FILE *out, const struct risks *r)
{
	if (!r->n) {
		fprintf(out, "\nNo group of processes runs that a kill could leave incomplete.\n");
		return;
	}
	fprintf(out,
		"\nGroups, and what would become of each if its largest worker were killed:\n\n"
		"      %-*s%8s %11s %11s%10s\n",
		NAME_CHARS, "CONTAINER OR UNIT", "WORKERS", "LIMIT", "IN USE", "OOM.GROUP");
	for (size_t i = 0; i < r->n; i++)
		print_risk(out, &r->risks[i]);
}

/* ---- the whole ---- */

static void print_sum(FILE *out, const struct doctor_report *r)
{
	int counts[STATUS_FAIL + 1] = {0};
	size_t at_risk = 0;

	for (int i = 0; i < r->n_findings; i++)
		counts[r->findings[i].status]++;
	for (size_t i = 0; i < r->risks.n; i++)
		at_risk += r->risks.risks[i].status != STATUS_PASS;
	fprintf(out, "\n%d passed, %d warning%s, %d failure%s; %zu of %zu groups at risk\n",
		counts[STATUS_PASS], counts[STATUS_WARN], counts[STATUS_WARN] == 1 ? "" : "s",
		counts[STATUS_FAIL], counts[STATUS_FAIL] == 1 ? "" : "s", at_risk, r->risks.n);
}

int doctor_report__text(FILE *out, const struct doctor_report *r)
{
	char line[512];

	snprintf(line, sizeof(line), "oomtrace %s on %s, Linux %s", OOMTRACE_VERSION,
		 r->node->uts.nodename, r->node->uts.release);
	paragraph__text(out, line, 0, 0);
	fputs("\n", out);
	for (int i = 0; i < r->n_findings; i++)
		finding__text(out, &r->findings[i], CHECK_CHARS);
	print_risks(out, &r->risks);
	print_sum(out, r);
	return finish(out);
}

enum status doctor_report__status(const struct doctor_report *r)
{
	enum status worst = STATUS_PASS;

	for (int i = 0; i < r->n_findings; i++)
		if (r->findings[i].status > worst)
			worst = r->findings[i].status;
	for (size_t i = 0; i < r->risks.n; i++)
		if (r->risks.risks[i].status > worst)
			worst = r->risks.risks[i].status;
	return worst;
}

/* ---- what was changed ---- */

int oom_group__text(FILE *out, const struct oom_group_changes *c)
{
	static const char *const words[] = {
		[ACT_SET] = "set",
		[ACT_UNSET] = "unset",
		[ACT_LEFT_SET] = "left as it was, set",
		[ACT_LEFT_UNSET] = "left as it was, not set",
		[ACT_FAILED] = "failed",
	};

	for (size_t i = 0; i < c->n; i++) {
		const struct oom_group_change *change = &c->list[i];
		char plain[EVENT_PATH_BYTES], line[EVENT_PATH_BYTES + 128];
		struct words p = {.buf = plain, .cap = sizeof(plain)};

		plain[0] = '\0';
		put_name(&p, change->path, &change->identity);
		snprintf(line, sizeof(line), "%s: memory.oom.group %s%s%s", plain,
			 words[change->act], change->err ? ": " : "",
			 change->err ? strerror(-change->err) : "");
		paragraph__text(out, line, 0, 2);
		fputs("  ", out);
		paragraph__text(out, change->path, 2, 2);
	}
	return finish(out);
}
