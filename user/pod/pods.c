// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Directories of logs, and of what runtimes keep, into a roster of names; see pods.h. */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "pod/log_name.h"
#include "pod/pods.h"
#include "pod/roster.h"
#include "pod/state_file.h"

/* Containers and pods of a day on a busy node; they take 200 bytes each. */
#define ROSTER_MOST 4096
/* Of a container with an uncommon number of mounts; and how many are read at a time. */
#define STATE_BYTES (256 * 1024)
#define STATE_FILES 256
#define EVENT_MASK  (IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM | IN_ONLYDIR)
#define EVENT_GONE  (IN_DELETE | IN_MOVED_FROM)

typedef bool (*log_name)(const char *file, struct names *names, char key[LOG_NAME_KEY_BYTES]);

static const struct {
	const char *path;
	log_name of;
} directories[] = {
	{"/var/log/containers", log_name__of_container},
	{"/var/log/pods", log_name__of_pod},
};

#define N_DIRECTORIES (sizeof(directories) / sizeof(directories[0]))

struct pods {
	char root[PATH_MAX];
	struct roster *roster;
	int inotify;
	int watches[N_DIRECTORIES]; /* -1: it is not there */
};

static void learn(struct pods *pods, log_name of, const char *file)
{
	char key[LOG_NAME_KEY_BYTES];
	struct names names;

	if (of(file, &names, key))
		roster__add(pods->roster, key, &names);
}

static void scan(struct pods *pods, const char *path, log_name of)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir)))
		learn(pods, of, entry->d_name);
	closedir(dir);
}

/* ---- what the runtimes keep ---- */

static void read_state(struct pods *pods, const char *path, const char *id, const char *source)
{
	static char text[STATE_BYTES];
	struct names names = {0};
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text));

	if (fd >= 0)
		close(fd);
	/* One without a name is remembered as such, so that it is not read again. */
	if (n > 0) {
		state_file__parse(text, n, source, &names);
		roster__add(pods->roster, id, &names);
	}
}

/* Of those containers that are not known. Returns how many were read. */
static int scan_states(struct pods *pods, const struct state_directory *in, int most)
{
	char path[2 * PATH_MAX];
	struct dirent *entry;
	struct names names;
	int n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s%s", pods->root, in->path);
	dir = opendir(path);
	while (dir && n < most && (entry = readdir(dir))) {
		if (strlen(entry->d_name) != CONTAINER_ID_CHARS ||
		    roster__find(pods->roster, entry->d_name, &names))
			continue;
		snprintf(path, sizeof(path), "%s%s/%s/%s", pods->root, in->path, entry->d_name,
			 in->file);
		read_state(pods, path, entry->d_name, in->source);
		n++;
	}
	if (dir)
		closedir(dir);
	return n;
}

static void read_states(struct pods *pods)
{
	int left = STATE_FILES;

	for (size_t i = 0; i < n_state_directories; i++)
		left -= scan_states(pods, &state_directories[i], left);
}

/* ---- what the kubelet writes ---- */

/* What comes while it is listed is told twice. */
static void watch(struct pods *pods, size_t i)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s%s", pods->root, directories[i].path) >=
	    (int)sizeof(path))
		return;
	pods->watches[i] = inotify_add_watch(pods->inotify, path, EVENT_MASK);
	scan(pods, path, directories[i].of);
}

/* ---- what is new ---- */

static void on_file(struct pods *pods, log_name of, const struct inotify_event *event)
{
	char key[LOG_NAME_KEY_BYTES];
	struct names names;

	if (!(event->mask & EVENT_GONE))
		learn(pods, of, event->name);
	else if (of(event->name, &names, key))
		roster__gone(pods->roster, key);
}

static void on_event(struct pods *pods, const struct inotify_event *event)
{
	for (size_t i = 0; i < N_DIRECTORIES; i++) {
		if (event->mask & IN_Q_OVERFLOW)
			watch(pods, i);
		else if (event->wd != pods->watches[i])
			continue;
		else if (event->mask & IN_IGNORED)
			pods->watches[i] = -1;
		else if (event->len)
			on_file(pods, directories[i].of, event);
	}
}

static void read_events(struct pods *pods)
{
	char buf[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t n;

	while ((n = read(pods->inotify, buf, sizeof(buf))) > 0)
		for (ssize_t at = 0; at < n;) {
			const struct inotify_event *event = (const void *)(buf + at);

			on_event(pods, event);
			at += sizeof(*event) + event->len;
		}
}

void pods__refresh(struct pods *pods)
{
	if (!pods)
		return;
	read_events(pods);
	for (size_t i = 0; i < N_DIRECTORIES; i++)
		if (pods->watches[i] < 0)
			watch(pods, i);
	read_states(pods);
}

/* ---- who it is ---- */

static bool find_key(const struct pods *pods, const char *key, struct names *names)
{
	return *key && roster__find(pods->roster, key, names) &&
	       (names->pod[0] || names->container[0]);
}

static bool find(const struct pods *pods, struct identity *in)
{
	const struct container *c = &in->container;
	const char *id = c->pod_uid[0] ? c->member_id : c->id;

	return find_key(pods, id, &in->names) || find_key(pods, c->pod_uid, &in->names);
}

/* A pod's is its name, unless its spec says another. Where nothing better is known. */
static void take_hostname(struct identity *in)
{
	if (!in->container.pod_uid[0] || !in->hostname[0])
		return;
	snprintf(in->names.pod, sizeof(in->names.pod), "%s", in->hostname);
	snprintf(in->names.source, sizeof(in->names.source), "hostname");
}

void pods__name(struct pods *pods, struct identity *in)
{
	if (!pods || (!in->container.pod_uid[0] && !in->container.id[0]) || find(pods, in))
		return;
	read_events(pods);
	if (!find(pods, in))
		take_hostname(in);
}

/* ---- life ---- */

int pods__fd(const struct pods *pods)
{
	return pods ? pods->inotify : -1;
}

struct pods *pods__open(const char *root)
{
	struct pods *pods = calloc(1, sizeof(*pods));

	if (!pods)
		return NULL;
	snprintf(pods->root, sizeof(pods->root), "%s", root);
	pods->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	pods->roster = roster__new(ROSTER_MOST);
	if (!pods->roster) {
		pods__close(pods);
		return NULL;
	}
	for (size_t i = 0; i < N_DIRECTORIES; i++)
		watch(pods, i);
	read_states(pods);
	return pods;
}

void pods__close(struct pods *pods)
{
	if (!pods)
		return;
	if (pods->inotify >= 0)
		close(pods->inotify);
	roster__free(pods->roster);
	free(pods);
}
