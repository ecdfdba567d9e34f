// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* FILEs to a row of records; see sources.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "show/sources.h"

#define GROWING 2 /* files of a FILE that may be written to: it and the last one that it was */

int sources__init(struct sources *s, char *const *paths, size_t n, struct refusals *refusals)
{
	*s = (struct sources){.tails = calloc(n, sizeof(*s->tails)), .refusals = refusals};
	if (!s->tails)
		return -ENOMEM;
	for (; s->n_tails < n; s->n_tails++)
		s->tails[s->n_tails] = (struct tail){.path = paths[s->n_tails], .look = true};
	return 0;
}

void sources__free(struct sources *s)
{
	for (size_t i = 0; i < s->n; i++)
		source__free(s->all[i]);
	merge__free(&s->merge);
	free(s->all);
	free(s->heads);
	free(s->tails);
}

/* ---- those that were there before ---- */

static int note_head(struct sources *s, uint64_t head)
{
	uint64_t *heads;

	if (!head)
		return 0;
	heads = reallocarray(s->heads, s->n_heads + 1, sizeof(*heads));
	if (!heads)
		return -ENOMEM;
	s->heads = heads;
	s->heads[s->n_heads++] = head;
	return 0;
}

static bool is_head(const struct sources *s, uint64_t head)
{
	for (size_t i = 0; head && i < s->n_heads; i++)
		if (s->heads[i] == head)
			return true;
	return false;
}

/* One that was empty when it was found has a first line by now, or it was cut and has another. */
static int learn_head(struct sources *s, struct source *source)
{
	uint64_t head = source->journal.head;

	if (!head || head == source->name.head)
		return 0;
	source->name.head = head;
	return note_head(s, head);
}

static bool is_newest(const struct sources *s, size_t at)
{
	size_t newer = 0;

	for (size_t i = at + 1; i < s->n; i++)
		newer += s->all[i]->grows && s->all[i]->name.given == s->all[at]->name.given;
	return newer < GROWING;
}

static bool is_deleted(const struct source *source)
{
	struct stat st;

	return !fstat(fileno(source->journal.file), &st) && !st.st_nlink;
}

static int restart_if_cut(struct source *source)
{
	struct journal *j = &source->journal;
	struct stat st;

	if (fstat(fileno(j->file), &st) || (uint64_t)st.st_size >= j->lines.next_offset)
		return 0;
	fprintf(j->refusals->err,
		"oomtrace: %s: was truncated: read from its beginning again. Rotate by rename: "
		"copytruncate loses lines\n",
		source->name.given);
	return journal__restart(j);
}

/* What is deleted would stay on the disk as long as it is open: what it has by now is its last. */
static int keep(struct sources *s, size_t at)
{
	struct source *source = s->all[at];

	source->grows = source->journal.grows = is_newest(s, at) && !is_deleted(source);
	return restart_if_cut(source);
}

static int keep_those_that_grow(struct sources *s)
{
	size_t kept = 0;
	int err = 0;

	for (size_t i = 0; i < s->n; i++) {
		struct source *source = s->all[i];

		if (!err)
			err = learn_head(s, source);
		if (!err && source->opened)
			err = keep(s, i);
		if (source->opened)
			s->all[kept++] = source;
		else
			source__free(source);
	}
	s->n = kept;
	for (size_t i = 0; !err && i < s->n; i++)
		err = merge__add(&s->merge, s->all[i]);
	return err;
}

/* ---- those that have come ---- */

static bool is_known(const struct sources *s, const struct journal_path *p)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->all[i]->name.kind.dev == p->kind.dev &&
		    s->all[i]->name.kind.ino == p->kind.ino)
			return true;
	return is_head(s, p->head);
}

static int add(struct sources *s, struct journal_path *p, bool grows)
{
	size_t room = s->room ? 2 * s->room : 16;
	struct source *source;

	if (s->n == s->room) {
		struct source **all = reallocarray(s->all, room, sizeof(*all));

		if (!all)
			return -ENOMEM;
		s->all = all;
		s->room = room;
	}
	source = source__new(p, s->refusals);
	if (!source)
		return -ENOMEM;
	source->grows = grows;
	source->skips_exits = s->skips_exits;
	/* One that is gone by now has been renamed: that is seen, and looked at, next. */
	if (s->follows && source__open(source) == -ENOENT) {
		source__free(source);
		return 0;
	}
	s->n_files++;
	s->all[s->n++] = source;
	if (note_head(s, source->name.head))
		return -ENOMEM;
	return merge__add(&s->merge, source);
}

static bool can_grow(const struct journal_path *p)
{
	return p->kind.regular && !p->kind.gzip && !journal_file__unpacker(p->path);
}

/* FILE itself, and the one before it. */
static bool grows(const struct journal_files *files, size_t at)
{
	const struct journal_path *p = &files->all[at];
	size_t newer = 0;

	for (size_t i = at + 1; i < files->n; i++)
		newer += files->all[i].given == p->given && can_grow(&files->all[i]);
	return can_grow(p) && (newer < GROWING || !strcmp(p->path, p->given));
}

/* A copy that has only begun, of what may be known: it is looked at again when there is more. */
static bool is_unripe(struct sources *s, const struct journal_path *p)
{
	if (!s->follows || p->head || !strcmp(p->path, p->given))
		return false;
	if (!s->looked && p->first_ns != INT64_MAX)
		return false;
	for (size_t i = 0; i < s->n_tails; i++)
		s->tails[i].look |= can_grow(p) && s->tails[i].path == p->given;
	return true;
}

static int add_files(struct sources *s, struct journal_files *files)
{
	int err = 0;

	journal_files__sort(files);
	for (size_t i = 0; !err && i < files->n; i++)
		if (!is_known(s, &files->all[i]) && !is_unripe(s, &files->all[i]))
			err = add(s, &files->all[i], s->follows && grows(files, i));
	s->looked = true;
	return err;
}

static int find(struct sources *s, struct tail *tail, struct journal_files *files)
{
	int err = journal_files__add(files, tail->path);

	tail->look = false;
	if (err == -ENOENT && s->follows) {
		if (!tail->waited)
			fprintf(s->refusals->err,
				"oomtrace: %s: is not there yet: waiting for it\n", tail->path);
		tail->waited = true;
		return 0;
	}
	if (err && err != -ENOMEM)
		refusals__fail(s->refusals, tail->path, err);
	return err == -ENOMEM ? err : 0;
}

int sources__look(struct sources *s)
{
	struct journal_files files = {0};
	int err = keep_those_that_grow(s);

	for (size_t i = 0; !err && i < s->n_tails; i++)
		if (s->tails[i].look)
			err = find(s, &s->tails[i], &files);
	if (!err)
		err = add_files(s, &files);
	journal_files__free(&files);
	return err || s->n_files || s->follows ? err : -ECANCELED;
}
