// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * A state file, which whoever may write there has written, to what oomtrace status says of it. The
 * first byte is what else there is: a lock, pins, the kernel's count.
 */
#include <string.h>

#include "promises.h"
#include "status/report.h"

#define BOOT   "9e0f2c5a-3f1d-4c55-9a0e-0f7f4a1b2c3d"
#define NOW_NS 1795493414000000000
#define UP_NS  90000000000000

static char *print(const struct judgement *j, const struct status_facts *f, bool json, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);

	promise(out);
	promise(!(json ? status_report__json(out, j, f) : status_report__text(out, j)));
	fclose(out);
	return text;
}

static void promise_said(const struct judgement *j, const struct status_facts *f)
{
	char *text, *line;
	size_t len;

	text = print(j, f, true, &len);
	json_decref(promise_json(text, len, JSON_REJECT_DUPLICATES));
	free(text);
	text = print(j, f, false, &len);
	for (char *rest = text; (line = strsep(&rest, "\n"));)
		promise_harmless(line, strlen(line));
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct status_facts f = {
		.path = "/run/oomtrace/state.json",
		.boot_id = BOOT,
		.now_ns = NOW_NS,
		.uptime_ns = UP_NS,
		.vmstat = 103,
		.pin_path = "/sys/fs/bpf/oomtrace",
		.kept = 2,
	};
	struct judgement j;

	if (!size)
		return 0;
	f.taken = data[0] & 1;
	f.vmstat_known = data[0] & 2;
	f.pins_known = data[0] & 4;
	f.pinned = data[0] & 8;
	f.kept_known = data[0] & 16;
	f.file = told__parse(&f.told, (const char *)data + 1, size - 1, f.damage) ? STATE_READ
										  : STATE_DAMAGED;
	judge(&j, &f);
	promise(j.status == STATUS_FAIL || j.standing == STANDING_ALIVE);
	promise(f.file == STATE_READ || j.standing == STANDING_UNKNOWN);
	promise_said(&j, &f);
	return 0;
}
