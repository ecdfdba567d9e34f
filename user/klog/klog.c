// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Lines to dumps to records; see klog.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "group/incidents.h"
#include "hash.h"
#include "klog/klog.h"
#include "render/utf8.h"

#define NS_PER_S 1000000000ULL

/* The reaper gives a victim 2 s before it comes: by then it has said what it did. */
#define REAPER_NS (10 * NS_PER_S)
/* And where there are no times, or kills in numbers, so many are kept open for it. */
#define WAITING 16

struct klog {
	const char *name;
	const struct report *report;
	struct metrics *metrics;
	bool live;
	struct line_reader reader;
	struct dumps *dumps;
	struct profiles *profiles;
	struct incidents *incidents;
	struct klog_counts counts;
	bool holding; /* a line that is broken: the next may be the rest of it */
	struct line held;
	size_t held_bytes;
	char held_text[LINE_TEXT_BYTES];
};

/* ---- what the dumps tell ---- */

/* It is the log's first kill that tells its numbers from those of another log. */
static void name_ledger(struct klog *k, const struct victim_event *e)
{
	const uint64_t facts[] = {e->time_ns, e->process.tid, e->memory.anon_rss_bytes,
				  e->memory.total_vm_bytes, e->process.user_id};
	struct node *node = k->report->node;

	node->ledger_ns =
		hash__text(hash__bytes(HASH_OF_NOTHING, facts, sizeof(facts)), node->uts.nodename);
}

static void on_victim(void *context, const struct victim_event *e)
{
	struct klog *k = context;

	if (!k->counts.victims++ && !k->live)
		name_ledger(k, e);
	k->counts.by_kind[e->kind]++;
	k->counts.unwritten += !report__victim(k->report, e);
	metrics__victim(k->metrics, e);
	incidents__on_victim(k->incidents, e);
}

static void close_oldest(struct klog *k)
{
	struct incident *in = incidents__get(k->incidents, 0);

	incident__cut_short(in, in->last_victim_ns);
	k->counts.lost += !report__incident(k->report, in);
	metrics__closed(k->metrics, in);
	incidents__drop(k->incidents, in);
}

static void on_end(void *context, const struct decision_end_event *e, const struct snapshot *s)
{
	struct klog *k = context;
	struct incident *in = incidents__find(k->incidents, e->oom_id);

	k->counts.killed_again = dumps__killed_again(k->dumps);
	incidents__on_decision_end(k->incidents, e);
	if (in)
		incident__look(in, s, e->time_ns);
	while (incidents__count(k->incidents) > WAITING)
		close_oldest(k);
}

/* The latest victim of that pid that is still asked about. */
static void on_reaped(void *context, uint32_t tid, uint64_t time_ns)
{
	struct klog *k = context;

	for (int i = incidents__count(k->incidents) - 1; i >= 0; i--) {
		const struct incident *in = incidents__get(k->incidents, i);

		for (size_t v = 0; v < in->n_victims; v++) {
			struct exit_event e = {.oom_id = in->oom_id,
					       .seq = in->victims[v].seq,
					       .reaper_finished_ns = time_ns};

			if (in->victims[v].process.pid != tid)
				continue;
			incidents__on_exit(k->incidents, &e);
			return;
		}
	}
}

static void on_nobody(void *context, const char *hit, bool panicked)
{
	struct klog *k = context;
	char path[EVENT_PATH_BYTES];

	snprintf(path, sizeof(path), "%s", *hit ? hit : "the machine");
	utf8__make_printable(path);
	fprintf(stderr, "oomtrace: %s: %s was out of memory, and %s\n", k->name, path,
		panicked ? "the kernel panicked" : "no process may be killed there");
}

static void settle(struct klog *k, uint64_t now_ns)
{
	dumps__settle(k->dumps, now_ns);
	while (incidents__count(k->incidents)) {
		const struct incident *in = incidents__get(k->incidents, 0);

		if (in->stage == STAGE_GATHERING || now_ns < in->last_victim_ns + REAPER_NS)
			return;
		close_oldest(k);
	}
}

/* ---- lines ---- */

/* A log that has both times has a date for the time since boot. */
static void set_clock(struct node *node, const struct stamp *s)
{
	node->boot_unknown = !s->boot_known;
	node->real_unknown = !s->real_known;
	node->boot_to_real_ns =
		s->real_known && s->boot_known ? (int64_t)((uint64_t)s->real_ns - s->boot_ns) : 0;
}

static void set_node(struct klog *k, const struct line *line)
{
	struct node *node = k->report->node;

	if (k->live)
		return;
	set_clock(node, &line->stamp);
	snprintf(node->uts.nodename, sizeof(node->uts.nodename), "%s", line->host);
	snprintf(node->boot_id, sizeof(node->boot_id), "%s", line->boot_id);
}

static struct moment moment_of(const struct line *line)
{
	const struct stamp *s = &line->stamp;

	return (struct moment){
		.known = s->boot_known || s->real_known,
		.ns = s->boot_known ? s->boot_ns : (uint64_t)s->real_ns,
		.caller = slice__of(line->caller),
	};
}

static void take(struct klog *k, const struct line *line, const struct printk *m)
{
	struct moment at = moment_of(line);

	if (m->kind == PRINTK_OTHER)
		return;
	set_node(k, line);
	if (at.known)
		settle(k, at.ns);
	dumps__take(k->dumps, m, &at);
}

/* ---- lines that a newline in a name has broken ---- */

static bool is_broken(const struct line *line, const struct printk *m)
{
	if (m->kind != PRINTK_OTHER)
		return m->kind == PRINTK_KILLED && m->killed.cut_off;
	return slice__begins(line->text, "oom-kill:constraint=") ||
	       line->text.n < REC_COMM_BYTES; /* "python3" of "python3\n invoked oom-killer: " */
}

static void hold(struct klog *k, const struct line *line)
{
	k->holding = true;
	k->held = *line;
	k->held_bytes = line->text.n < LINE_TEXT_BYTES ? line->text.n : LINE_TEXT_BYTES;
	memcpy(k->held_text, line->text.s, k->held_bytes);
}

/*
 * Whether the line is the rest of the one that was held, which is taken in any case. A line of its
 * own (as syslog(2) makes it) is the rest of one that is recognised alone.
 */
static bool release(struct klog *k, struct slice rest, bool continued)
{
	struct slice both = {k->held_text, k->held_bytes + 1 + rest.n};
	struct printk m, whole;

	if (!k->holding)
		return false;
	k->holding = false;
	k->held.text = (struct slice){k->held_text, k->held_bytes};
	m = printk__read(k->held.text);
	if (both.n <= LINE_TEXT_BYTES && (continued || k->held_bytes >= REC_COMM_BYTES)) {
		k->held_text[k->held_bytes] = '\n';
		memcpy(k->held_text + k->held_bytes + 1, rest.s, rest.n);
		whole = printk__read(both);
		k->held.text = both;
		if (whole.kind != PRINTK_OTHER && !is_broken(&k->held, &whole)) {
			take(k, &k->held, &whole);
			return true;
		}
	}
	take(k, &k->held, &m);
	return false;
}

static void on_line(struct klog *k, const struct line *line)
{
	struct printk m;

	if (release(k, line->text, false))
		return;
	m = printk__read(line->text);
	if (is_broken(line, &m))
		hold(k, line);
	else
		take(k, line, &m);
}

/* /dev/kmsg numbers its records. */
static void notice_hole(struct klog *k, const struct line *line)
{
	struct klog_counts *c = &k->counts;

	if (!line->seq_known)
		return;
	if (c->next_seq && line->seq > c->next_seq) {
		c->missing += line->seq - c->next_seq;
		dumps__lost(k->dumps);
	}
	c->next_seq = line->seq + 1;
}

void klog__line(struct klog *k, const char *bytes, size_t n)
{
	struct line line;
	enum line_is is = line_reader__read(&k->reader, (struct slice){bytes, n}, &line);

	k->counts.lines++;
	notice_hole(k, &line);
	switch (is) {
	case LINE_NEW:
		on_line(k, &line);
		break;
	case LINE_FOREIGN:
		k->counts.foreign += memmem(bytes, n, "Killed process ", 15) != NULL;
		break;
	case LINE_CONTINUED:
		release(k, line.text, true);
		break;
	}
	k->counts.assumed |= k->reader.context.assumed;
}

void klog__expect(struct klog *k, uint64_t seq)
{
	k->counts.next_seq = seq;
}

bool klog__settle(struct klog *k, uint64_t now_ns)
{
	release(k, (struct slice){"", 0}, false);
	settle(k, now_ns);
	return incidents__count(k->incidents) || !dumps__idle(k->dumps);
}

void klog__end(struct klog *k)
{
	release(k, (struct slice){"", 0}, false);
	dumps__end(k->dumps);
	while (incidents__count(k->incidents))
		close_oldest(k);
}

const struct klog_counts *klog__counts(const struct klog *k)
{
	return &k->counts;
}

/* ---- life ---- */

struct klog *klog__new(const char *name, const struct report *report, int64_t now_real_ns,
		       bool live)
{
	struct klog *k = calloc(1, sizeof(*k));
	const struct dumps_listener listener = {on_victim, on_end, on_reaped, on_nobody, k};

	if (!k)
		return NULL;
	k->name = name;
	k->report = report;
	k->live = live;
	k->reader.context.now_real_ns = now_real_ns;
	report->node->from_log = true;
	k->dumps = dumps__new(&listener);
	k->profiles = profiles__new();
	k->incidents = incidents__new(k->profiles, 0);
	if (k->dumps && k->profiles && k->incidents)
		return k;
	klog__free(k);
	return NULL;
}

void klog__count_in(struct klog *k, struct metrics *metrics)
{
	k->metrics = metrics;
}

void klog__free(struct klog *k)
{
	if (!k)
		return;
	dumps__free(k->dumps);
	incidents__free(k->incidents);
	profiles__free(k->profiles);
	free(k);
}
