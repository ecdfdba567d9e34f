// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A recording to a report; see replay.h. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "group/incidents.h"
#include "node/gfp.h"
#include "record/report.h"
#include "replay/input.h"
#include "replay/replay.h"

#define NS_PER_S 1000000000ULL

struct replay {
	const char *path;
	FILE *file;
	unsigned long line; /* its number, from 1 */
	bool ended;
	struct node node;
	struct sinks sinks;
	struct report report;
	struct profiles *profiles;
	struct incidents *incidents; /* NULL: no INPUT_RECORDING yet */
	struct decision_event decision;
	struct snapshot snapshot;
	struct input input;
};

static int refuse(const struct replay *r, const char *what)
{
	if (r->line)
		fprintf(stderr, "oomtrace: %s: line %lu: %s\n", r->path, r->line, what);
	else
		fprintf(stderr, "oomtrace: %s: %s\n", r->path, what);
	return -EINVAL;
}

/* ---- the machine that it comes from ---- */

static int name_gfp_bits(struct replay *r, const struct input_recording *head)
{
	uint32_t at = 0;

	for (int bit = 0; at < head->gfp_bits_bytes; bit++) {
		char name[32];
		int n = strnlen(head->gfp_bits + at, head->gfp_bits_bytes - at);

		snprintf(name, sizeof(name), "%.*s", n, head->gfp_bits + at);
		if (name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")])
			return refuse(r, "recording.gfp_bits: must be names as KSWAPD_RECLAIM");
		gfp__name_bit(bit, name);
		at += n + 1;
	}
	return 0;
}

static int begin(struct replay *r, const struct input_recording *head)
{
	if (r->incidents)
		return refuse(r, "recording: must come once");
	if (head->version != RECORDING_VERSION)
		return refuse(r, "recording.version: must be 1; use the oomtrace that recorded it");
	r->node.page_bytes = head->page_bytes;
	r->node.ledger_ns = head->ledger_ns;
	r->node.boot_to_real_ns = head->boot_to_real_ns;
	memcpy(r->node.uts.nodename, head->host, sizeof(head->host));
	memcpy(r->node.uts.release, head->release, sizeof(head->release));
	memcpy(r->node.uts.machine, head->machine, sizeof(head->machine));
	memcpy(r->node.boot_id, head->boot_id, sizeof(head->boot_id));
	r->incidents = incidents__new(r->profiles, head->watch_seconds * NS_PER_S);
	return r->incidents ? name_gfp_bits(r, head) : refuse(r, strerror(ENOMEM));
}

/* ---- what came ---- */

static void on_victim(struct replay *r, struct input_victim *v)
{
	struct victim_event *e = &v->event;

	if (e->oom_id && e->oom_id == r->decision.oom_id && !e->decision_err)
		e->decision = &r->decision;
	container__identify(&e->identity.container, e->cgroup.path);
	if (v->exec_known)
		e->exec = &v->exec;
	report__victim(&r->report, e);
	incidents__on_victim(r->incidents, e);
}

static void on_exit_event(struct replay *r, const struct exit_event *e)
{
	report__exit(&r->report, e);
	incidents__on_exit(r->incidents, e);
}

static int on_process(struct replay *r, const struct process *p)
{
	struct snapshot *s = &r->snapshot;

	if (s->n == s->room) {
		size_t room = s->room ? 2 * s->room : 64;
		void *grown = realloc(s->processes, room * sizeof(*s->processes));

		if (!grown)
			return refuse(r, strerror(ENOMEM));
		s->processes = grown;
		s->room = room;
	}
	s->processes[s->n++] = *p;
	return 0;
}

static void tell(struct replay *r, struct incident *in, enum news news)
{
	if (news != NEWS_NONE)
		report__incident(&r->report, in);
	if (news == NEWS_CLOSED)
		incidents__drop(r->incidents, in);
}

/* It may have been closed by now: another version of the program can know better when. */
static struct incident *find(const struct replay *r, const struct input_look *look)
{
	struct incident *in = incidents__find(r->incidents, look->oom_id);

	if (!in) {
		fprintf(stderr,
			"oomtrace: %s: line %lu: no incident of oom_id %llu is open; "
			"skipped\n",
			r->path, r->line, (unsigned long long)look->oom_id);
		return NULL;
	}
	in->usage_after_known = look->usage_after_known;
	in->usage_after_bytes = look->usage_after_bytes;
	return in;
}

static void on_look(struct replay *r, const struct input_look *look)
{
	struct incident *in = find(r, look);

	r->snapshot.err = look->err;
	if (in)
		tell(r, in, incident__look(in, &r->snapshot, look->time_ns));
	r->snapshot.n = 0;
}

static void on_cut_short(struct replay *r, const struct input_look *look)
{
	struct incident *in = find(r, look);

	if (in)
		tell(r, in, incident__cut_short(in, look->time_ns));
}

static void on_end(struct replay *r)
{
	r->ended = true;
	if (incidents__count(r->incidents))
		fprintf(stderr,
			"oomtrace: %s: line %lu: an incident is still open: give it a later look, "
			"or a cut_short\n",
			r->path, r->line);
}

static int take(struct replay *r, struct input *in)
{
	if (!r->incidents && in->kind != INPUT_RECORDING)
		return refuse(r, "must be the line that says recording");
	if (r->ended)
		return refuse(r, "comes after the end");
	switch (in->kind) {
	case INPUT_RECORDING:
		return begin(r, &in->recording);
	case INPUT_CLOCK:
		r->node.boot_to_real_ns = in->clock.boot_to_real_ns;
		break;
	case INPUT_DECISION:
		r->decision = in->decision;
		break;
	case INPUT_VICTIM:
		on_victim(r, &in->victim);
		break;
	case INPUT_EXIT:
		on_exit_event(r, &in->exit);
		break;
	case INPUT_DECISION_END:
		incidents__on_decision_end(r->incidents, &in->decision_end);
		break;
	case INPUT_SIGNAL:
		incidents__on_signal(r->incidents, &in->signal);
		break;
	case INPUT_GONE:
		incidents__on_gone(r->incidents, &in->gone);
		break;
	case INPUT_PROCESS:
		return on_process(r, &in->process);
	case INPUT_LOOK:
		on_look(r, &in->look);
		break;
	case INPUT_CUT_SHORT:
		on_cut_short(r, &in->look);
		break;
	case INPUT_END:
		on_end(r);
		break;
	case INPUT_HOOK:
	case INPUTS:
		break;
	}
	return 0;
}

/* ---- lines ---- */

/* The length of the next line, its newline included if it has one; 0 at the end. */
static size_t next_line(struct replay *r, char line[INPUT_LINE_BYTES + 1])
{
	size_t n = 0;
	int c = 0;

	while (n <= INPUT_LINE_BYTES && c != '\n' && (c = getc(r->file)) != EOF)
		line[n++] = c;
	r->line += n > 0;
	return n;
}

static int read_line(struct replay *r, const char *line, size_t n)
{
	char why[FIELDS_WHY_BYTES];

	if (n > INPUT_LINE_BYTES)
		return refuse(r, "is too long for any line of a recording");
	if (input__read(&r->input, line, n, why))
		return refuse(r, why);
	return take(r, &r->input);
}

static int read_lines(struct replay *r)
{
	static char line[INPUT_LINE_BYTES + 1];
	int err = 0;
	size_t n;

	while (!err && (n = next_line(r, line))) {
		/* What a full disk or a crash leaves of the last line. */
		if (line[n - 1] != '\n' && n <= INPUT_LINE_BYTES)
			break;
		err = read_line(r, line, n);
		sinks__drain(&r->sinks); /* where a tracer must not wait */
	}
	if (!err && ferror(r->file))
		return refuse(r, strerror(errno));
	if (!err && !r->incidents)
		return refuse(r,
			      "is no recording of oomtrace: make one with oomtrace --record FILE");
	if (!err && !r->ended)
		fprintf(stderr,
			"oomtrace: %s: cut off in or after line %lu; replayed up to there\n",
			r->path, r->line);
	return err;
}

/* ---- beginning and end ---- */

static int read_profile(struct replay *r, const char *path)
{
	char why[512];
	int err;

	r->profiles = profiles__new();
	if (!r->profiles)
		return -ENOMEM;
	err = path ? profiles__read(r->profiles, path, why, sizeof(why)) : 0;
	if (err)
		fprintf(stderr, "oomtrace: %s\n", why);
	return err;
}

static int open_replay(struct replay *r, const struct options *options)
{
	r->file = fopen(r->path, "re");
	if (!r->file) {
		fprintf(stderr, "oomtrace: %s: %s\n", r->path, strerror(errno));
		return -EIO;
	}
	if (read_profile(r, options->profile))
		return -EINVAL;
	return sinks__open(&r->sinks, options);
}

int replay__run(const struct options *options)
{
	struct replay *r = calloc(1, sizeof(*r));
	uint64_t lost;
	int err;

	if (!r)
		return 1;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	r->path = options->operand;
	r->report = (struct report){.node = &r->node, .sinks = &r->sinks};
	err = open_replay(r, options);
	if (!err)
		err = read_lines(r);
	lost = sinks__close(&r->sinks);
	incidents__free(r->incidents);
	profiles__free(r->profiles);
	free(r->snapshot.processes);
	if (r->file)
		fclose(r->file);
	free(r);
	return err ? 1 : lost ? 3 : 0;
}
