// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * A state file, which whoever may write there has written, to what oomtrace status says of it. The
 * first byte is what else there is: a lock, pins, the kernel's count.
 */
#include <string.h>

#include "promises.h"
#include "state/earlier.h"
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

/* Of what the next run takes over, status takes the same. */
static void promise_taken_over(const char *text, size_t bytes, const struct told *told)
{
	struct earlier earlier;
	struct told again;
	char why[TOLD_WHY_BYTES], *next;
	json_t *state, *last;

	earlier__take(&earlier, text, bytes);
	promise_harmless(earlier.last, strlen(earlier.last));
	last = json_loads(earlier.last, JSON_DECODE_ANY, NULL);
	promise(json_is_null(last) || json_is_object(last));
	if (json_is_object(last)) {
		state = json_loadb(text, bytes, 0, NULL);
		promise(!json_object_set(state, "last", last));
		next = json_dumps(state, 0);
		promise(told__parse(&again, next, strlen(next), why) && again.last_earlier);
		promise(again.last_seq == told->last_seq && again.last_ns == told->last_ns);
		promise(!strcmp(again.last_where, told->last_where));
		free(next);
		json_decref(state);
	}
	json_decref(last);
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
	promise_taken_over((const char *)data + 1, size - 1, &f.told);
	return 0;
}
