// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A kernel log in any form, to its records: what would be reported is promised instead. */
#include <string.h>

#include "klog/klog.h"
#include "promises.h"
#include "render/incident.h"
#include "render/text.h"

static char json[JSONL_LINE_BYTES], text[TEXT_BYTES];

bool report__victim(const struct report *r, const struct victim_event *e)
{
	json_decref(promise_json(json, jsonl__victim(json, sizeof(json), r->node, e),
				 JSON_REJECT_DUPLICATES));
	promise_text(text, text__victim(text, sizeof(text), r->node, e));
	return true;
}

bool report__incident(const struct report *r, const struct incident *in)
{
	json_decref(promise_json(json, jsonl__incident(json, sizeof(json), r->node, in),
				 JSON_REJECT_DUPLICATES));
	promise_text(text, text__incident(text, sizeof(text), r->node, in));
	return true;
}

/* Each line is in memory of its own, so that nobody can read past its end unseen. */
static void give_line(struct klog *k, const uint8_t *data, size_t n)
{
	char *line = malloc(n);

	memcpy(line, data, n);
	klog__line(k, line, n);
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct node node = {.cgroups.fd = -1};
	struct report report = {.node = &node};
	struct klog *k = klog__new("input", &report, 1795500000000000000, false);
	size_t at = 0;

	while (at < size) {
		const uint8_t *end = memchr(data + at, '\n', size - at);
		size_t n = end ? (size_t)(end - (data + at)) : size - at;

		give_line(k, data + at, n);
		at += n + 1;
	}
	klog__end(k);
	klog__free(k);
	return 0;
}
