// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Files of records to a page; see report.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "explain/lines.h"
#include "explain/value.h"
#include "journal/file.h"
#include "journal/files.h"
#include "render/jsonl.h"
#include "render/utf8.h"
#include "report/chronicle.h"
#include "report/page.h"
#include "report/report.h"

#define MODE 0640 /* as that of records: command lines are in both */

/* ---- what comes in ---- */

struct input {
	unsigned long bad_lines;
	bool unread; /* something could not be read; it was said */
};

static int take_line(struct chronicle *c, struct text line, unsigned long *bad_lines)
{
	json_t *record = json_loadb(line.at, line.len, JSON_REJECT_DUPLICATES, NULL);
	int err = 0;

	if (record && value__text(record, "type"))
		err = chronicle__take(c, record);
	else
		++*bad_lines;
	json_decref(record);
	return err;
}

static int read_lines(struct chronicle *c, FILE *file, unsigned long *bad_lines)
{
	struct lines lines;
	struct text line;
	int err = lines__init(&lines, file, JSONL_LINE_BYTES);

	while (!err && lines__next(&lines, &line))
		if (line.len)
			err = take_line(c, line, bad_lines);
	lines__done(&lines);
	return err;
}

static void complain(struct input *in, const char *path, const char *what)
{
	char text[4096 + 256];

	in->unread = true;
	snprintf(text, sizeof(text), "%s: %s", path, what);
	utf8__make_printable(text);
	fprintf(stderr, "oomtrace: %s\n", text);
}

static int read_file(struct chronicle *c, struct input *in, const char *path)
{
	FILE *file = journal_file__is_foreign(path) ? NULL : journal_file__open(path);
	unsigned long bad_lines = in->bad_lines;
	char what[64];
	int err;

	if (!file) {
		complain(in, path,
			 journal_file__is_foreign(path)
				 ? "is not read: unpack it, with xz -d, zstd -d or bzip2 -d"
				 : strerror(errno));
		return 0;
	}
	err = read_lines(c, file, &in->bad_lines);
	snprintf(what, sizeof(what), "not read as records: %lu of its lines",
		 in->bad_lines - bad_lines);
	if (in->bad_lines > bad_lines)
		complain(in, path, what);
	if (ferror(file))
		complain(in, path, "is cut off or damaged: what would follow can't be read");
	fclose(file);
	return err;
}

/* A FILE that isn't there is a mistake in the command; its rotations may come and go. */
static int read_files(struct chronicle *c, struct input *in, const struct options *options)
{
	struct journal_files files = {0};
	int err = 0;

	for (int i = 0; !err && i < options->n_operands; i++) {
		err = journal_files__add(&files, options->operands[i]);
		if (err && err != -ENOMEM)
			complain(in, options->operands[i], strerror(-err));
	}
	journal_files__sort(&files);
	for (size_t i = 0; !err && i < files.n; i++)
		err = read_file(c, in, files.all[i].path);
	journal_files__free(&files);
	return err;
}

/* ---- what goes out ---- */

static FILE *create(const char *path, char **draft)
{
	FILE *out = NULL;
	int fd;

	if (asprintf(draft, "%s.XXXXXX", path) < 0) {
		*draft = NULL;
		return NULL;
	}
	fd = mkostemp(*draft, O_CLOEXEC);
	if (fd >= 0 && !fchmod(fd, MODE))
		out = fdopen(fd, "w");
	if (fd >= 0 && !out) {
		close(fd);
		unlink(*draft);
	}
	return out;
}

/* An earlier write may be what failed, and errno be another's by now. */
static int flush(FILE *out)
{
	if (!fflush(out) && !ferror(out))
		return 0;
	return errno ? -errno : -EIO;
}

/* The file is there once it is whole; an older one stays until then. */
static int write_file(const struct chronicle *c, const char *path, unsigned long bad_lines)
{
	char *draft = NULL;
	FILE *out = create(path, &draft);
	int err = out ? page__put(out, c, bad_lines) : -errno;

	if (out) {
		if (!err)
			err = flush(out);
		if (fclose(out) && !err)
			err = -errno;
		if (!err && rename(draft, path))
			err = -errno;
		if (err)
			unlink(draft);
	}
	if (err && err != -ENOMEM)
		fprintf(stderr, "oomtrace: %s: %s\n", path, strerror(-err));
	free(draft);
	return err;
}

static int write_page(const struct chronicle *c, const char *path, unsigned long bad_lines)
{
	int err;

	if (path)
		return write_file(c, path, bad_lines);
	if (isatty(STDOUT_FILENO)) {
		fprintf(stderr, "oomtrace: report: a page is nothing to read on a terminal: give "
				"-o FILE\n");
		return -EINVAL;
	}
	err = page__put(stdout, c, bad_lines);
	if (err)
		return err;
	err = flush(stdout);
	if (err)
		fprintf(stderr, "oomtrace: stdout: %s\n", strerror(-err));
	return err;
}

int report__run(const struct options *options)
{
	struct input in = {0};
	struct chronicle c;
	int err = chronicle__init(&c);

	if (!err)
		err = read_files(&c, &in, options);
	if (!err)
		err = chronicle__end(&c);
	if (!err)
		err = write_page(&c, options->output, in.bad_lines);
	if (err == -ENOMEM)
		fprintf(stderr, "oomtrace: report: %s\n", strerror(ENOMEM));
	chronicle__free(&c);
	return err ? 1 : in.unread ? 3 : 0;
}
