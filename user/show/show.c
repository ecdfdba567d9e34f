// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The flow of oomtrace show; see show.h. */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#include "journal/value.h"
#include "time/moment.h"
#include "time/zone.h"
#include "show/filter.h"
#include "show/follow.h"
#include "show/list.h"
#include "show/show.h"
#include "show/sources.h"

struct show {
	const struct options *options;
	struct filter filter;
	struct refusals refusals;
	struct sources sources;
	struct list list;
	int64_t first_ns, last_ns; /* of all records, whether they fit or not */
};

static int read_filter(struct show *s)
{
	const struct options *o = s->options;

	s->filter = (struct filter){INT64_MIN, INT64_MAX, o->pod, o->group, o->verdict};
	if (filter__check(&s->filter, stderr) || zone__set_option(o->zone) ||
	    moment__read("since", o->since, &s->filter.since_ns))
		return -EINVAL;
	return moment__read("until", o->until, &s->filter.until_ns);
}

static void note_time(struct show *s, const json_t *record)
{
	int64_t ns;

	if (!value__time(record, "time", &ns))
		return;
	s->first_ns = ns < s->first_ns ? ns : s->first_ns;
	s->last_ns = ns > s->last_ns ? ns : s->last_ns;
}

/* Where the files are of several nodes, the first row has to say so, too. */
static int note_nodes(struct show *s)
{
	int err = 0;

	for (size_t i = 0; !err && i < s->sources.n; i++)
		err = list__note_node(&s->list, s->sources.all[i]->name.node);
	return err;
}

/* All that there is by now. */
static int show_records(struct show *s)
{
	struct source *source;
	int err = note_nodes(s);

	while (!err && !follow__is_over() && (source = merge__next(&s->sources.merge))) {
		const struct journal *j = &source->journal;

		note_time(s, j->record);
		if (filter__takes(&s->filter, j->record))
			err = list__put(&s->list, j->record, j->line);
	}
	return err ? err : s->sources.merge.err;
}

static int show_files(struct show *s)
{
	int err = show_records(s);

	if (!err)
		err = list__release(&s->list);
	return err ? err : list__flush();
}

static void say_nothing_fits(const struct show *s)
{
	char first[ROW_TIME_BYTES], last[ROW_TIME_BYTES];
	size_t n = s->sources.n_files;

	fprintf(stderr, "oomtrace: show: no matching record in %zu file%s", n, n == 1 ? "" : "s");
	if (s->first_ns <= s->last_ns) {
		row__time(first, s->first_ns);
		row__time(last, s->last_ns);
		fprintf(stderr, ": from %s to %s", first, last);
	}
	fputs("\n", stderr);
}

static int follow(struct show *s)
{
	struct follow f;
	int err = follow__begin(&f, &s->sources);

	while (!err && !follow__is_over()) {
		err = sources__look(&s->sources);
		if (!err)
			err = follow__watch(&f);
		if (!err)
			err = show_files(s);
		if (!err)
			err = follow__wait(&f);
	}
	follow__end(&f);
	return follow__is_over() || err == -EPIPE ? 0 : err;
}

static int show(struct show *s)
{
	int err;

	if (s->options->follow)
		return follow(s);
	err = sources__look(&s->sources);
	if (!err)
		err = show_files(s);
	if (!err && !s->list.next)
		say_nothing_fits(s);
	return err;
}

/* Of each node a file is open at the same time. */
static void allow_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int set_up(struct show *s)
{
	static char usual[] = JOURNAL_USUAL;
	static char *const usually[] = {usual};
	const struct options *o = s->options;
	char *const *paths = o->n_operands ? o->operands : usually;
	int err = list__init(&s->list, o->json, o->lines);

	allow_files();
	if (!err)
		err = sources__init(&s->sources, paths, o->n_operands ? o->n_operands : 1,
				    &s->refusals);
	s->sources.skips_exits = !o->json;
	return err;
}

static void say(const struct show *s, int err)
{
	if (err == -ECANCELED && !s->options->n_operands)
		fprintf(stderr, "oomtrace: show: that is where the service writes; give the FILE "
				"of oomtrace -o FILE\n");
	if (err == -ENOMEM)
		fprintf(stderr, "oomtrace: show: %s\n", strerror(ENOMEM));
	else if (err && err != -ECANCELED)
		fprintf(stderr, "oomtrace: stdout: %s\n", strerror(-err));
}

int show__run(const struct options *options)
{
	struct show s = {.options = options,
			 .refusals.err = stderr,
			 .first_ns = INT64_MAX,
			 .last_ns = INT64_MIN};
	int err;

	if (read_filter(&s))
		return 2;
	err = set_up(&s);
	if (!err)
		err = show(&s);
	say(&s, err);
	sources__free(&s.sources);
	list__free(&s.list);
	return err ? 1 : s.refusals.n ? 3 : 0;
}
