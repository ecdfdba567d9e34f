// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Builds the index of records; see events.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "explain/events.h"
#include "hash.h"
#include "journal/value.h"

/* ---- what is kept of a record ---- */

/* oom.id starts again with each boot and differs by host: the three together name a decision. */
static uint64_t decision_of(const json_t *record)
{
	const char *boot_id = value__text(record, "boot_id");
	const char *host = value__text(record, "host.name");
	uint64_t hash;
	int64_t id;

	if (!value__number(record, "oom.id", &id))
		return 0;
	hash = hash__bytes(HASH_OF_NOTHING, &id, sizeof(id));
	hash = hash__text(hash, boot_id ? boot_id : "");
	return hash__text(hash, host ? host : "");
}

static uint64_t container_key(const json_t *record)
{
	const char *id = value__text(record, "container.id");
	char first[17] = "";

	if (id)
		snprintf(first, sizeof(first), "%s", id);
	return strtoull(first, NULL, 16);
}

/* The innermost first. Records of a kernel log have one pid, the outermost. */
static void read_pids(const json_t *record, uint32_t pids[EVENTS_LEVELS])
{
	const json_t *all = value__at(record, "process.pid_namespaces");
	size_t n = json_array_size(all), kept = 0;
	int64_t pid;

	for (size_t i = 0; i < n && kept < EVENTS_LEVELS; i++) {
		/* If there are more levels than room, the last one kept is the outermost. */
		size_t level = kept == EVENTS_LEVELS - 1 ? 0 : n - 1 - i;

		pids[kept++] = json_integer_value(json_array_get(all, level));
	}
	if (!kept && value__number(record, "process.pid", &pid))
		pids[0] = pid;
}

static bool has_pid(const uint32_t pids[EVENTS_LEVELS], uint32_t pid)
{
	for (int i = 0; i < EVENTS_LEVELS; i++)
		if (pids[i] == pid)
			return true;
	return false;
}

static bool is_wanted(const struct events_filter *f, const json_t *record, const struct kill *kill)
{
	if (f->since_ns != INT64_MIN && kill->ns < f->since_ns)
		return false;
	if (f->pid && !has_pid(kill->pids, f->pid))
		return false;
	return !f->pod || value__is_of_pod(record, f->pod);
}

static void *grow(void *array, size_t n, size_t *room, size_t bytes)
{
	void *grown;

	if (n < *room)
		return array;
	grown = realloc(array, (*room ? 2 * *room : 64) * bytes);
	if (grown)
		*room = *room ? 2 * *room : 64;
	return grown;
}

static int take_kill(struct events *e, const json_t *record, const struct place *place, int64_t ns)
{
	struct kill kill = {.ns = ns, .place = *place};
	void *grown;

	read_pids(record, kill.pids);
	kill.container = container_key(record);
	kill.decision = decision_of(record);
	if (!is_wanted(&e->filter, record, &kill))
		return 0;
	grown = grow(e->kills, e->n_kills, &e->room_kills, sizeof(*e->kills));
	if (!grown)
		return -ENOMEM;
	e->kills = grown;
	e->kills[e->n_kills++] = kill;
	return 0;
}

/* Its pid in its own namespace, if it is among the survivors; else 0. */
static uint32_t vpid_of(const json_t *incident, int64_t pid)
{
	const json_t *survivors = value__at(incident, "survivors"), *one;
	size_t i;

	json_array_foreach(survivors, i, one) {
		int64_t other = 0, vpid = 0;

		value__number(one, "process.pid", &other);
		if (other == pid && value__number(one, "process.vpid", &vpid))
			return vpid;
	}
	return 0;
}

static int take_signals(struct events *e, const json_t *record, const struct place *place)
{
	const json_t *signals = value__at(record, "followed_by"), *one;
	size_t i;

	json_array_foreach(signals, i, one) {
		struct signal_index signal = {.ns = INT64_MIN, .at = i, .place = *place};
		int64_t pid = 0;
		void *grown = grow(e->signals, e->n_signals, &e->room_signals, sizeof(signal));

		if (!grown)
			return -ENOMEM;
		e->signals = grown;
		value__time(one, "time", &signal.ns);
		value__number(one, "pid", &pid);
		signal.pid = pid;
		signal.vpid = vpid_of(record, pid);
		e->signals[e->n_signals++] = signal;
	}
	return 0;
}

static int take_incident(struct events *e, const json_t *record, const struct place *place,
			 int64_t ns)
{
	struct incident_index in = {.ns = ns,
				    .decision = decision_of(record),
				    .closed = value__is(record, "state", "closed"),
				    .place = *place};
	void *grown = grow(e->incidents, e->n_incidents, &e->room_incidents, sizeof(in));

	if (!grown)
		return -ENOMEM;
	e->incidents = grown;
	e->incidents[e->n_incidents++] = in;
	return in.closed ? take_signals(e, record, place) : 0;
}

static int take(struct events *e, const json_t *record, const struct place *place)
{
	bool klog = value__is(record, "source", "klog");
	int64_t ns = INT64_MIN;
	int64_t version;
	int err = 0;

	e->klog |= klog;
	if (value__number(record, "cgroup.version", &version))
		e->cgroup_version = version;
	if (value__time(record, "time", &ns) && !klog)
		err = holes__take(&e->holes, record, ns);
	if (!err && value__is(record, "type", "oom_kill"))
		err = take_kill(e, record, place, ns);
	else if (!err && value__is(record, "type", "oom_incident"))
		err = take_incident(e, record, place, ns);
	return err;
}

/* ---- files ---- */

static int take_records(struct events *e, struct journal *j, uint32_t file)
{
	int status = 0;

	j->skips_exits = true; /* explain uses nothing in them */
	while (!status && journal__next(j)) {
		struct place place = {j->lines.offset, j->line.len, file};

		status = take(e, j->record, &place);
	}
	return status;
}

static FILE *open_file(const struct journal_path *p)
{
	struct journal_kind kind;
	FILE *file = journal_path__open(p, &kind);

	return file ? journal_file__seekable(file, &kind) : NULL;
}

/* 0, or a negative errno. */
static int read_file(struct events *e, uint32_t at)
{
	const struct journal_path *p = &e->found.all[at];
	struct journal journal;
	int status;

	e->files[at] = open_file(p);
	if (!e->files[at])
		return -errno;
	status = journal__begin(&journal, p->path, e->files[at], &e->refusals);
	if (!status)
		status = take_records(e, &journal, at);
	journal__end(&journal);
	return status;
}

static int kill_by_time(const void *a, const void *b)
{
	const struct kill *x = a, *y = b;

	return (x->ns > y->ns) - (x->ns < y->ns);
}

static int incident_by_decision(const void *a, const void *b)
{
	const struct incident_index *x = a, *y = b;

	if (x->decision != y->decision)
		return x->decision < y->decision ? -1 : 1;
	return (x->ns > y->ns) - (x->ns < y->ns);
}

static int finish(struct events *e)
{
	if (e->n_kills)
		qsort(e->kills, e->n_kills, sizeof(*e->kills), kill_by_time);
	if (e->n_incidents)
		qsort(e->incidents, e->n_incidents, sizeof(*e->incidents), incident_by_decision);
	return holes__find(&e->holes);
}

static int64_t earliest(const struct events *e)
{
	int64_t ns = INT64_MAX;

	for (size_t i = 0; i < e->holes.n_marks; i++)
		if (e->holes.marks[i].ns < ns)
			ns = e->holes.marks[i].ns;
	return ns;
}

/* Reads the newest file that is unread. 0, or a negative errno with the reason in why. */
static int read_next(struct events *e, char *why, size_t room)
{
	const char *path = e->found.all[e->unread - 1].path;
	const char *unpacker = journal_file__unpacker(path);
	int status = unpacker ? -EINVAL : read_file(e, e->unread - 1);

	if (unpacker)
		snprintf(why, room, "unpack it first, with %s", unpacker);
	else
		snprintf(why, room, "%s", strerror(-status));
	e->unread -= !status;
	return status;
}

/* Reads the newest file only: events__reach() reads older ones as they are needed. */
int events__read(struct events *e, const char *path, const struct events_filter *filter, FILE *err)
{
	char why[128];
	int status;

	*e = (struct events){.path = path, .filter = *filter, .refusals.err = err};
	status = journal_files__add(&e->found, path);
	journal_files__sort(&e->found);
	e->files = calloc(e->found.n + 1, sizeof(*e->files));
	e->unread = e->found.n;
	if (!status && !e->files)
		status = -ENOMEM;
	snprintf(why, sizeof(why), "%s", strerror(-status));
	if (!status)
		status = read_next(e, why, sizeof(why));
	if (status)
		fprintf(err, "oomtrace: --events %s: %s\n", path, why);
	return status;
}

/* False: it can't be read, which was said. */
static bool read_older(struct events *e)
{
	char why[128], what[192];

	if (!read_next(e, why, sizeof(why)))
		return true;
	snprintf(what, sizeof(what), "%s: not read, nor what is older", why);
	refusals__say(&e->refusals, e->found.all[e->unread - 1].path, what);
	return false;
}

int events__reach(struct events *e, int64_t from_ns)
{
	while (e->unread && earliest(e) > from_ns)
		if (!read_older(e))
			break;
	return finish(e);
}

void events__free(struct events *e)
{
	for (size_t i = 0; e->files && i < e->found.n; i++)
		if (e->files[i])
			fclose(e->files[i]);
	free(e->files);
	journal_files__free(&e->found);
	free(e->kills);
	free(e->incidents);
	free(e->signals);
	holes__free(&e->holes);
}

/* ---- what is there ---- */

int64_t events__latest(const struct events *e)
{
	int64_t ns = INT64_MIN;

	for (size_t i = 0; i < e->holes.n_marks; i++)
		if (e->holes.marks[i].ns > ns)
			ns = e->holes.marks[i].ns;
	if (e->n_kills && e->kills[e->n_kills - 1].ns > ns)
		ns = e->kills[e->n_kills - 1].ns;
	return ns;
}

json_t *events__record(const struct events *e, const struct place *place)
{
	char *line = malloc(place->bytes);
	json_t *record = NULL;

	if (line && !fseeko(e->files[place->file], place->offset, SEEK_SET) &&
	    fread(line, 1, place->bytes, e->files[place->file]) == place->bytes)
		record = json_loadb(line, place->bytes, 0, NULL);
	free(line);
	return record;
}

/* Where that decision begins among the sorted incidents, or would. */
static size_t first_of(const struct events *e, uint64_t decision)
{
	size_t low = 0, high = e->n_incidents;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (e->incidents[middle].decision < decision)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The first closed incident of the decision that is not older than the kill; else the first. */
const struct incident_index *events__incident_of(const struct events *e, const struct kill *kill)
{
	const struct incident_index *found = NULL;

	if (!kill->decision)
		return NULL;
	for (size_t i = first_of(e, kill->decision);
	     i < e->n_incidents && e->incidents[i].decision == kill->decision; i++) {
		const struct incident_index *in = &e->incidents[i];

		if (in->ns >= kill->ns && (in->closed || !found))
			found = in;
		if (found && found->closed)
			break;
	}
	return found;
}
