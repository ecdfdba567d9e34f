// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The flow of oomtrace show; see show.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "explain/lines.h"
#include "explain/stamp.h"
#include "explain/value.h"
#include "journal/file.h"
#include "journal/files.h"
#include "render/jsonl.h"
#include "render/utf8.h"
#include "show/filter.h"
#include "show/moment.h"
#include "show/row.h"
#include "show/show.h"

#define USUAL_FILE "/var/log/oomtrace/oomtrace.jsonl"
#define TOLD_LINES 3 /* bad ones of a file that are told one by one */

struct show {
	const struct options *options;
	struct filter filter;
	char **kept; /* with -n: the last ones, next % n the oldest */
	size_t *lens;
	uint64_t next;		 /* how many were shown or kept */
	unsigned long bad_lines; /* of the file */
	bool unread;		 /* something could not be read */
};

/* ---- what goes out ---- */

static int keep(struct show *s, const char *text, size_t len)
{
	size_t at = s->next++ % s->options->lines;
	char *copy = malloc(len);

	if (!copy)
		return -ENOMEM;
	free(s->kept[at]);
	s->kept[at] = memcpy(copy, text, len);
	s->lens[at] = len;
	return 0;
}

static int put(struct show *s, const char *text, size_t len)
{
	if (s->options->lines)
		return keep(s, text, len);
	s->next++;
	return fwrite(text, 1, len, stdout) == len ? 0 : -errno;
}

static void put_kept(struct show *s)
{
	uint32_t n = s->options->lines;

	for (uint32_t i = 0; i < n; i++) {
		size_t at = (s->next + i) % n;

		if (s->kept[at])
			fwrite(s->kept[at], 1, s->lens[at], stdout);
	}
}

/* ---- what comes in ---- */

static void refuse(struct show *s, const char *path, const char *where, const char *what)
{
	char text[4096 + 256];

	s->unread = true;
	snprintf(text, sizeof(text), "%s: %s%s", path, where, what);
	utf8__make_printable(text);
	fprintf(stderr, "oomtrace: %s\n", text);
}

/* line.at has room for one byte more. */
static int show_record(struct show *s, const json_t *record, struct text line)
{
	char row[ROW_BYTES];
	size_t len;

	if (!filter__takes(&s->filter, record))
		return 0;
	if (s->options->json) {
		((char *)line.at)[line.len] = '\n';
		return put(s, line.at, line.len + 1);
	}
	len = row__put(row, sizeof(row), record);
	return len ? put(s, row, len) : 0;
}

static int show_line(struct show *s, const char *path, const struct lines *l, struct text line)
{
	json_error_t error;
	json_t *record = NULL;
	char where[40];
	int err = 0;

	snprintf(where, sizeof(where), "line %lu: ", l->number);
	if (!l->cut)
		record = json_loadb(line.at, line.len, JSON_REJECT_DUPLICATES, &error);
	if (record && value__text(record, "type"))
		err = show_record(s, record, line);
	else if (s->bad_lines++ < TOLD_LINES)
		refuse(s, path, where, "is no whole record: passed over; the rest is shown");
	json_decref(record);
	return err;
}

static int show_lines(struct show *s, const char *path, FILE *file)
{
	struct lines l;
	struct text line;
	char more[48];
	int err = lines__init(&l, file, JSONL_LINE_BYTES + 1);

	l.room--;
	s->bad_lines = 0;
	while (!err && lines__next(&l, &line))
		if (line.len)
			err = show_line(s, path, &l, line);
	snprintf(more, sizeof(more), "and %lu more such lines", s->bad_lines - TOLD_LINES);
	if (s->bad_lines > TOLD_LINES)
		refuse(s, path, "", more);
	if (ferror(file))
		refuse(s, path, "", "is cut off or damaged: what would follow can't be read");
	lines__done(&l);
	return err;
}

static int show_file(struct show *s, const char *path)
{
	FILE *file;
	int err;

	if (journal_file__is_foreign(path)) {
		refuse(s, path, "", "is not read: unpack it, with xz -d, zstd -d or bzip2 -d");
		return 0;
	}
	file = journal_file__open(path);
	if (!file) {
		refuse(s, path, "", strerror(errno));
		return 0;
	}
	err = show_lines(s, path, file);
	fclose(file);
	return err;
}

static int show_files(struct show *s, const struct journal_files *files)
{
	int err = 0;

	for (size_t i = 0; !err && i < files->n; i++)
		err = show_file(s, files->all[i].path);
	if (s->options->lines && !err)
		put_kept(s);
	if (!s->next && !err)
		fprintf(stderr, "oomtrace: show: no record fits, in %zu file%s\n", files->n,
			files->n == 1 ? "" : "s");
	return err;
}

/* ---- the whole ---- */

static int find_files(struct show *s, struct journal_files *files)
{
	static char usual[] = USUAL_FILE;
	static char *const usually[] = {usual};
	int n = s->options->n_operands;
	char *const *paths = n ? s->options->operands : usually;

	for (int i = 0; i < (n ? n : 1); i++) {
		int err = journal_files__add(files, paths[i]);

		if (err == -ENOMEM)
			return err;
		if (err)
			refuse(s, paths[i], "", strerror(-err));
	}
	journal_files__sort(files);
	return files->n ? 0 : -ENOENT;
}

static int read_time(const char *name, const char *text, int64_t *ns)
{
	if (!text || !moment__parse(text, time(NULL), ns))
		return 0;
	fprintf(stderr,
		"oomtrace: --%s %s: must be a time as \"2026-11-24 04:10\", \"2h ago\" or today\n",
		name, text);
	return -EINVAL;
}

static int read_filter(struct show *s)
{
	const struct options *o = s->options;
	const char *zone = o->zone ? o->zone : "UTC";

	s->filter = (struct filter){INT64_MIN, INT64_MAX, o->pod, o->group, o->verdict};
	if (stamp__set_zone(zone)) {
		fprintf(stderr,
			"oomtrace: --tz %s: must be UTC, local, +03:00 or as Europe/Berlin\n",
			zone);
		return -EINVAL;
	}
	if (read_time("since", o->since, &s->filter.since_ns))
		return -EINVAL;
	return read_time("until", o->until, &s->filter.until_ns);
}

static int show(struct show *s)
{
	struct journal_files files = {0};
	int err;

	s->kept = calloc(s->options->lines + 1, sizeof(*s->kept));
	s->lens = calloc(s->options->lines + 1, sizeof(*s->lens));
	err = s->kept && s->lens ? find_files(s, &files) : -ENOMEM;
	if (!err)
		err = show_files(s, &files);
	if (err == -ENOMEM)
		fprintf(stderr, "oomtrace: %s\n", strerror(ENOMEM));
	journal_files__free(&files);
	return err;
}

int show__run(const struct options *options)
{
	struct show s = {.options = options};
	int err;

	if (read_filter(&s))
		return 2;
	err = show(&s);
	for (uint32_t i = 0; s.kept && i < options->lines; i++)
		free(s.kept[i]);
	free(s.kept);
	free(s.lens);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "oomtrace: stdout: %s\n", strerror(errno));
		return 1;
	}
	return err ? 1 : s.unread ? 3 : 0;
}
