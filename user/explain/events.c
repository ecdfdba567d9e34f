// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Files of records to an index; see events.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "explain/events.h"
#include "explain/lines.h"
#include "explain/value.h"
#include "journal/file.h"
#include "render/jsonl.h"
#include "render/utf8.h"

#define TOLD_LINES 3 /* bad ones of a file that are told one by one */

/* ---- what is kept of a record ---- */

static uint64_t hash(uint64_t h, const char *s)
{
	for (; s && *s; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3; /* FNV-1a */
	return h;
}

/* The kernel's decisions are numbered anew at each boot. */
static uint64_t decision_of(const json_t *record)
{
	int64_t id;
	uint64_t h;

	if (!value__number(record, "oom.id", &id))
		return 0;
	h = hash(0xcbf29ce484222325, value__text(record, "boot_id"));
	h = hash(h, value__text(record, "host.name"));
	return (h ^ (uint64_t)id) * 0x100000001b3;
}

static uint64_t container_of(const json_t *record)
{
	const char *id = value__text(record, "container.id");
	char first[17] = "";

	if (id)
		snprintf(first, sizeof(first), "%s", id);
	return strtoull(first, NULL, 16);
}

/* Innermost first; in the kernel's log there is one, the outermost. */
static void read_pids(const json_t *record, uint32_t pids[EVENTS_LEVELS])
{
	const json_t *all = value__at(record, "process.pid_namespaces");
	size_t n = json_array_size(all), kept = 0;
	int64_t pid;

	for (size_t i = 0; i < n && kept < EVENTS_LEVELS; i++) {
		/* Of more levels than there is room for, the outermost and not the last but few. */
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
	return !f->pod || value__is(record, "k8s.pod.name", f->pod) ||
	       value__is(record, "k8s.pod.uid", f->pod);
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
	kill.container = container_of(record);
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

/* What the process called its pid: as far as it is among the survivors. */
static uint32_t vpid_of(const json_t *incident, int64_t pid)
{
	const json_t *survivors = value__at(incident, "survivors"), *one;
	size_t i;

	json_array_foreach(survivors, i, one)
	{
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

	json_array_foreach(signals, i, one)
	{
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

/* ---- lines ---- */

static void refuse(struct events *e, FILE *err, const char *path, const struct lines *l,
		   const char *what)
{
	char text[512];

	if (++e->bad_lines > TOLD_LINES)
		return;
	snprintf(text, sizeof(text),
		 "%s: line %lu: %s: passed over; the rest is used. Was it cut off by a crash, or "
		 "is FILE no output of oomtrace -o?",
		 path, l->number, what);
	utf8__make_printable(text);
	fprintf(err, "oomtrace: %s\n", text);
}

static int take_line(struct events *e, FILE *err, const char *path, const struct lines *l,
		     struct text line)
{
	struct place place = {.offset = l->offset, .bytes = line.len, .file = e->n_files - 1};
	json_error_t error;
	json_t *record;
	int status = 0;

	if (l->cut) {
		refuse(e, err, path, l, "is longer than any record");
		return 0;
	}
	record = json_loadb(line.at, line.len, JSON_REJECT_DUPLICATES, &error);
	if (!record)
		refuse(e, err, path, l, error.text);
	else if (!value__text(record, "type"))
		refuse(e, err, path, l, "has no type, as every record does");
	else
		status = take(e, record, &place);
	json_decref(record);
	return status;
}

/* Half of all lines, and nothing in them is asked for: told by how oomtrace begins a record. */
static bool is_exit(struct text line)
{
	static const char begin[] = "{\"schema\":1,\"type\":\"oom_exit\",";

	return line.len > strlen(begin) && !memcmp(line.at, begin, strlen(begin));
}

static int take_lines(struct events *e, FILE *file, const char *path, FILE *err)
{
	struct lines l;
	struct text line;
	int status = lines__init(&l, file, JSONL_LINE_BYTES);

	e->bad_lines = 0;
	while (!status && lines__next(&l, &line))
		if (line.len && !is_exit(line))
			status = take_line(e, err, path, &l, line);
	if (e->bad_lines > TOLD_LINES)
		fprintf(err, "oomtrace: %s: and %lu more such lines\n", path,
			e->bad_lines - TOLD_LINES);
	lines__done(&l);
	return status;
}

/* ---- files ---- */

/* What can't be read twice is copied to where it can. */
static FILE *seekable(FILE *file)
{
	char buf[65536];
	struct stat st;
	FILE *copy;
	size_t n;

	if (!fstat(fileno(file), &st) && S_ISREG(st.st_mode))
		return file;
	copy = tmpfile();
	while (copy && (n = fread(buf, 1, sizeof(buf), file)) > 0)
		if (fwrite(buf, 1, n, copy) != n)
			break;
	if (copy && (ferror(copy) || ferror(file) || fflush(copy))) {
		fclose(copy);
		copy = NULL;
	}
	if (copy)
		rewind(copy);
	fclose(file);
	return copy;
}

static int read_file(struct events *e, const char *path, FILE *err)
{
	FILE *file = journal_file__open(path);
	unsigned long bad = e->bad_lines;
	int status;

	if (file)
		file = seekable(file);
	if (!file)
		return -errno;
	e->files[e->n_files++] = file;
	status = take_lines(e, file, path, err);
	e->bad_lines += bad;
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

/* The next older one, plain or compressed. False: there is none, or it can't be read. */
static bool read_older(struct events *e, FILE *err)
{
	char path[4096];
	int status;

	snprintf(path, sizeof(path), "%s.%u", e->path, e->n_files);
	status = read_file(e, path, err);
	if (status == -ENOENT) {
		strncat(path, ".gz", sizeof(path) - strlen(path) - 1);
		status = read_file(e, path, err);
	}
	if (status && status != -ENOENT)
		fprintf(err, "oomtrace: %s: %s: not read, nor what is older\n", path,
			strerror(-status));
	return !status;
}

int events__read(struct events *e, const char *path, const struct events_filter *filter, FILE *err)
{
	int status;

	*e = (struct events){.path = path, .filter = *filter};
	status = read_file(e, path, err);
	if (status)
		fprintf(err, "oomtrace: --events %s: %s\n", path, strerror(-status));
	return status;
}

/* path.1 is the one that path was last renamed to: no hole is between them. */
int events__reach(struct events *e, int64_t from_ns, FILE *err)
{
	while (e->n_files < EVENTS_FILES && earliest(e) > from_ns)
		if (!read_older(e, err))
			break;
	return finish(e);
}

void events__free(struct events *e)
{
	for (uint32_t i = 0; i < e->n_files; i++)
		fclose(e->files[i]);
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

/* The first of that decision, of those in order. */
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

/* Of those of that decision after the kill the first that is closed, or else the first. */
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
