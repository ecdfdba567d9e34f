// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The flow of oomtrace explain; see explain.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "explain/explain.h"
#include "explain/finding_json.h"
#include "explain/tell.h"
#include "time/moment.h"
#include "time/zone.h"

#define NS_PER_S  1000000000LL
#define AFTER_NS  (60 * NS_PER_S) /* the newest line of a log can be later than the newest record */
#define LAST_WORD "last"

_Static_assert(TELL_BYTES >= FINDING_JSON_BYTES, "one buffer is for both");

struct explain {
	const struct options *options;
	struct profiles *profiles;
	struct events_filter filter;
	struct events events;
	struct app_log log;
	struct time_parts date;	      /* the value of --date, where it was given */
	const struct claim **tellers; /* for each kill the first claim that is about it */
	struct tally tally;
	char *buf;
	unsigned long told;
};

/* ---- what comes in ---- */

static int read_profiles(struct explain *x)
{
	char why[512];
	int err = 0;

	x->profiles = profiles__new();
	if (!x->profiles)
		return -ENOMEM;
	if (x->options->profile)
		err = profiles__read(x->profiles, x->options->profile, why, sizeof(why));
	if (err)
		fprintf(stderr, "oomtrace: %s\n", why);
	return err;
}

static int read_filter(const struct options *o, struct events_filter *filter)
{
	*filter = (struct events_filter){.pod = o->pod, .pid = o->pid, .since_ns = INT64_MIN};
	if (moment__read("since", o->since, &filter->since_ns))
		return -EINVAL;
	return 0;
}

static int read_date(const char *text, struct time_parts *date)
{
	if (!text || form__is("Y-m-d", text, date))
		return 0;
	fprintf(stderr, "oomtrace: --date %s: must be a day as 2026-11-24\n", text);
	return -EINVAL;
}

static int read_log(struct explain *x)
{
	int64_t latest_ns = events__latest(&x->events);
	struct log_time_rules rules = {
		.date = x->date,
		.latest_ns = latest_ns == INT64_MIN ? time(NULL) * NS_PER_S : latest_ns + AFTER_NS,
	};
	const char *name = x->options->operand;
	FILE *file = strcmp(name, "-") ? fopen(name, "re") : stdin;
	int err;

	if (!file) {
		fprintf(stderr, "oomtrace: %s: %s\n", name, strerror(errno));
		return -EIO;
	}
	err = app_log__read(&x->log, name, file, x->profiles, &rules);
	if (err)
		fprintf(stderr, "oomtrace: %s: %s\n", name, strerror(-err));
	if (file != stdin)
		fclose(file);
	if (x->log.left_out)
		fprintf(stderr,
			"oomtrace: %s: %lu more lines say that a process is dead: explain the log "
			"in "
			"parts\n",
			name, x->log.left_out);
	return err;
}

/* ---- what goes out ---- */

static int put(struct explain *x, const struct finding *f)
{
	const struct app_log *log = f->claim ? &x->log : NULL;
	long n;

	if (x->options->json)
		n = finding_json__put(x->buf, TELL_BYTES, log, f);
	else
		n = tell__finding(x->buf, TELL_BYTES, &x->events, log, f);
	if (n < 0)
		return n;
	if (x->told++ && !x->options->json)
		putchar('\n');
	fwrite(x->buf, 1, n, stdout);
	return 0;
}

static int explain_claim(struct explain *x, const struct claim *claim)
{
	struct finding f;
	int err = match__claim(&f, &x->events, &x->log, claim);

	if (!err && f.index) {
		const struct claim **teller = &x->tellers[f.index - x->events.kills];

		f.told = *teller;
		if (!*teller)
			*teller = claim;
	}
	if (!err) {
		tally__add(&x->tally, &f);
		err = put(x, &f);
	}
	finding__done(&f);
	return err;
}

static int explain_log(struct explain *x)
{
	const char *zone = x->options->zone ? x->options->zone : ZONE_DEFAULT;
	int err = events__reach(&x->events, app_log__earliest(&x->log));
	long n;

	x->tellers = calloc(x->events.n_kills + 1, sizeof(*x->tellers));
	if (!x->tellers)
		err = -ENOMEM;
	for (size_t i = 0; !err && i < x->log.n; i++)
		if (x->log.claims[i].sense == SENSE_DEAD)
			err = explain_claim(x, &x->log.claims[i]);
	if (err || x->options->json)
		return err;
	n = tell__summary(x->buf, TELL_BYTES, &x->log, &x->tally, zone);
	printf("%s%.*s", x->told ? "\n" : "", (int)n, x->buf);
	return 0;
}

static int explain_kill(struct explain *x, const struct kill *kill)
{
	struct finding f;
	int err = match__kill(&f, &x->events, kill);

	if (!err)
		err = put(x, &f);
	finding__done(&f);
	return err;
}

/* The last kill there is, however old its file; without "last", all that pass the filter, in order. */
static int explain_kills(struct explain *x, bool last)
{
	int64_t from_ns = last && x->events.n_kills ? INT64_MAX : x->events.filter.since_ns;
	int err = events__reach(&x->events, from_ns);
	size_t n = x->events.n_kills;

	for (size_t i = last && n ? n - 1 : 0; !err && i < n; i++)
		err = explain_kill(x, &x->events.kills[i]);
	if (!err && !n && !x->options->json)
		printf("No OOM kill is in %s%s.\n", x->options->events,
		       x->options->pod || x->options->pid || x->options->since ? " that fits" : "");
	return err;
}

/* ---- the whole ---- */

static int explain(struct explain *x)
{
	const char *operand = x->options->operand;
	bool last = operand && !strcmp(operand, LAST_WORD);
	int err = events__read(&x->events, x->options->events, &x->filter, stderr);

	if (err)
		return err;
	if (!operand || last)
		return explain_kills(x, last);
	err = read_profiles(x);
	if (!err)
		err = read_log(x);
	return err ? err : explain_log(x);
}

int explain__run(const struct options *options)
{
	struct explain x = {.options = options};
	bool unread;
	int err;

	if (zone__set_option(options->zone) || read_filter(options, &x.filter) ||
	    read_date(options->date, &x.date))
		return 2;
	x.buf = malloc(TELL_BYTES);
	err = x.buf ? explain(&x) : -ENOMEM;
	unread = x.events.refusals.n;
	if (err == -ENOMEM)
		fprintf(stderr, "oomtrace: %s\n", strerror(ENOMEM));
	events__free(&x.events);
	app_log__free(&x.log);
	profiles__free(x.profiles);
	free(x.tellers);
	free(x.buf);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "oomtrace: stdout: %s\n", strerror(errno));
		return 1;
	}
	return err ? 1 : unread ? 3 : 0;
}
