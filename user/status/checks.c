// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A line for each thing that is looked at; see checks.h. */
#include <inttypes.h>
#include <string.h>

#include "status/checks.h"
#include "status/when.h"

#define START "Start it: systemctl start oomtrace, or oomtrace -q -o FILE."

static void put_when(struct words *w, const struct status_facts *f, int64_t ns)
{
	when__moment(w, ns, f->now_ns);
	words__put(w, " (");
	when__age(w, ns, f->now_ns);
	words__put(w, " ago)");
}

/* ---- the process ---- */

static void put_program(struct words *w, const struct told *t)
{
	words__put(w, "pid %" PRId64 ", oomtrace %s, ", t->pid, t->version);
}

static enum status check_process(const struct judgement *j, const struct status_facts *f,
				 struct words *w, const char **remedy)
{
	const struct told *t = &f->told;

	switch (j->standing) {
	case STANDING_ALIVE:
		put_program(w, t);
		words__put(w, "since ");
		put_when(w, f, t->since_ns);
		return STATUS_PASS;
	case STANDING_STARTING:
		put_program(w, t);
		words__put(w, "began at ");
		put_when(w, f, t->time_ns);
		*remedy = "Ask again in a moment.";
		break;
	case STANDING_HANGS:
		put_program(w, t);
		words__put(w, "writes its state each %" PRId64 " s, and did last at ",
			   t->every_seconds);
		put_when(w, f, t->time_ns);
		*remedy =
			"See what it waits for, /proc/PID/stack; then systemctl restart oomtrace.";
		break;
	case STANDING_DIED:
		put_program(w, t);
		words__put(w, "was killed or crashed");
		*remedy = "See what ended it: journalctl -u oomtrace. " START;
		break;
	case STANDING_STOPPED:
		put_program(w, t);
		words__put(w, "exit status %" PRId64, t->exit_status);
		*remedy = t->exit_status == 1 ? "It has said why on stderr: journalctl -u oomtrace."
					      : START;
		break;
	case STANDING_OTHER_BOOT:
		put_program(w, t);
		words__put(w, "was of an earlier boot");
		*remedy = START " To have it at each boot: systemctl enable oomtrace.";
		break;
	case STANDING_NEVER:
		words__put(w, "there is no %s", f->path);
		*remedy =
			START " One with another --state is seen by oomtrace status --state FILE.";
		break;
	case STANDING_UNKNOWN:
		words__put(w, "%s: %s", f->path,
			   f->file == STATE_DAMAGED   ? f->damage
			   : f->file == STATE_MISSING ? "was removed"
						      : "is of another boot");
		*remedy = "Restart oomtrace: that writes a new file.";
		break;
	}
	return STATUS_FAIL;
}

/* ---- its hooks ---- */

/* Those of which something is missing in every record. */
static const struct {
	const char *name;
	const char *without;
} needed[] = {
	{"mark_victim", "no kill is seen"},
	{"signal_generate", "a mark can't be told from a kill"},
	{"oom_kill_process", "which limit was hit is not known"},
	{"sched_process_exit", "when a victim is gone, and what it freed, is not known"},
};

static const struct told_hook *find_missing(const struct told *t, const char **without)
{
	for (size_t n = 0; n < sizeof(needed) / sizeof(needed[0]); n++) {
		for (int i = 0; i < t->n_hooks; i++) {
			if (t->hooks[i].live || strcmp(t->hooks[i].name, needed[n].name))
				continue;
			*without = needed[n].without;
			return &t->hooks[i];
		}
	}
	return NULL;
}

static enum status check_hooks(const struct judgement *j, const struct status_facts *f,
			       struct words *w, const char **remedy)
{
	const struct told *t = &f->told;
	const struct told_hook *missing;
	const char *without = NULL;
	int live = 0;

	if (j->standing != STANDING_ALIVE && j->standing != STANDING_HANGS)
		return STATUS_NONE;
	for (int i = 0; i < t->n_hooks; i++)
		live += t->hooks[i].live;
	if (!live) {
		words__put(w, "none: the kernel's log is followed");
		*remedy = "oomtrace doctor says what is in the way.";
		return STATUS_WARN;
	}
	words__put(w, "%d of %d live", live, t->n_hooks);
	missing = find_missing(t, &without);
	if (!missing)
		return STATUS_PASS;
	words__put(w, "; without %s, %s (%s)", missing->name, without, missing->why);
	return STATUS_WARN;
}

/* Of one that is not there: what is pinned now, whatever it told. */
static enum status check_pins(const struct judgement *j, const struct status_facts *f,
			      struct words *w, const char **remedy)
{
	const struct told *t = &f->told;
	bool runs = j->standing == STANDING_ALIVE || j->standing == STANDING_HANGS;

	if (!runs && !f->pinned)
		return STATUS_NONE;
	if (!runs) {
		words__put(w, "%s: kills wait there for the next start; oomtrace unload ends that",
			   f->pin_path);
		return STATUS_PASS;
	}
	if (t->pinned[0])
		words__put(w, "%s: kills while it is down are kept", t->pinned);
	else if (t->why_unpinned[0])
		words__put(w, "not possible: %s", t->why_unpinned);
	else
		words__put(w, "no: kills while it is down are not recorded");
	return t->why_unpinned[0] ? STATUS_WARN : STATUS_PASS;
}

/* ---- its books ---- */

static bool has_books(const struct judgement *j, const struct status_facts *f)
{
	return f->file == STATE_READ && f->told.books_since_ns != TOLD_NEVER &&
	       j->standing != STANDING_STARTING && j->standing != STANDING_UNKNOWN &&
	       j->standing != STANDING_OTHER_BOOT;
}

/* "2 lost (1 ring_full, 1 output)" */
static void put_lost(struct words *w, const struct told *t)
{
	static const char *const names[] = {[LOSS_RING_FULL] = "ring_full",
					    [LOSS_DECODE] = "decode",
					    [LOSS_OUTPUT] = "output",
					    [LOSS_SHUTDOWN] = "shutdown"};
	const char *before = " (";

	words__put(w, ", %" PRId64 " lost", told__lost(t));
	for (int i = 0; i < LOSSES; i++) {
		if (!t->lost[i])
			continue;
		words__put(w, "%s%" PRId64 " %s", before, t->lost[i], names[i]);
		before = ", ";
	}
	if (told__lost(t))
		words__put(w, ")");
}

static const char *remedy_of(const struct told *t)
{
	if (t->lost[LOSS_RING_FULL])
		return "Kills came faster than they were read: give it a larger --ring-size.";
	if (t->lost[LOSS_OUTPUT])
		return "See that FILE has room, or that stdout is read.";
	if (t->lost[LOSS_SHUTDOWN])
		return "With -o FILE its hooks are pinned, and the next start finds them.";
	return "A record made no sense: please report it, with oomtrace --version.";
}

static enum status check_records(const struct judgement *j, const struct status_facts *f,
				 struct words *w, const char **remedy)
{
	const struct told *t = &f->told;
	int64_t under_way = t->seen - t->written - told__lost(t);

	if (!has_books(j, f))
		return STATUS_NONE;
	words__put(w, "%" PRId64 " seen since ", t->seen);
	when__moment(w, t->books_since_ns, f->now_ns);
	words__put(w, ", %" PRId64 " written", t->written);
	put_lost(w, t);
	if (under_way > 0)
		words__put(w, ", %" PRId64 " under way", under_way);
	if (t->duplicates)
		words__put(w, "; %" PRId64 " came twice", t->duplicates);
	if (t->lost_incidents)
		words__put(w, "; %" PRId64 " incidents found no room", t->lost_incidents);
	if (!told__lost(t))
		return t->lost_incidents ? STATUS_WARN : STATUS_PASS;
	*remedy = remedy_of(t);
	return STATUS_WARN;
}

static enum status check_last(const struct judgement *j, const struct status_facts *f,
			      struct words *w, const char **remedy)
{
	const struct told *t = &f->told;

	if (!has_books(j, f) || !t->last_seq)
		return STATUS_NONE;
	words__put(w, "%s (pid %" PRId64 ")%s%s, ", t->last_title, t->last_pid,
		   t->last_where[0] ? " in " : "", t->last_where);
	put_when(w, f, t->last_ns);
	words__put(w, "%s", t->last_earlier ? ", told by an earlier run" : "");
	return STATUS_PASS;
}

/* ---- beside it ---- */

/* What it counted after a run that has ended, of which that knows nothing. */
static enum status check_after(const struct status_facts *f, struct words *w)
{
	int64_t kills = f->vmstat - f->told.vmstat;

	if (!f->vmstat_known || !f->told.compared || kills < 0)
		return STATUS_NONE;
	words__put(w, "%" PRId64 " kill%s counted since then", kills, kills == 1 ? "" : "s");
	return kills && !f->pinned ? STATUS_WARN : STATUS_PASS;
}

static enum status check_kernel(const struct judgement *j, const struct status_facts *f,
				struct words *w, const char **remedy)
{
	const struct told *t = &f->told;

	if (!has_books(j, f))
		return STATUS_NONE;
	if (j->standing == STANDING_DIED || j->standing == STANDING_STOPPED)
		return check_after(f, w);
	if (!j->unexplained_known)
		return STATUS_NONE;
	words__put(w, "%" PRId64 " counted, %" PRId64 " seen", f->vmstat - t->vmstat_before,
		   t->kills);
	if (t->audited_ns != TOLD_NEVER) {
		words__put(w, "; compared by oomtrace ");
		when__age(w, t->audited_ns, f->now_ns);
		words__put(w, " ago");
	}
	if (!j->unexplained)
		return STATUS_PASS;
	*remedy = "oomtrace klog tells what the kernel's log still has of them.";
	return STATUS_WARN;
}

static enum status check_output(const struct judgement *j, const struct status_facts *f,
				struct words *w, const char **remedy)
{
	const struct told *t = &f->told;

	if (!has_books(j, f))
		return STATUS_NONE;
	words__put(w, "%s", t->output[0] ? t->output : "stdout");
	if (!t->waiting && !t->output_error[0]) {
		words__put(w, ", all lines are written");
		return STATUS_PASS;
	}
	words__put(w, ": %" PRId64 " line%s wait%s%s%s", t->waiting, t->waiting == 1 ? "" : "s",
		   t->waiting == 1 ? "s" : "", t->output_error[0] ? ", " : "", t->output_error);
	*remedy = "See that it has room, or is read: 512 KiB of lines can wait in memory.";
	return STATUS_WARN;
}

/* ---- all of them ---- */

void status_checks__run(struct judgement *j, const struct status_facts *f)
{
	static const struct {
		const char *name;
		enum status (*check)(const struct judgement *j, const struct status_facts *f,
				     struct words *w, const char **remedy);
	} checks[JUDGEMENT_FINDINGS] = {
		{"process", check_process}, {"hooks", check_hooks},    {"pinned", check_pins},
		{"records", check_records}, {"last_kill", check_last}, {"kernel", check_kernel},
		{"output", check_output},
	};

	for (size_t i = 0; i < JUDGEMENT_FINDINGS; i++) {
		struct finding *out = &j->findings[j->n_findings];
		struct words w = {.buf = out->text, .cap = sizeof(out->text)};

		*out = (struct finding){.check = checks[i].name};
		out->status = checks[i].check(j, f, &w, &out->remedy);
		j->n_findings += out->status != STATUS_NONE;
	}
}
