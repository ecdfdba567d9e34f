// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A file to its records; see journal.h. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "hash.h"
#include "journal/journal.h"
#include "journal/value.h"
#include "render/jsonl.h"
#include "render/utf8.h"

#define TOLD_LINES 3 /* bad ones of a file that are told one by one */

void refusals__say(struct refusals *r, const char *path, const char *what)
{
	char text[4096 + 512];

	r->n++;
	snprintf(text, sizeof(text), "%s: %s", path, what);
	utf8__make_printable(text);
	fprintf(r->err, "oomtrace: %s\n", text);
}

void refusals__fail(struct refusals *r, const char *path, int err)
{
	char what[256];

	snprintf(what, sizeof(what), "%s%s", strerror(-err),
		 err == -EACCES ? ": only root and the group of the file may read it" : "");
	refusals__say(r, path, what);
}

uint64_t journal__head(struct text line)
{
	uint64_t h = hash__bytes(HASH_OF_NOTHING, line.at, line.len);

	return h ? h : 1;
}

int journal__begin(struct journal *j, const char *path, FILE *file, struct refusals *refusals)
{
	int err;

	*j = (struct journal){.path = path, .file = file, .refusals = refusals};
	err = lines__init(&j->lines, file, JSONL_LINE_BYTES + 1);
	j->lines.room--; /* for whoever puts a newline behind a line */
	return err;
}

static void refuse(struct journal *j, const char *why)
{
	char what[512];

	j->refusals->lines++;
	if (++j->bad_lines > TOLD_LINES)
		return;
	snprintf(what, sizeof(what),
		 "line %lu: %s: skipped. Was it cut off by a crash, or is this no file that "
		 "oomtrace -o wrote?",
		 j->lines.number, why);
	refusals__say(j->refusals, j->path, what);
}

/* Told by how oomtrace begins a record: what need not be parsed. */
static bool is_exit(struct text line)
{
	static const char begin[] = "{\"schema\":1,\"type\":\"oom_exit\",";

	return line.len > strlen(begin) && !memcmp(line.at, begin, strlen(begin));
}

static bool next_line(struct journal *j)
{
	bool found = lines__next(&j->lines, &j->line);

	if (j->grows && (!found || !j->lines.ended)) {
		j->lines.number -= found;
		lines__rewind(&j->lines, j->lines.offset);
		return false;
	}
	if (found && !j->head)
		j->head = journal__head(j->line);
	return found;
}

static bool take_line(struct journal *j)
{
	json_error_t error;

	if (j->lines.cut) {
		refuse(j, "is longer than any record");
		return false;
	}
	j->record = json_loadb(j->line.at, j->line.len, JSON_REJECT_DUPLICATES, &error);
	if (j->record && value__text(j->record, "type"))
		return true;
	refuse(j, j->record ? "has no type, as every record does" : error.text);
	json_decref(j->record);
	j->record = NULL;
	return false;
}

bool journal__next(struct journal *j)
{
	json_decref(j->record);
	j->record = NULL;
	while (next_line(j))
		if (j->line.len && !(j->skips_exits && is_exit(j->line)) && take_line(j))
			return true;
	return false;
}

/* A stream seeks within its buffer, where the file is still what it was: so by another one. */
int journal__restart(struct journal *j)
{
	int fd = dup(fileno(j->file));
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

	if (!file) {
		if (fd >= 0)
			close(fd);
		return -ENOMEM;
	}
	fclose(j->file);
	j->file = j->lines.file = file;
	lines__rewind(&j->lines, 0);
	j->head = 0;
	return 0;
}

void journal__end(struct journal *j)
{
	char more[64];

	snprintf(more, sizeof(more), "and %lu more such lines", j->bad_lines - TOLD_LINES);
	if (j->bad_lines > TOLD_LINES)
		refusals__say(j->refusals, j->path, more);
	if (j->file && ferror(j->file))
		refusals__say(j->refusals, j->path,
			      "is cut off or damaged: the rest cannot be read");
	json_decref(j->record);
	lines__done(&j->lines);
}
