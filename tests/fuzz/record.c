// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Raw records, end to end, into JSON lines and text. What follows the last whole record is taken
 * for the command line, and also for the rank variables, of every victim.
 */
#include <errno.h>
#include <string.h>

#include "../unit/sample.h"
#include "promises.h"
#include "record/decode.h"
#include "render/jsonl.h"
#include "render/text.h"

struct joined {
	struct node node;
	struct decision_event decision;
	struct exec_entry exec;
};

static char line[JSONL_LINE_BYTES], text[TEXT_BYTES];

static void promise_record(long line_len, long text_len)
{
	json_decref(promise_json(line, line_len, JSON_REJECT_DUPLICATES));
	promise_text(text, text_len);
}

static void on_victim(const struct joined *with, const void *record)
{
	static struct victim_event e;

	decode__victim(record, with->node.page_bytes, &e);
	container__identify(&e.identity.container, e.cgroup.path);
	if (e.oom_id && e.oom_id == with->decision.oom_id)
		e.decision = &with->decision;
	else
		e.decision_err = -ENOENT;
	if (with->exec.args_bytes)
		e.exec = &with->exec;
	else
		e.exec_err = -ESRCH;
	promise_record(jsonl__victim(line, sizeof(line), &with->node, &e),
		       text__victim(text, sizeof(text), &with->node, &e));
}

static void on_exit_record(const struct joined *with, const void *record)
{
	struct exit_event e;

	decode__exit(record, with->node.page_bytes, &e);
	promise_record(jsonl__exit(line, sizeof(line), &with->node, &e),
		       text__exit(text, sizeof(text), &with->node, &e));
}

/* The bytes of the record at data; 0 if there is none. */
static size_t record_bytes(const uint8_t *data, size_t left)
{
	struct rec_header h;

	if (decode__kind(data, left) < 0)
		return 0;
	memcpy(&h, data, sizeof(h));
	promise(h.size >= sizeof(h) && h.size <= left);
	return h.size;
}

/* In memory of its own, so that nobody can read past its end unseen. */
static void on_record(struct joined *with, const uint8_t *data, size_t bytes)
{
	void *record = malloc(bytes);

	memcpy(record, data, bytes);
	switch (decode__kind(record, bytes)) {
	case REC_DECISION:
		decode__decision(record, with->node.page_bytes, &with->decision);
		break;
	case REC_VICTIM:
		on_victim(with, record);
		break;
	case REC_EXIT:
		on_exit_record(with, record);
		break;
	default:
		promise(!"a record of one kind alone is one");
	}
	free(record);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void take_exec(struct exec_entry *x, const uint8_t *rest, size_t bytes)
{
	x->args_total_bytes = bytes;
	x->args_bytes = least(bytes, sizeof(x->args));
	x->ranks_bytes = least(bytes, sizeof(x->ranks));
	memcpy(x->args, rest, x->args_bytes);
	memcpy(x->ranks, rest, x->ranks_bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct joined with = {.node = sample_node()};
	size_t end = 0, n;

	while ((n = record_bytes(data + end, size - end)))
		end += n;
	take_exec(&with.exec, data + end, size - end);
	for (size_t at = 0; at < end; at += n) {
		n = record_bytes(data + at, end - at);
		on_record(&with, data + at, n);
	}
	return 0;
}
