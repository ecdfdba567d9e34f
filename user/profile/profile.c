// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Recognises processes by the rules of rules.h; see profile.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile/command.h"
#include "profile/frameworks.h"
#include "profile/profile.h"
#include "profile/rules.h"

const struct frameworks *const built_in[] = {
	&model_servers, &web_servers, &training, &python, &boundaries, NULL,
};

struct profiles {
	const struct profile **profiles; /* in force; the first to match wins */
	size_t n;
	struct profile_file *files;
	size_t n_files;
};

/* What a process shows of itself, and whether it is its own. */
struct signs {
	struct command command;
	struct text executable;
	struct text title;
	struct text comm;
	bool exec_inherited;
	bool exec_of_parent; /* inherited from its parent, which exec'ed */
};

static struct text text_of(const char *s, size_t room)
{
	return (struct text){s, strnlen(s, room)};
}

static bool equal(struct text a, struct text b)
{
	return a.len == b.len && !memcmp(a.at, b.at, a.len);
}

static bool same_exec(const struct process *a, const struct process *b)
{
	if (a->exec.exe_file && b->exec.exe_file)
		return a->exec.exe_file == b->exec.exe_file &&
		       a->exec.arg_start == b->exec.arg_start;
	return a->args_bytes && a->args_bytes == b->args_bytes &&
	       !memcmp(a->args, b->args, a->args_bytes);
}

/* setproctitle makes the comm the first bytes of the title. */
static bool is_comm_of(struct text comm, struct text title)
{
	struct text start = {title.at, title.len < REC_COMM_BYTES ? title.len : REC_COMM_BYTES - 1};

	return equal(comm, start);
}

static bool title_inherited(const struct signs *s, const struct process *parent)
{
	struct text title = text_of(parent->title, sizeof(parent->title));
	struct text comm = text_of(parent->comm, sizeof(parent->comm));

	if (title.len)
		return equal(s->title, title);
	return equal(s->comm, comm) && is_comm_of(comm, s->title); /* a victim has lost its own */
}

static struct signs signs_of(const struct process *p, const struct process *parent)
{
	struct signs s = {
		.command = command__parse(p),
		.executable = text_of(p->executable, sizeof(p->executable)),
		.title = text_of(p->title, sizeof(p->title)),
		.comm = text_of(p->comm, sizeof(p->comm)),
		.exec_inherited = p->forked_only,
	};

	if (!p->forked_only || !parent)
		return s;
	s.exec_of_parent = !parent->forked_only && same_exec(p, parent);
	if (title_inherited(&s, parent))
		s.title.len = 0;
	if (equal(s.comm, text_of(parent->comm, sizeof(parent->comm))))
		s.comm.len = 0;
	return s;
}

/* An empty text, which is one not known, matches nothing: each pattern wants some bytes. */
static bool fits(const char *pattern, struct text text, struct text *label)
{
	return !pattern || pattern__matches(pattern, text, label);
}

static bool fits_program(const char *pattern, const struct command *c, struct text *label)
{
	bool whole = pattern && strchr(pattern, '/');

	return fits(pattern, whole ? c->path : c->program, label);
}

static bool fits_argument(const char *pattern, struct text arguments, struct text *label)
{
	struct text word;

	if (!pattern)
		return true;
	while (command__next(&arguments, &word))
		if (fits(pattern, word, label))
			return true;
	return false;
}

static bool rule_fits(const struct rule *r, const struct signs *s, struct text *label)
{
	return fits(r->title, s->title, label) && fits(r->comm, s->comm, label) &&
	       fits(r->executable, s->executable, label) &&
	       fits_program(r->program, &s->command, label) &&
	       fits_argument(r->argument, s->command.arguments, label);
}

static bool is_own(const struct rule *r)
{
	return r->title || r->comm;
}

/* The first rule that fits: own, of those about title or comm; else of those about the exec. */
static const struct rule *find(const struct profiles *p, const struct signs *s, bool own,
			       const struct profile **profile, struct text *label)
{
	for (size_t i = 0; i < p->n; i++) {
		*profile = p->profiles[i];
		for (size_t j = 0; j < (*profile)->n; j++) {
			const struct rule *r = &(*profile)->rules[j];

			*label = (struct text){0};
			if (is_own(r) == own && rule_fits(r, s, label))
				return r;
		}
	}
	return NULL;
}

static void set_label(struct hint *hint, const struct rule *r, struct text found)
{
	struct text label = r->label ? text_of(r->label, PROFILE_LABEL_BYTES) : found;

	if (label.len >= sizeof(hint->label))
		label.len = sizeof(hint->label) - 1;
	memcpy(hint->label, label.at ? label.at : "", label.len);
	hint->label[label.len] = '\0';
}

static const struct framework *framework_of(const struct profile *profile)
{
	return profile->framework.name ? &profile->framework : NULL;
}

/* *yields: whether its parent may know better which framework it is. */
static struct hint exec_hint(const struct profiles *p, const struct signs *s, bool *yields)
{
	const struct profile *profile;
	struct hint hint = {0};
	struct text label;
	const struct rule *r = find(p, s, false, &profile, &label);

	*yields = r && profile->yields;
	if (!r)
		return hint;
	hint.framework = framework_of(profile);
	hint.boundary = r->boundary;
	if (s->exec_inherited) {
		hint.role = s->exec_of_parent ? r->forks : ROLE_UNKNOWN;
		if (hint.role == ROLE_HELPER) /* of the same kind as the one that forked it */
			set_label(&hint, r, label);
		return hint;
	}
	hint.role = r->role;
	hint.launched = r->launched;
	hint.passing = r->passing;
	set_label(&hint, r, label);
	return hint;
}

static void add_own(const struct profiles *p, const struct signs *s, struct hint *hint)
{
	const struct profile *profile;
	struct text label;
	const struct rule *r = find(p, s, true, &profile, &label);

	if (!r)
		return;
	hint->framework = framework_of(profile);
	hint->role = r->role;
	hint->passing = r->passing;
	set_label(hint, r, label);
}

/* By its title and comm if they say it, else by its exec. */
static const struct framework *framework_of_process(const struct profiles *p,
						    const struct process *process)
{
	struct signs s = signs_of(process, NULL);
	bool yields;
	struct hint hint = exec_hint(p, &s, &yields);

	add_own(p, &s, &hint);
	return hint.framework;
}

struct hint profiles__hint(const struct profiles *p, const struct process *process,
			   const struct process *parent)
{
	struct signs s = signs_of(process, parent);
	bool yields;
	struct hint hint = exec_hint(p, &s, &yields);
	const struct framework *mechanism = hint.framework;

	add_own(p, &s, &hint);
	if (yields && parent && hint.framework == mechanism) {
		const struct framework *known = framework_of_process(p, parent);

		hint.framework = known ? known : mechanism;
	}
	return hint;
}

struct profiles *profiles__new(void)
{
	struct profiles *p = calloc(1, sizeof(*p));
	size_t n = 0;

	if (!p)
		return NULL;
	for (size_t i = 0; built_in[i]; i++)
		n += built_in[i]->n;
	p->profiles = calloc(n, sizeof(*p->profiles));
	if (!p->profiles) {
		free(p);
		return NULL;
	}
	for (size_t i = 0; built_in[i]; i++)
		for (size_t j = 0; j < built_in[i]->n; j++)
			p->profiles[p->n++] = &built_in[i]->profiles[j];
	return p;
}

void profiles__free(struct profiles *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n_files; i++)
		profile_file__free(&p->files[i]);
	free(p->files);
	free(p->profiles);
	free(p);
}

static bool is_replaced(const struct profile *old, const struct profile_file *file)
{
	for (size_t i = 0; old->framework.name && i < file->n; i++) {
		const char *name = file->profiles[i].framework.name;

		if (name && !strcmp(name, old->framework.name))
			return true;
	}
	return false;
}

/* Profiles of a file come before those that were there. */
static int add(struct profiles *p, const struct profile_file *file)
{
	const struct profile **all = calloc(file->n + p->n, sizeof(*all));
	struct profile_file *files = reallocarray(p->files, p->n_files + 1, sizeof(*files));
	size_t n = 0;

	if (files)
		p->files = files;
	if (!all || !files) {
		free(all);
		return -ENOMEM;
	}
	while (n < file->n) {
		all[n] = &file->profiles[n];
		n++;
	}
	for (size_t i = 0; i < p->n; i++)
		if (!is_replaced(p->profiles[i], file))
			all[n++] = p->profiles[i];
	free(p->profiles);
	p->profiles = all;
	p->n = n;
	p->files[p->n_files++] = *file;
	return 0;
}

int profiles__read(struct profiles *p, const char *path, char *why, size_t why_bytes)
{
	struct profile_file file;
	int err = profile_file__read(&file, path, p->profiles, p->n, why, why_bytes);

	if (err)
		return err;
	err = add(p, &file);
	if (err) {
		snprintf(why, why_bytes, "%s: no memory", path);
		profile_file__free(&file);
	}
	return err;
}

const struct message *profiles__message(const struct profiles *p, struct text line,
					const struct framework **framework, struct said *said)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct message *m = p->profiles[i]->framework.messages;

		*framework = &p->profiles[i]->framework;
		for (; m && m->pattern; m++)
			if (message__find(m->pattern, line, said))
				return m;
	}
	return NULL;
}
