// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Where records go; see sinks.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/sinks.h"

/* Hundreds of victims each: an on-call engineer has minutes to make room on the disk. */
#define FILE_SPOOL_BYTES   (512 << 10)
#define STDOUT_SPOOL_BYTES (256 << 10)
#define LAST_WORDS_MS	   1000

static const char *remedy(int err)
{
	switch (err) {
	case -ELOOP:
		return " (a symbolic link is not followed: give the file itself)";
	case -ENOENT:
		return " (make its directory first)";
	default:
		return "";
	}
}

static int open_file(struct sinks *s, const struct options *o)
{
	struct file_config config = {
		.path = o->output,
		.sync = o->sync,
		.spool_bytes = FILE_SPOOL_BYTES,
		.max_bytes = o->max_bytes,
		.max_files = o->max_files,
	};
	int err;

	err = file__open(&s->file, &config);
	if (err)
		fprintf(stderr, "oomtrace: %s: %s%s\n", o->output, strerror(-err), remedy(err));
	else
		s->path = o->output;
	return err;
}

int sinks__open(struct sinks *s, const struct options *o)
{
	int err = 0;

	*s = (struct sinks){
		.text = o->format == FORMAT_TEXT ||
			(o->format == FORMAT_AUTO && isatty(STDOUT_FILENO)),
	};
	if (o->output)
		err = open_file(s, o);
	if (err || o->quiet)
		return err;
	err = stream__open(&s->out, STDOUT_FILENO, STDOUT_SPOOL_BYTES);
	if (err)
		fprintf(stderr, "oomtrace: stdout: %s\n", strerror(-err));
	s->out_open = !err;
	return err;
}

static void say_stdout_news(struct sinks *s)
{
	const char *effect = "; lines wait in memory";
	int err;

	if (!s->out_open || !stream__news(&s->out, &err))
		return;
	s->out_open = !stream__gone(&s->out);
	if (!s->out_open)
		effect = s->path ? "; going on with the file" : "";
	if (err)
		fprintf(stderr, "oomtrace: stdout: %s%s\n", strerror(-err), effect);
	else
		fprintf(stderr, "oomtrace: stdout: works again\n");
}

static void say_news(struct sinks *s)
{
	struct file_news news;

	say_stdout_news(s);
	while (s->path && file__news(&s->file, &news)) {
		if (news.err)
			fprintf(stderr, "oomtrace: %s: %s: %s; %s\n", s->path, news.what,
				strerror(-news.err), news.effect);
		else
			fprintf(stderr, "oomtrace: %s: %s: works again\n", s->path, news.what);
	}
}

bool sinks__put(struct sinks *s, const struct rendering *r)
{
	const char *shown = s->text ? r->text : r->json;
	size_t bytes = s->text ? r->text_bytes : r->json_bytes;
	int err = -EPIPE;

	if (s->out_open && bytes)
		err = stream__write(&s->out, shown, bytes, r->victim);
	if (s->path)
		err = file__write(&s->file, r->json, r->json_bytes, r->victim);
	say_news(s);
	return !err;
}

uint64_t sinks__waiting(const struct sinks *s)
{
	return s->path ? file__waiting(&s->file) : stream__waiting(&s->out);
}

bool sinks__finished(const struct sinks *s)
{
	return !s->path && !s->out_open;
}

void sinks__sync(struct sinks *s)
{
	file__sync(&s->file);
	say_news(s);
}

bool sinks__want_sync(const struct sinks *s)
{
	return s->path && file__wants_sync(&s->file);
}

void sinks__tick(struct sinks *s)
{
	if (s->path)
		file__tick(&s->file);
	if (s->out_open)
		stream__flush(&s->out);
	say_news(s);
}

bool sinks__needs_tick(const struct sinks *s)
{
	return (s->path && file__needs_tick(&s->file)) || sinks__pending(s);
}

void sinks__reopen(struct sinks *s)
{
	if (s->path)
		file__reopen(&s->file);
	say_news(s);
}

void sinks__flush(struct sinks *s)
{
	if (s->out_open)
		stream__flush(&s->out);
	say_news(s);
}

bool sinks__have_room(const struct sinks *s)
{
	return !spool__is_half_full(s->path ? &s->file.spool : &s->out.spool);
}

void sinks__settle(struct sinks *s)
{
	if (s->out_open)
		stream__settle(&s->out, LAST_WORDS_MS);
	say_news(s);
}

static bool has_reader(int fd)
{
	struct stat out;

	return !fstat(fd, &out) && (S_ISFIFO(out.st_mode) || S_ISSOCK(out.st_mode) || isatty(fd));
}

void sinks__drain(struct sinks *s)
{
	while (sinks__pending(s) && has_reader(sinks__fd(s))) {
		struct pollfd reader = {.fd = sinks__fd(s), .events = POLLOUT};

		poll(&reader, 1, -1);
		sinks__flush(s);
	}
}

bool sinks__pending(const struct sinks *s)
{
	return s->out_open && stream__pending(&s->out);
}

int sinks__fd(const struct sinks *s)
{
	return s->out_open ? stream__fd(&s->out) : -1;
}

const char *sinks__last_uid(const struct sinks *s)
{
	return s->path ? file__last_uid(&s->file) : "";
}

uint64_t sinks__close(struct sinks *s)
{
	uint64_t out = s->out_open ? stream__close(&s->out, LAST_WORDS_MS) : 0;
	uint64_t file = s->path ? file__close(&s->file) : 0;

	say_news(s);
	return s->path ? file : out;
}
