// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Files of records to a page; see report.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "journal/source.h"
#include "report/chronicle.h"
#include "report/page.h"
#include "report/report.h"

#define MODE 0640 /* as that of records: command lines are in both */

/* ---- what comes in ---- */

static int read_file(struct chronicle *c, struct refusals *refusals, struct journal_path *name)
{
	struct source *source = source__new(name, refusals);
	int err = source ? source__read(source) : -ENOMEM;

	while (!err && source->pending) {
		err = chronicle__take(c, source->journal.record);
		if (!err)
			err = source__read(source);
	}
	source__free(source);
	return err;
}

/* A FILE that isn't there is a mistake in the command; its rotations may come and go. */
static int read_files(struct chronicle *c, struct refusals *refusals, const struct options *options)
{
	struct journal_files files = {0};
	int err = 0;

	for (int i = 0; !err && i < options->n_operands; i++) {
		err = journal_files__add(&files, options->operands[i]);
		if (err && err != -ENOMEM)
			refusals__fail(refusals, options->operands[i], err);
	}
	journal_files__sort(&files);
	for (size_t i = 0; !err && i < files.n; i++)
		err = read_file(c, refusals, &files.all[i]);
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
		fprintf(stderr, "oomtrace: report: stdout is a terminal, and a page is HTML: give "
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
	struct refusals refusals = {.err = stderr};
	struct chronicle c;
	int err = chronicle__init(&c);

	if (!err)
		err = read_files(&c, &refusals, options);
	if (!err)
		err = chronicle__end(&c);
	if (!err)
		err = write_page(&c, options->output, refusals.lines);
	if (err == -ENOMEM)
		fprintf(stderr, "oomtrace: report: %s\n", strerror(ENOMEM));
	chronicle__free(&c);
	return err ? 1 : refusals.n ? 3 : 0;
}
