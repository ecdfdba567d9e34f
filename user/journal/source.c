// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* One file of those that are merged; see source.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "journal/value.h"
#include "journal/source.h"

struct source *source__new(struct journal_path *name, struct refusals *refusals)
{
	struct source *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->name = *name;
	s->ns = name->first_ns == INT64_MAX ? INT64_MIN : name->first_ns;
	s->journal.refusals = refusals;
	*name = (struct journal_path){0};
	return s;
}

void source__free(struct source *s)
{
	if (!s)
		return;
	source__close(s);
	free(s->name.path);
	free(s->name.node);
	free(s);
}

int source__open(struct source *s)
{
	struct journal *j = &s->journal;
	struct journal_kind kind;
	FILE *file;
	int err;

	if (s->opened)
		return 0;
	file = journal_path__open(&s->name, &kind);
	if (!file)
		return -errno;
	s->name.kind = kind;
	s->grows &= kind.regular && !kind.gzip;
	err = journal__begin(j, s->name.path, file, j->refusals);
	if (err)
		fclose(file);
	j->grows = s->grows;
	j->skips_exits = s->skips_exits;
	s->opened = !err;
	return err;
}

/* A name is all that is known of what isn't read. */
static int try_open(struct source *s)
{
	const char *unpacker = journal_file__unpacker(s->name.path);
	char how[64];
	int err;

	if (unpacker && !s->opened) {
		snprintf(how, sizeof(how), "is not read: unpack it first, with %s", unpacker);
		refusals__say(s->journal.refusals, s->name.path, how);
		return -EINVAL;
	}
	err = source__open(s);
	if (err && err != -ENOMEM)
		refusals__fail(s->journal.refusals, s->name.path, err);
	return err;
}

int source__read(struct source *s)
{
	int64_t ns = s->ns;
	int err = try_open(s);

	s->pending = !err && journal__next(&s->journal);
	if (s->pending && value__time(s->journal.record, "time", &ns) && ns > s->ns)
		s->ns = ns;
	return err == -ENOMEM ? err : 0;
}

void source__close(struct source *s)
{
	if (!s->opened)
		return;
	journal__end(&s->journal);
	fclose(s->journal.file);
	s->journal.file = NULL;
	s->opened = s->pending = false;
}
