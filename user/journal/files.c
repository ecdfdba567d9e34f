// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Names of files to the files in order; see files.h. */
#include <errno.h>
#include <glob.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "explain/lines.h"
#include "explain/value.h"
#include "journal/file.h"
#include "journal/files.h"
#include "render/jsonl.h"

#define LINES_MOST 100 /* that are looked at for a time */
#define TRIES	   10

static int64_t first_in(FILE *file)
{
	int64_t ns = INT64_MAX;
	struct lines l;
	struct text line;

	if (lines__init(&l, file, JSONL_LINE_BYTES))
		return ns;
	while (ns == INT64_MAX && l.number < LINES_MOST && lines__next(&l, &line)) {
		json_t *record = json_loadb(line.at, line.len, 0, NULL);

		value__time(record, "time", &ns);
		json_decref(record);
	}
	lines__done(&l);
	return ns;
}

static int64_t first_of(const char *path)
{
	FILE *file = journal_file__is_foreign(path) ? NULL : journal_file__open(path);
	int64_t ns = INT64_MAX;

	if (file) {
		ns = first_in(file);
		fclose(file);
	}
	return ns;
}

static int add(struct journal_files *files, const char *path)
{
	struct journal_path *all;
	struct stat st;

	if (stat(path, &st))
		return -errno;
	for (size_t i = 0; i < files->n; i++)
		if (files->all[i].dev == st.st_dev && files->all[i].ino == st.st_ino)
			return 0;
	all = reallocarray(files->all, files->n + 1, sizeof(*all));
	if (!all)
		return -ENOMEM;
	files->all = all;
	all[files->n] = (struct journal_path){strdup(path),
					      S_ISREG(st.st_mode) ? first_of(path) : INT64_MAX,
					      st.st_dev, st.st_ino};
	if (!all[files->n].path)
		return -ENOMEM;
	files->n++;
	return 0;
}

/* What a name means to glob() is taken from it. */
static void escape(char *out, const char *end, const char *path)
{
	for (; *path && end - out > 2; path++) {
		if (strchr("*?[\\", *path))
			*out++ = '\\';
		*out++ = *path;
	}
	*out = '\0';
}

/* Sets *renamed where a name was gone by the time that it was looked at. */
static int add_rotations(struct journal_files *files, const char *path, bool *renamed)
{
	static const char *const endings[] = {".[0-9]*", "-[0-9]*"};
	char pattern[8192];
	int err = 0;

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		glob_t found = {0};

		escape(pattern, pattern + sizeof(pattern) - 16, path);
		strcat(pattern, endings[i]);
		if (glob(pattern, 0, NULL, &found) == GLOB_NOSPACE)
			err = -ENOMEM;
		for (size_t k = 0; !err && k < found.gl_pathc; k++) {
			err = add(files, found.gl_pathv[k]);
			*renamed |= err == -ENOENT;
			err = err == -ENOENT ? 0 : err;
		}
		globfree(&found);
	}
	return err;
}

/* What was renamed has another name now. A link to nothing is never there: so often, and no more. */
int journal_files__add(struct journal_files *files, const char *path)
{
	bool renamed = true;
	int err = 0;

	for (int i = 0; !err && renamed && i < TRIES; i++) {
		renamed = false;
		err = add(files, path);
		if (!err)
			err = add_rotations(files, path, &renamed);
	}
	return err;
}

static int by_time(const void *a, const void *b)
{
	const struct journal_path *x = a, *y = b;

	return (x->first_ns > y->first_ns) - (x->first_ns < y->first_ns);
}

void journal_files__sort(struct journal_files *files)
{
	if (files->n)
		qsort(files->all, files->n, sizeof(*files->all), by_time);
}

void journal_files__free(struct journal_files *files)
{
	for (size_t i = 0; i < files->n; i++)
		free(files->all[i].path);
	free(files->all);
}
