// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Reads a log from its first line to its last; see file.h. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "klog/file.h"
#include "klog/klog.h"

#define NS_PER_S 1000000000LL

/* journalctl -o json has some dozen fields beside the message. */
#define LINE_BYTES (64u << 10)

struct klog_file {
	const char *name;
	FILE *file;
	struct node node;
	struct sinks sinks;
	struct report report;
	struct klog *klog;
	uint64_t too_long;
};

static int open_log(struct klog_file *f, const char *operand)
{
	if (!operand || !strcmp(operand, "-")) {
		f->name = "stdin";
		f->file = stdin;
		return 0;
	}
	f->name = operand;
	f->file = fopen(operand, "re");
	if (f->file)
		return 0;
	fprintf(stderr, "oomtrace: %s: %s\n", operand, strerror(errno));
	return -EIO;
}

/* When the log ends: a file when it was last written, a pipe now. */
static int64_t end_real_ns(FILE *file)
{
	struct stat st;

	if (!fstat(fileno(file), &st) && S_ISREG(st.st_mode))
		return st.st_mtim.tv_sec * NS_PER_S + st.st_mtim.tv_nsec;
	return time(NULL) * NS_PER_S;
}

/* n: its bytes, of which at the most LINE_BYTES are in line. */
static void take_line(struct klog_file *f, const char *line, size_t n)
{
	if (n <= LINE_BYTES)
		klog__line(f->klog, line, n);
	else
		f->too_long++;
}

/* Waits for the reader of stdout after each line, so that no record is dropped. */
static int read_lines(struct klog_file *f)
{
	static char line[LINE_BYTES];
	size_t n = 0;
	int c, err;

	while ((c = getc_unlocked(f->file)) != EOF) {
		if (c != '\n') {
			if (n < sizeof(line))
				line[n] = c;
			n++;
			continue;
		}
		take_line(f, line, n);
		n = 0;
		sinks__drain(&f->sinks);
		if (sinks__finished(&f->sinks))
			break;
	}
	err = ferror(f->file) ? -errno : 0;
	if (n)
		take_line(f, line, n);
	klog__end(f->klog);
	sinks__drain(&f->sinks);
	if (err)
		fprintf(stderr, "oomtrace: %s: %s\n", f->name, strerror(-err));
	return err;
}

static void say(const struct klog_file *f)
{
	const struct klog_counts *c = klog__counts(f->klog);

	if (c->foreign)
		fprintf(stderr,
			"oomtrace: %s: %" PRIu64 " lines mention an OOM kill but are not from the "
			"kernel; skipped\n",
			f->name, c->foreign);
	if (f->too_long)
		fprintf(stderr, "oomtrace: %s: %" PRIu64 " lines are longer than 64 KiB; skipped\n",
			f->name, f->too_long);
	if (c->assumed && c->victims)
		fprintf(stderr,
			"oomtrace: %s: its times have no zone, or no year: taken for those of "
			"this machine (TZ), and of the year before the file's last change\n",
			f->name);
	if (!c->victims)
		fprintf(stderr, "oomtrace: %s: no OOM kill in %" PRIu64 " lines\n", f->name,
			c->lines);
}

int klog_file__run(const struct options *options)
{
	struct klog_file f = {.node.cgroups.fd = -1};
	uint64_t lost;
	int err;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	f.report = (struct report){.node = &f.node, .sinks = &f.sinks};
	err = open_log(&f, options->operand);
	if (!err)
		err = sinks__open(&f.sinks, options);
	if (!err) {
		f.klog = klog__new(f.name, &f.report, end_real_ns(f.file), false);
		err = f.klog ? read_lines(&f) : -ENOMEM;
	}
	if (f.klog && !err)
		say(&f);
	else if (err == -ENOMEM)
		fprintf(stderr, "oomtrace: %s\n", strerror(ENOMEM));
	lost = sinks__close(&f.sinks) +
	       (f.klog && (klog__counts(f.klog)->unwritten || klog__counts(f.klog)->lost));
	klog__free(f.klog);
	if (f.file && f.file != stdin)
		fclose(f.file);
	return err ? 1 : lost ? 3 : 0;
}
