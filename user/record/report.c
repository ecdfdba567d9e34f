// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Events to lines to sinks. */
#include <stdio.h>
#include <string.h>

#include "record/report.h"
#include "render/finish.h"
#include "render/incident.h"
#include "render/text.h"

/* Static, so that report__touch() finds them where the first record will. */
static char line[JSONL_LINE_BYTES];
static char shown[TEXT_BYTES];

char *report__room(size_t *bytes)
{
	*bytes = sizeof(line);
	return line;
}

/* json_bytes is negative where the line did not fit, which its size rules out. */
static bool put(const struct report *r, long json_bytes, long text_bytes, bool victim)
{
	struct rendering rendering = {
		.json = line,
		.json_bytes = json_bytes,
		.text = shown,
		.text_bytes = text_bytes,
		.victim = victim,
	};

	return json_bytes > 0 && sinks__put(r->sinks, &rendering);
}

bool report__start(const struct report *r, const struct kernel_facts *k, const struct ledger *l,
		   const struct missed *missed)
{
	return put(r, jsonl__start(line, sizeof(line), r->node, k, l, missed),
		   text__start(shown, sizeof(shown), r->node, k, missed), false);
}

bool report__victim(const struct report *r, const struct victim_event *e)
{
	long text = r->sinks->text ? text__victim(shown, sizeof(shown), r->node, e) : 0;

	return put(r, jsonl__victim(line, sizeof(line), r->node, e), text, true);
}

bool report__exit(const struct report *r, const struct exit_event *e)
{
	long text = r->sinks->text ? text__exit(shown, sizeof(shown), r->node, e) : 0;

	return put(r, jsonl__exit(line, sizeof(line), r->node, e), text, false);
}

bool report__incident(const struct report *r, const struct incident *in)
{
	long text = r->sinks->text ? text__incident(shown, sizeof(shown), r->node, in) : 0;

	return put(r, jsonl__incident(line, sizeof(line), r->node, in), text, false);
}

bool report__finish(const struct report *r, const struct incident *in)
{
	long text = r->sinks->text ? text__finish(shown, sizeof(shown), r->node, in) : 0;

	return put(r, jsonl__finish(line, sizeof(line), r->node, in), text, false);
}

bool report__gap(const struct report *r, const struct gap *gap)
{
	return put(r, jsonl__gap(line, sizeof(line), r->node, gap),
		   text__gap(shown, sizeof(shown), gap), false);
}

bool report__audit(const struct report *r, const struct ledger *l)
{
	return put(r, jsonl__audit(line, sizeof(line), r->node, l), 0, false);
}

bool report__stop(const struct report *r, const struct kernel_facts *k, const struct ledger *l,
		  bool aloud)
{
	long text = text__stop(shown, sizeof(shown), k, l);

	if (aloud && !(r->sinks->text && r->sinks->out_open))
		fprintf(stderr, "oomtrace: %s", shown);
	return put(r, jsonl__stop(line, sizeof(line), r->node, l), text, false);
}

void report__touch(const struct report *r)
{
	memset(line, 0, sizeof(line));
	if (r->sinks->text)
		memset(shown, 0, sizeof(shown));
}
