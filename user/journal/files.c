// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Names of files to the files in order; see files.h. */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "journal/value.h"
#include "journal/files.h"
#include "journal/journal.h"
#include "journal/rotation.h"
#include "render/jsonl.h"

#define LINES_MOST 100 /* that are looked at for a time */
#define TRIES	   10

/* ---- one file ---- */

/* False: the record has no time. */
static bool read_first(struct journal_path *p, struct text line)
{
	json_t *record = json_loadb(line.at, line.len, 0, NULL);
	const char *node = value__text(record, "host.name");
	bool found = value__time(record, "time", &p->first_ns);

	if (found && node)
		p->node = strdup(node);
	json_decref(record);
	return found;
}

static void read_head(struct journal_path *p, FILE *file)
{
	struct lines l;
	struct text line;

	if (lines__init(&l, file, JSONL_LINE_BYTES))
		return;
	p->first_ns = INT64_MAX;
	while (l.number < LINES_MOST && lines__next(&l, &line)) {
		if (p->first_ns == INT64_MAX)
			p->first_ns = INT64_MIN;
		if (l.number == 1 && l.ended)
			p->head = journal__head(line);
		if (read_first(p, line))
			break;
	}
	lines__done(&l);
}

/* What is no regular file, or is none of ours, is only known by its name for now. */
static int look(struct journal_path *p)
{
	struct stat st;
	FILE *file;

	if (stat(p->path, &st))
		return -errno;
	p->kind = (struct journal_kind){st.st_dev, st.st_ino, S_ISREG(st.st_mode), false};
	if (!p->kind.regular || journal_file__unpacker(p->path))
		return 0;
	file = journal_file__open(p->path, &p->kind);
	if (!file)
		return errno == ENOENT ? -errno : 0;
	read_head(p, file);
	fclose(file);
	return 0;
}

static void free_path(struct journal_path *p)
{
	free(p->path);
	free(p->node);
}

static bool is_same(const struct journal_kind *a, const struct journal_kind *b)
{
	return a->dev == b->dev && a->ino == b->ino;
}

static FILE *open_as(const char *path, const struct journal_kind *wanted, struct journal_kind *kind)
{
	FILE *file = journal_file__open(path, kind);

	if (!file || is_same(kind, wanted))
		return file;
	fclose(file);
	errno = ENOENT;
	return NULL;
}

static FILE *find_again(const struct journal_path *p, struct journal_kind *kind)
{
	struct journal_files now = {0};
	FILE *file = NULL;

	journal_files__add(&now, p->given);
	for (size_t i = 0; i < now.n && !file; i++)
		if (now.all[i].head == p->head)
			file = open_as(now.all[i].path, &now.all[i].kind, kind);
	journal_files__free(&now);
	return file;
}

FILE *journal_path__open(const struct journal_path *p, struct journal_kind *kind)
{
	FILE *file = open_as(p->path, &p->kind, kind);

	if (!file && errno != ENOENT)
		return NULL;
	for (int i = 0; i < TRIES && !file && p->head; i++)
		file = find_again(p, kind);
	if (!file)
		errno = ENOENT;
	return file;
}

/* ---- many ---- */

static bool is_known(const struct journal_files *files, const struct journal_path *p)
{
	for (size_t i = 0; i < files->n; i++) {
		const struct journal_path *other = &files->all[i];

		if (is_same(&other->kind, &p->kind) ||
		    (p->head && other->given == p->given && other->head == p->head))
			return true;
	}
	return false;
}

static int add(struct journal_files *files, const char *given, const char *path)
{
	struct journal_path p = {.path = strdup(path), .given = given, .first_ns = INT64_MIN};
	struct journal_path *all;
	int err = p.path ? look(&p) : -ENOMEM;

	if (err || is_known(files, &p)) {
		free_path(&p);
		return err;
	}
	all = reallocarray(files->all, files->n + 1, sizeof(*all));
	if (!all) {
		free_path(&p);
		return -ENOMEM;
	}
	files->all = all;
	all[files->n++] = p;
	return 0;
}

/* For the rotations of a FILE. */
struct search {
	struct journal_files *files;
	const char *given;
	bool renamed; /* a name was gone by the time that it was looked at */
};

static int add_rotation(struct search *s, const char *directory, const char *name)
{
	char *path;
	int err;

	if (asprintf(&path, "%s%s", directory, name) < 0)
		return -ENOMEM;
	err = add(s->files, s->given, path);
	s->renamed |= err == -ENOENT;
	free(path);
	return err == -ENOENT ? 0 : err;
}

/* Those of the file that is called path. In order of names: FILE.1 comes before FILE.1.gz. */
static int add_rotations(struct search *s, const char *path)
{
	const char *own = rotation__name(path);
	char *directory = strndup(path, own - path);
	struct dirent **names = NULL;
	int n, err = 0;

	if (!directory)
		return -ENOMEM;
	n = scandir(*directory ? directory : ".", &names, NULL, alphasort);
	if (n < 0 && errno == ENOMEM)
		err = -ENOMEM;
	for (int i = 0; i < n; i++) {
		if (!err && rotation__is_of(names[i]->d_name, own))
			err = add_rotation(s, directory, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	free(directory);
	return err;
}

/* Beside a symbolic link there may be links to its rotations, too. */
static int add_all_rotations(struct search *s)
{
	char *place = rotation__place(s->given);
	int err = place ? add_rotations(s, s->given) : -ENOMEM;

	if (!err && strcmp(place, s->given))
		err = add_rotations(s, place);
	free(place);
	return err;
}

/*
 * What was renamed has another name now. A link to nothing is never there: so often, and no more.
 * There is no FILE between its rename and the next record.
 */
int journal_files__add(struct journal_files *files, const char *path)
{
	struct search s = {files, path, .renamed = true};
	size_t before = files->n;
	int err = 0;

	for (int i = 0; (!err || err == -ENOENT) && s.renamed && i < TRIES; i++) {
		s.renamed = false;
		err = add(files, path, path);
		if (!err || err == -ENOENT) {
			int rotations = add_all_rotations(&s);

			err = rotations ? rotations : err;
		}
	}
	return err == -ENOENT && files->n > before ? 0 : err;
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
		free_path(&files->all[i]);
	free(files->all);
}
