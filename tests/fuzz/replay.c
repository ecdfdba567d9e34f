// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * A recording, which somebody else made, replayed: any victims, processes and looks, in any order, into
 * incidents. What would be reported is promised instead.
 */
#include <string.h>

#include "promises.h"
#include "record/report.h"
#include "render/incident.h"
#include "render/text.h"
#include "replay/replay.h"
#include "scratch.h"

#define PATH "replay-input"

static char json[JSONL_LINE_BYTES], text[TEXT_BYTES];

static bool promise_record(long json_len, long text_len)
{
	json_decref(promise_json(json, json_len, JSON_REJECT_DUPLICATES));
	promise_text(text, text_len);
	return true;
}

bool report__victim(const struct report *r, const struct victim_event *e)
{
	return promise_record(jsonl__victim(json, sizeof(json), r->node, e),
			      text__victim(text, sizeof(text), r->node, e));
}

bool report__exit(const struct report *r, const struct exit_event *e)
{
	return promise_record(jsonl__exit(json, sizeof(json), r->node, e),
			      text__exit(text, sizeof(text), r->node, e));
}

bool report__incident(const struct report *r, const struct incident *in)
{
	return promise_record(jsonl__incident(json, sizeof(json), r->node, in),
			      text__incident(text, sizeof(text), r->node, in));
}

/* ---- nothing goes out ---- */

int sinks__open(struct sinks *s, const struct options *options)
{
	return 0;
}

void sinks__drain(struct sinks *s)
{
}

uint64_t sinks__close(struct sinks *s)
{
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct options options = {.operand = PATH};

	close(scratch__fill(PATH, data, size));
	replay__run(&options);
	return 0;
}
