// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * An output file as somebody else may have left it: what a start makes of its end, and what it says
 * of that itself.
 */
#include <string.h>

#include "../unit/sample.h"
#include "output/file.h"
#include "output/history.h"
#include "output/tail.h"
#include "render/text.h"
#include "scratch.h"

#define FILE_NAME "output.input"

static void promise_tail(int fd, const uint8_t *data, size_t size)
{
	char uid[FILE_UID_BYTES];
	int err = tail__last_uid(fd, uid, sizeof(uid));

	promise(tail__torn(fd) == (size && data[size - 1] != '\n'));
	promise(memchr(uid, '\0', sizeof(uid)));
	promise(err ? !uid[0] : !strpbrk(uid, "\"\n"));
	promise(err || memmem(data, size, uid, strlen(uid)));
}

static void promise_start(const struct history *h)
{
	static char line[JSONL_LINE_BYTES], text[TEXT_BYTES];
	struct missed missed = {.known = h->known, .kills = h->kills};
	struct node node = sample_node();
	struct kernel_facts k = {0};
	struct ledger l = {0};

	memcpy(missed.since, h->time, sizeof(missed.since));
	json_decref(promise_json(line, jsonl__start(line, sizeof(line), &node, &k, &l, &missed),
				 JSON_REJECT_DUPLICATES));
	promise_text(text, text__start(text, sizeof(text), &node, &k, &missed));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = scratch__fill(FILE_NAME, data, size);
	struct history history;

	promise_tail(fd, data, size);
	close(fd);
	history__read(&history, FILE_NAME, sample_node().boot_id);
	promise_start(&history);
	return 0;
}
