// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Inputs to lines to a file; see recording.h. */
#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "group/incident.h"
#include "node/gfp.h"
#include "replay/recording.h"

/* An address of the kernel's or of a process's, and the number that stands for it. */
struct alias {
	uint64_t address;
	uint64_t number;
};

struct recording {
	const char *path;
	const struct node *node;
	FILE *file; /* NULL: it could not be written on */
	bool begun;
	int64_t boot_to_real_ns;
	uint64_t decision; /* its oom_id: the last that was written */
	void *aliases;	   /* tsearch() */
	uint64_t n_aliases;
};

static char line[INPUT_LINE_BYTES];

static void stop(struct recording *r, int err)
{
	fprintf(stderr, "oomtrace: %s: %s; nothing more is recorded\n", r->path, strerror(err));
	if (r->file)
		fclose(r->file);
	r->file = NULL;
}

/* ---- addresses ---- */

static int compare(const void *a, const void *b)
{
	const struct alias *x = a, *y = b;

	return (x->address > y->address) - (x->address < y->address);
}

/* They only matter as the same or another, and where the kernel is in memory is nobody's business. */
static uint64_t alias(struct recording *r, uint64_t address)
{
	struct alias wanted = {.address = address}, **found, *new;

	if (!address || !r->file)
		return 0;
	found = tfind(&wanted, &r->aliases, compare);
	if (found)
		return (*found)->number;
	new = malloc(sizeof(*new));
	if (new)
		*new = (struct alias){address, ++r->n_aliases};
	if (new &&tsearch(new, &r->aliases, compare))
		return new->number;
	free(new);
	stop(r, ENOMEM);
	return 0;
}

static struct exec_key alias_of(struct recording *r, const struct exec_key *key)
{
	return (struct exec_key){alias(r, key->exe_file), alias(r, key->arg_start)};
}

/* ---- lines ---- */

static void put(struct recording *r, enum input_kind kind, const void *object)
{
	long n;

	if (!r->file)
		return;
	n = input__write(line, sizeof(line), kind, object);
	if (n < 0)
		stop(r, -n);
	else if (fwrite(line, n, 1, r->file) != 1)
		stop(r, errno);
}

static void flush(struct recording *r)
{
	if (r->file && fflush(r->file))
		stop(r, errno);
}

static void put_clock(struct recording *r)
{
	struct input_clock clock = {r->node->boot_to_real_ns};

	if (r->boot_to_real_ns == clock.boot_to_real_ns)
		return;
	r->boot_to_real_ns = clock.boot_to_real_ns;
	put(r, INPUT_CLOCK, &clock);
}

void recording__put(struct recording *r, enum input_kind kind, const void *object)
{
	if (!r)
		return;
	put_clock(r);
	put(r, kind, object);
	flush(r);
}

void recording__victim(struct recording *r, const struct victim_event *e)
{
	static struct input_victim v;

	if (!r)
		return;
	if (e->decision && e->decision->oom_id != r->decision) {
		r->decision = e->decision->oom_id;
		recording__put(r, INPUT_DECISION, e->decision);
	}
	v = (struct input_victim){.event = *e, .exec_known = e->exec};
	v.event.process.exec = alias_of(r, &e->process.exec);
	if (e->exec)
		v.exec = *e->exec;
	recording__put(r, INPUT_VICTIM, &v);
}

void recording__snapshot(struct recording *r, const struct snapshot *s)
{
	static struct process p;

	for (size_t i = 0; r && i < s->n; i++) {
		p = s->processes[i];
		p.exec = alias_of(r, &p.exec);
		put(r, INPUT_PROCESS, &p);
	}
}

void recording__look(struct recording *r, enum input_kind kind, const struct incident *in, int err,
		     uint64_t now_ns)
{
	struct input_look look = {
		.oom_id = in->oom_id,
		.time_ns = now_ns,
		.err = err,
		.usage_after_known = in->usage_after_known,
		.usage_after_bytes = in->usage_after_known ? in->usage_after_bytes : 0,
	};

	recording__put(r, kind, &look);
}

/* ---- beginning and end ---- */

static void name_gfp_bits(struct input_recording *head)
{
	for (int bit = 0; bit < GFP_BITS; bit++) {
		size_t room = sizeof(head->gfp_bits) - head->gfp_bits_bytes;

		head->gfp_bits_bytes += snprintf(head->gfp_bits + head->gfp_bits_bytes, room, "%s",
						 gfp__bit_name(bit)) +
					1;
	}
}

static void put_head(struct recording *r, unsigned int watch_seconds)
{
	static struct input_recording head;
	const struct node *node = r->node;

	head = (struct input_recording){
		.version = RECORDING_VERSION,
		.watch_seconds = watch_seconds,
		.page_bytes = node->page_bytes,
		.ledger_ns = node->ledger_ns,
		.boot_to_real_ns = node->boot_to_real_ns,
		.oomtrace = OOMTRACE_VERSION,
	};
	snprintf(head.host, sizeof(head.host), "%s", node->uts.nodename);
	snprintf(head.release, sizeof(head.release), "%s", node->uts.release);
	snprintf(head.machine, sizeof(head.machine), "%s", node->uts.machine);
	snprintf(head.boot_id, sizeof(head.boot_id), "%s", node->boot_id);
	name_gfp_bits(&head);
	r->boot_to_real_ns = node->boot_to_real_ns;
	put(r, INPUT_RECORDING, &head);
}

static void put_hooks(struct recording *r, const struct kernel_facts *k)
{
	for (size_t i = 0; i < k->n_hooks; i++) {
		const struct hook_state *state = &k->hooks[i];
		struct input_hook hook = {0};

		snprintf(hook.name, sizeof(hook.name), "%s", state->name);
		snprintf(hook.how, sizeof(hook.how), "%s", state->how ? state->how : "");
		snprintf(hook.why, sizeof(hook.why), "%s", state->why);
		put(r, INPUT_HOOK, &hook);
	}
}

static int open_file(struct recording *r)
{
	int fd = open(r->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), err;

	if (fd < 0)
		return -errno;
	r->file = fdopen(fd, "w");
	if (r->file)
		return 0;
	err = -errno;
	close(fd);
	return err;
}

int recording__open(struct recording **out, const char *path, const struct node *node)
{
	struct recording *r = calloc(1, sizeof(*r));
	int err = -ENOMEM;

	*out = NULL;
	if (r) {
		r->path = path;
		r->node = node;
		err = open_file(r);
	}
	if (!err) {
		*out = r;
		return 0;
	}
	fprintf(stderr, "oomtrace: %s: %s%s\n", path, strerror(-err),
		err == -EEXIST ? " (remove it, or record into another file)" : "");
	free(r);
	return err;
}

void recording__begin(struct recording *r, const struct kernel_facts *kernel,
		      unsigned int watch_seconds)
{
	if (!r)
		return;
	r->begun = true;
	put_head(r, watch_seconds);
	put_hooks(r, kernel);
	flush(r);
}

void recording__close(struct recording *r)
{
	if (!r)
		return;
	if (r->begun)
		put(r, INPUT_END, NULL);
	else
		unlink(r->path);
	flush(r);
	if (r->file)
		fclose(r->file);
	tdestroy(r->aliases, free);
	free(r);
}
