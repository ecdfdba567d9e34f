// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Waiting for more; see follow.h. */
#include <errno.h>
#include <libgen.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "journal/rotation.h"
#include "show/follow.h"

static volatile sig_atomic_t over;
static int wake = -1; /* an eventfd: what ends it may come just before the wait */

/* ---- signals ---- */

/* A second one ends it also where stdout takes nothing. */
static void on_signal(int number)
{
	int was = errno;
	uint64_t one = 1;

	if (over)
		_exit(0);
	over = 1;
	if (write(wake, &one, sizeof(one)) < 0)
		_exit(0);
	errno = was;
}

static int catch_signals(void)
{
	struct sigaction end = {.sa_handler = on_signal}, ignore = {.sa_handler = SIG_IGN};

	wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (wake < 0)
		return -errno;
	sigaction(SIGINT, &end, NULL);
	sigaction(SIGTERM, &end, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	return 0;
}

bool follow__is_over(void)
{
	return over;
}

/* ---- what is watched ---- */

static int refuse(const struct follow *f, const char *path, int err)
{
	char what[256];

	snprintf(what, sizeof(what), "can't be followed: %s%s", strerror(-err),
		 err == -ENOSPC || err == -EMFILE
			 ? ": raise /proc/sys/fs/inotify/max_user_watches or _instances"
			 : "");
	refusals__say(f->sources->refusals, path, what);
	return -ECANCELED;
}

static int watch_place(struct follow *f, struct place *p)
{
	char *copy = strdup(p->path);
	int err = copy ? 0 : -ENOMEM;

	if (!err) {
		p->directory =
			inotify_add_watch(f->inotify, dirname(copy),
					  IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF | IN_ONLYDIR);
		err = p->directory < 0 ? -errno : 0;
	}
	free(copy);
	return err ? refuse(f, p->path, err) : 0;
}

static int watch_own_place(struct follow *f, size_t at)
{
	struct place *own = &f->places[at][0];

	own->path = strdup(f->sources->tails[at].path);
	return own->path ? watch_place(f, own) : -ENOMEM;
}

/* A link can lead elsewhere by now. */
static int watch_where_it_leads(struct follow *f, size_t at)
{
	struct place *own = &f->places[at][0], *led = &f->places[at][1];
	char *path = rotation__place(own->path);
	bool is_led = path && strcmp(path, own->path);

	if (!path)
		return -ENOMEM;
	if (is_led && led->path && !strcmp(path, led->path)) {
		free(path);
		return 0;
	}
	free(led->path);
	*led = (struct place){.path = is_led ? path : NULL, .directory = -1};
	if (is_led)
		return watch_place(f, led);
	free(path);
	return 0;
}

int follow__begin(struct follow *f, struct sources *sources)
{
	int err;

	sources->follows = true;
	*f = (struct follow){.sources = sources,
			     .inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK)};
	if (f->inotify < 0)
		return refuse(f, sources->tails[0].path, -errno);
	f->places = calloc(sources->n_tails, sizeof(*f->places));
	if (!f->places)
		return -ENOMEM;
	err = catch_signals();
	if (err)
		return refuse(f, sources->tails[0].path, err);
	for (size_t i = 0; !err && i < sources->n_tails; i++) {
		err = watch_own_place(f, i);
		if (!err)
			err = watch_where_it_leads(f, i);
	}
	return err;
}

void follow__end(struct follow *f)
{
	for (size_t i = 0; f->places && i < f->sources->n_tails; i++)
		for (size_t k = 0; k < FOLLOW_PLACES; k++)
			free(f->places[i][k].path);
	free(f->places);
	if (f->inotify >= 0)
		close(f->inotify);
}

/* By its descriptor: its name may be another's by now. A file that is watched already stays so. */
int follow__watch(struct follow *f)
{
	for (size_t i = 0; i < f->sources->n; i++) {
		const struct source *s = f->sources->all[i];
		char path[64];

		if (!s->grows || !s->opened)
			continue;
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(s->journal.file));
		if (inotify_add_watch(f->inotify, path, IN_MODIFY | IN_ATTRIB) < 0)
			return refuse(f, s->name.path, -errno);
	}
	return 0;
}

/* ---- what has happened ---- */

static bool is_of(const struct place *p, const char *name)
{
	const char *own = rotation__name(p->path);

	return !strcmp(name, own) || rotation__is_of(name, own);
}

static void take_event_at(struct follow *f, const struct inotify_event *e, struct tail *tail,
			  struct place *p)
{
	if (!p->path || e->wd != p->directory)
		return;
	if (e->len && is_of(p, e->name))
		tail->look = true;
	if (e->mask & IN_IGNORED) {
		p->directory = -1;
		refusals__say(f->sources->refusals, p->path,
			      "is not followed any more: its directory is gone");
	}
}

static void take_event(struct follow *f, const struct inotify_event *e)
{
	for (size_t i = 0; i < f->sources->n_tails; i++) {
		struct tail *tail = &f->sources->tails[i];

		tail->look |= !!(e->mask & IN_Q_OVERFLOW);
		for (size_t k = 0; k < FOLLOW_PLACES; k++)
			take_event_at(f, e, tail, &f->places[i][k]);
	}
}

static bool has_directory(const struct place *places)
{
	for (size_t k = 0; k < FOLLOW_PLACES; k++)
		if (places[k].path && places[k].directory >= 0)
			return true;
	return false;
}

/* A link to where nothing can be watched may lead elsewhere later: that it can't was said. */
static int watch_anew(struct follow *f)
{
	bool has = false;

	for (size_t i = 0; i < f->sources->n_tails; i++) {
		if (f->sources->tails[i].look && watch_where_it_leads(f, i) == -ENOMEM)
			return -ENOMEM;
		has |= has_directory(f->places[i]);
	}
	return has ? 0 : -ECANCELED;
}

static int take_events(struct follow *f)
{
	_Alignas(struct inotify_event) char buf[16384];
	const struct inotify_event *e;
	ssize_t n;

	while ((n = read(f->inotify, buf, sizeof(buf))) > 0)
		for (ssize_t at = 0; at < n; at += sizeof(*e) + e->len) {
			e = (const struct inotify_event *)(buf + at);
			take_event(f, e);
		}
	return watch_anew(f);
}

int follow__wait(struct follow *f)
{
	struct pollfd fds[] = {
		{.fd = f->inotify, .events = POLLIN},
		{.fd = wake, .events = POLLIN},
		{.fd = STDOUT_FILENO}, /* POLLERR: its reader is gone */
	};

	if (poll(fds, 3, -1) < 0)
		return errno == EINTR ? 0 : refuse(f, f->sources->tails[0].path, -errno);
	if (fds[2].revents)
		return -EPIPE;
	return fds[0].revents ? take_events(f) : 0;
}
