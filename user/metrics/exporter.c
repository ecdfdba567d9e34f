// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Writes metrics when it is time; see exporter.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "metrics/carry.h"
#include "metrics/exporter.h"
#include "metrics/server.h"
#include "metrics/textfile.h"
#include "node/clock.h"

#define NS_PER_S 1000000000ULL
/* What comes together is written together, and no kill's line waits for the disk in between. */
#define SETTLE_S    1
#define HEARTBEAT_S 60
#define RETRY_S	    1 /* what failed */

/* A place where the text goes. */
struct outlet {
	const char *name; /* NULL: it is not wanted */
	int err;	  /* of the latest try */
};

struct exporter {
	struct outlet file;
	struct outlet page;
	struct server server;
	struct metrics metrics;
	struct exposition exposition;
	uint64_t due_ns;   /* CLOCK_BOOTTIME: when to write next */
	uint64_t armed_ns; /* what the timer is set to */
	uint32_t retry_s;  /* after a try that failed; 0: none has */
	int timer;
};

/* ---- writing ---- */

static int write_text(const void *exposition, int fd)
{
	return exposition__write(exposition, fd);
}

/* Said once for each kind of trouble. */
static void settle(struct outlet *o, int err)
{
	if (err && err != o->err)
		fprintf(stderr, "oomtrace: %s: %s; trying again%s\n", o->name, strerror(-err),
			err == -ENOENT ? " once its directory is there" : "");
	else if (!err && o->err)
		fprintf(stderr, "oomtrace: %s: works again\n", o->name);
	o->err = err;
}

static uint32_t seconds_of(const struct exporter *e, uint64_t boot_ns)
{
	return (boot_ns + e->metrics.node->boot_to_real_ns) / NS_PER_S;
}

static void write_text_to_all(struct exporter *e)
{
	if (e->file.name)
		settle(&e->file, textfile__replace(e->file.name, write_text, &e->exposition));
	if (e->page.name && server__is_alive(&e->server))
		settle(&e->page, board__write(&e->server.board, write_text, &e->exposition));
}

/* Until when: what fails is tried again soon, then twice as long after each time. */
static uint32_t pause_s(struct exporter *e)
{
	uint32_t next = e->retry_s ? 2 * e->retry_s : RETRY_S;

	e->retry_s = !e->file.err && !e->page.err ? 0 : next < HEARTBEAT_S ? next : HEARTBEAT_S;
	return e->retry_s ? e->retry_s : HEARTBEAT_S;
}

static void write_now(struct exporter *e, uint64_t incidents_lost, bool running)
{
	uint64_t now_ns = clock__boot_ns();

	e->exposition.now_s = seconds_of(e, now_ns);
	e->exposition.incidents_lost = incidents_lost;
	e->exposition.running = running;
	e->metrics.changed = false;
	write_text_to_all(e);
	e->due_ns = now_ns + pause_s(e) * NS_PER_S;
}

static void arm(struct exporter *e)
{
	const struct itimerspec at = {
		.it_value = {e->due_ns / NS_PER_S, e->due_ns % NS_PER_S},
	};

	if (e->due_ns != e->armed_ns && !timerfd_settime(e->timer, TFD_TIMER_ABSTIME, &at, NULL))
		e->armed_ns = e->due_ns;
}

void exporter__work(struct exporter *e, uint64_t incidents_lost)
{
	uint64_t now_ns, times;

	if (!e)
		return;
	now_ns = clock__boot_ns();
	if (e->metrics.changed && !e->retry_s && e->due_ns > now_ns + SETTLE_S * NS_PER_S)
		e->due_ns = now_ns + SETTLE_S * NS_PER_S;
	if (read(e->timer, &times, sizeof(times)) == sizeof(times))
		e->armed_ns = 0;
	if (now_ns >= e->due_ns)
		write_now(e, incidents_lost, true);
	arm(e);
}

void exporter__count(struct exporter *e)
{
	if (e)
		e->metrics.changed = true;
}

void exporter__end(struct exporter *e, uint64_t incidents_lost)
{
	if (e)
		write_now(e, incidents_lost, false);
}

/* ---- life ---- */

struct metrics *exporter__metrics(struct exporter *e)
{
	return e ? &e->metrics : NULL;
}

int exporter__fd(const struct exporter *e)
{
	return e ? e->timer : -1;
}

static void say_unread(const struct exporter *e, int err)
{
	const char *what = strerror(-err), *remedy = "metrics begin at zero";

	if (err == -EEXIST)
		what = "is no file of oomtrace's metrics", remedy = "give another one";
	else if (err == -EBADMSG)
		what = "is damaged";
	else if (err == -ELOOP)
		remedy = "a symbolic link is not followed: give the file itself";
	else if (err == -EINVAL)
		what = "is no regular file", remedy = "give another one";
	fprintf(stderr, "oomtrace: --metrics %s: %s; %s\n", e->file.name, what, remedy);
}

/* What is not ours is not replaced; what can't be read may be in a directory that is not there yet. */
static int read_back(struct exporter *e)
{
	char *text;
	size_t bytes;
	int err = textfile__read(e->file.name, &text, &bytes);

	if (!err && text)
		err = carry__read(&e->metrics, text, bytes);
	free(text);
	if (err)
		say_unread(e, err);
	return err == -EEXIST || err == -ELOOP || err == -EINVAL || err == -EFBIG ? err : 0;
}

static int set_up(struct exporter *e)
{
	union address address;
	int err = 0;

	if (e->page.name)
		err = address__parse(&address, e->page.name);
	if (!err && e->page.name)
		err = server__open(&e->server, &address);
	if (!err && e->file.name)
		err = read_back(e);
	if (err)
		return err;
	e->timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (e->timer >= 0)
		return 0;
	err = -errno;
	fprintf(stderr, "oomtrace: metrics: %s\n", strerror(-err));
	return err;
}

int exporter__open(struct exporter **out, const struct options *options, const struct node *node)
{
	struct exporter *e;
	int err;

	*out = NULL;
	if (!options->metrics && !options->listen)
		return 0;
	e = calloc(1, sizeof(*e));
	if (!e) {
		fprintf(stderr, "oomtrace: metrics: no memory\n");
		return -ENOMEM;
	}
	e->file.name = options->metrics;
	e->page.name = options->listen;
	e->timer = -1;
	metrics__init(&e->metrics, node);
	err = set_up(e);
	if (err)
		exporter__close(e);
	else
		*out = e;
	return err;
}

void exporter__set_node(struct exporter *e, const struct node *node)
{
	if (e)
		e->metrics.node = node;
}

void exporter__begin(struct exporter *e, const struct kernel_facts *facts,
		     const struct rec_ledger *books, const struct ledger *ledger)
{
	if (!e)
		return;
	e->due_ns = clock__boot_ns();
	e->exposition = (struct exposition){
		.metrics = &e->metrics,
		.facts = facts,
		.books = books,
		.ledger = ledger,
		.start_s = seconds_of(e, e->due_ns),
	};
	arm(e);
}

void exporter__close(struct exporter *e)
{
	if (!e)
		return;
	if (e->timer >= 0)
		close(e->timer);
	if (e->page.name)
		server__close(&e->server);
	free(e);
}
