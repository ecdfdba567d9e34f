// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * A file of records, plain or as gzip left it, as oomtrace show reads it: into lines of the list
 * that do nothing to a terminal and fit it. The first byte is the terminal, the rest the file.
 */
#include <string.h>

#include "journal/value.h"
#include "journal/merge.h"
#include "promises.h"
#include "scratch.h"
#include "show/filter.h"
#include "show/row.h"

#define PATH "journal-input"

static size_t columns_in(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

static void promise_row(const json_t *record, size_t columns, bool node)
{
	const struct row_style style = {columns, false, node};
	static char row[ROW_BYTES];
	size_t len = row__put(row, sizeof(row), record, &style);

	if (!len)
		return;
	promise(len < sizeof(row) && row[len - 1] == '\n');
	promise_harmless(row, len - 1);
	promise(columns < 40 || columns_in(row) <= columns + 1);
}

/* That there is any is enough: none may read past what it was given. */
static void ask(const json_t *record)
{
	const struct filter filter = {0, INT64_MAX, "ranker-0", NULL, NULL};
	const struct filter other = {INT64_MIN, 0, NULL, "/a", "inconsistent"};

	promise(!(filter__takes(&filter, record) && filter__takes(&other, record)));
}

static void promise_records(struct source *source, uint8_t how)
{
	struct merge merge = {0};
	int64_t ns = INT64_MIN;

	promise(!merge__add(&merge, source));
	while (merge__next(&merge)) {
		promise(value__text(source->journal.record, "type"));
		promise(source->ns >= ns);
		ns = source->ns;
		promise_row(source->journal.record, how & 0x7f, how & 0x80);
		ask(source->journal.record);
	}
	promise(!merge.err);
	merge__free(&merge);
}

static void promise_said(const char *said, size_t len)
{
	for (size_t from = 0, to; from < len; from = to + 1) {
		for (to = from; said[to] != '\n'; to++)
			;
		promise(!strncmp(said + from, "oomtrace: " PATH ": ",
				 strlen("oomtrace: " PATH ": ")));
		promise_harmless(said + from, to - from);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct refusals refusals = {0};
	struct journal_files files = {0};
	struct source *source;
	char *said = NULL;
	size_t len;

	if (!size)
		return 0;
	close(scratch__fill(PATH, data + 1, size - 1));
	refusals.err = open_memstream(&said, &len);
	promise(refusals.err && !journal_files__add(&files, PATH) && files.n == 1);
	source = source__new(&files.all[0], &refusals);
	source->skips_exits = data[0] & 1;
	promise_records(source, data[0]);
	source__free(source);
	journal_files__free(&files);
	fclose(refusals.err);
	promise_said(said, len);
	free(said);
	return 0;
}
