// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * {"answer":"oom_killed","line":{"file":"app.log","number":12,...},"kill":{...},"incident":{...},...
 * Of the records what answers the question; the rest is in them, under their log.record.uid.
 */
#include "explain/finding_json.h"
#include "journal/value.h"
#include "node/clock.h"
#include "render/json.h"

static void put_time(struct json *j, const char *key, bool known, int64_t ns)
{
	char text[CLOCK_TEXT_BYTES];

	if (known)
		clock__format(text, ns);
	json__string(j, key, known ? text : NULL);
}

static void put_text(struct json *j, const char *key, const json_t *record, const char *from)
{
	json__string(j, key, value__text(record, from));
}

static void put_number(struct json *j, const char *key, const json_t *record, const char *from)
{
	int64_t number;

	if (value__number(record, from, &number))
		json__i64(j, key, number);
	else
		json__null(j, key);
}

static void put_bool(struct json *j, const char *key, const json_t *record, const char *from)
{
	const json_t *value = value__at(record, from);

	json__bool_if(j, key, json_is_boolean(value), json_is_true(value));
}

static void put_assumed(struct json *j, const struct log_time *time)
{
	json__begin_array(j, "assumed");
	if (time->no_zone)
		json__string(j, NULL, "zone");
	if (time->no_date)
		json__string(j, NULL, "date");
	if (time->no_year)
		json__string(j, NULL, "year");
	json__end_array(j);
}

static void put_line(struct json *j, const struct app_log *log, const struct claim *c)
{
	if (!c) {
		json__null(j, "line");
		return;
	}
	json__begin_object(j, "line");
	json__string(j, "file", log->name);
	json__u64(j, "number", c->line);
	json__string(j, "text", c->text);
	put_time(j, "time", c->time.known, c->time.ns);
	put_assumed(j, &c->time);
	json__string(j, "framework", c->framework->name);
	json__u64_if(j, "pid", c->pid, c->pid);
	json__string(j, "name", *c->name ? c->name : NULL);
	json__u64_if(j, "signal", c->ending == ENDING_SIGNAL, c->number);
	json__u64_if(j, "exit_status", c->ending == ENDING_EXIT, c->number);
	json__end_object(j);
}

static void put_matched_by(struct json *j, const struct finding *f)
{
	json__begin_array(j, "matched_by");
	if (f->by_pid)
		json__string(j, NULL, "pid");
	if (f->by_time)
		json__string(j, NULL, "time");
	if (f->by_container)
		json__string(j, NULL, "container");
	json__end_array(j);
	json__u64(j, "others", f->others);
}

static void put_kill(struct json *j, const json_t *kill)
{
	if (!kill) {
		json__null(j, "kill");
		return;
	}
	json__begin_object(j, "kill");
	put_text(j, "uid", kill, "log.record.uid");
	put_text(j, "time", kill, "time");
	put_text(j, "kind", kill, "oom.kind");
	put_number(j, "pid", kill, "process.pid");
	put_number(j, "vpid", kill, "process.vpid");
	put_text(j, "title", kill, "process.title");
	put_number(j, "anon_rss_bytes", kill, "memory.anon_rss_bytes");
	put_number(j, "file_rss_bytes", kill, "memory.file_rss_bytes");
	put_number(j, "shmem_rss_bytes", kill, "memory.shmem_rss_bytes");
	put_text(j, "hit_path", kill, "oom.hit.path");
	put_number(j, "hit_limit_bytes", kill, "oom.hit.limit_bytes");
	put_text(j, "cgroup_path", kill, "oom.victim.path");
	put_bool(j, "oom_group", kill, "oom.victim.oom_group");
	put_text(j, "pod", kill, "k8s.pod.name");
	put_text(j, "container_id", kill, "container.id");
	json__end_object(j);
}

static void put_incident(struct json *j, const json_t *in)
{
	if (!in) {
		json__null(j, "incident");
		return;
	}
	json__begin_object(j, "incident");
	put_text(j, "uid", in, "log.record.uid");
	put_text(j, "state", in, "state");
	put_text(j, "verdict", in, "verdict");
	put_bool(j, "consistent", in, "consistent");
	put_text(j, "advice", in, "advice");
	put_text(j, "expected", in, "expected");
	put_text(j, "framework", in, "group.framework");
	put_number(j, "manager_pid", in, "group.manager_pid");
	put_number(j, "survivors_total", in, "survivors_total");
	put_number(j, "usage_before_bytes", in, "usage_before_bytes");
	put_number(j, "usage_after_bytes", in, "usage_after_bytes");
	put_number(j, "freed_bytes", in, "freed_bytes");
	json__end_object(j);
}

/* Who ended it, where that was not the OOM killer. */
static void put_sender(struct json *j, const struct finding *f)
{
	if (!f->signal && !f->manager) {
		json__null(j, "sender");
		return;
	}
	json__begin_object(j, "sender");
	json__string(j, "by", f->signal ? value__text(f->signal, "by") : "manager");
	put_number(j, "pid", f->signal, "sender.pid");
	put_text(j, "title", f->signal, "sender.title");
	put_number(j, "signal", f->signal, "signal");
	json__u64_if(j, "line", f->manager, f->manager ? f->manager->line : 0);
	json__end_object(j);
}

static void put_hole(struct json *j, const struct hole *h)
{
	static const char *const kinds[] = {
		[HOLE_BEFORE] = "before_first_record",
		[HOLE_DOWN] = "not_running",
		[HOLE_LOST] = "lost",
		[HOLE_UNEXPLAINED] = "unexplained",
		[HOLE_AFTER] = "ended",
	};

	if (!h) {
		json__null(j, "hole");
		return;
	}
	json__begin_object(j, "hole");
	json__string(j, "kind", kinds[h->kind]);
	put_time(j, "from", h->from_ns != INT64_MIN, h->from_ns);
	put_time(j, "to", h->to_ns != INT64_MAX, h->to_ns);
	json__u64_if(j, "kills", h->kills, h->kills);
	json__end_object(j);
}

long finding_json__put(char *buf, size_t cap, const struct app_log *log, const struct finding *f)
{
	static const char *const answers[] = {
		[ANSWER_OOM] = "oom_killed",
		[ANSWER_KILLED] = "killed_otherwise",
		[ANSWER_OTHERWISE] = "ended_otherwise",
		[ANSWER_NO_RECORD] = "no_record",
	};
	struct json j;

	json__init(&j, buf, cap);
	json__begin_object(&j, NULL);
	json__string(&j, "answer", answers[f->answer]);
	put_line(&j, log, f->claim);
	put_matched_by(&j, f);
	json__u64_if(&j, "same_as_line", f->told, f->told ? f->told->line : 0);
	json__string(&j, "ran", f->runs ? f->runs->name : NULL);
	put_kill(&j, f->kill);
	put_incident(&j, f->incident);
	put_sender(&j, f);
	put_hole(&j, f->hole);
	json__end_object(&j);
	return json__end_line(&j);
}
