// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What keeps groups apart, what only looks like a framework, and the tables themselves. */
#include "profile/frameworks.h"
#include "hostile.h"
#include "sights.h"

static void knows_what_keeps_groups_apart(void **state)
{
	static const char *const names[] = {
		"tini",
		"tini-static",
		"dumb-init",
		"docker-init",
		"catatonit",
		"s6-supervise",
		"s6-svscan",
		"runsv",
		"runsvdir",
		"systemd",
		"containerd-shim-runc-v2",
		"conmon",
		"sshd",
		"sshd-session",
		"sh",
		"bash",
		"dash",
		"zsh",
		"busybox",
		"supervisord",
	};
	static const char *const others[] = {"shd", "tin", "bash-worker", "python3.11", "java", ""};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_sight(
			&(struct sight){.who = {.executable = names[i], "x|"}, .flags = BOUNDARY});
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_sight(&(struct sight){.who = {.executable = others[i], "x|"}});
	assert_sight(&(struct sight){.who = {.args = "/usr/bin/python3|/usr/bin/supervisord|-n|"},
				     .flags = BOUNDARY});
	assert_sight(&(struct sight){.who = {.executable = "bash", "bash|-c|gunicorn app:app|"},
				     .flags = BOUNDARY});
	assert_sight(&(struct sight){.who = {.executable = "dash", "/bin/sh|/usr/bin/torchrun|"},
				     .flags = BOUNDARY});
	assert_sight(&(struct sight){.who = {.executable = "bash", "bash|", .forked = true},
				     .flags = BOUNDARY});
}

static void takes_no_likeness_for_the_thing(void **state)
{
	static const struct sight sights[] = {
		{.who = {.args = "python|gunicorn_client.py|"}},
		{.who = {.args = "python|client.py|gunicorn|"}},
		{.who = {.args = "python|-c|import gunicorn|"}},
		{.who = {.args = "python|-m|gunicorn_client|"}},
		{.who = {.args = "python|./default_worker.py|"}},
		{.who = {.args = "python|-c|print('from multiprocessing.spawn import "
				 "spawn_main')|"}},
		{.who = {.args = "python|train.py|from multiprocessing.spawn import spawn_main|"}},
		{.who = {.executable = "vim.basic", "vim|gunicorn.conf.py|"}},
		{.who = {.executable = "vim.basic", "vim|gunicorn: worker [app]|"}},
		{.who = {.executable = "tail", "tail|-f|/var/log/nginx/error.log|"}},
		{.who = {.executable = "grep", "grep|-r|VLLM::EngineCore|"}},
		{.who = {.executable = "psql", "psql|postgres|"}},
		{.who = {.args = "python|/usr/bin/celery|-A|proj|inspect|active|"}},
		{.who = {.args = "python|/usr/bin/vllm|bench|"}},
		{.who = {.executable = "java", "java|-jar|app.jar|"}},
		{.who = {.executable = "x", "x|", "xgunicorn: worker [a]", "xgunicorn"}},
		{.who = {.executable = "", "", "", ""}},
	};

	ASSERT_SIGHTS(sights);
}

/* Whoever takes another's words gets a role, but no edge and no boundary by them. */
static void words_alone_make_no_edge(void **state)
{
	static const struct sight sights[] = {
		{.who = {.executable = "evil", "evil|", "gunicorn: worker [x]", "gunicorn: worke"},
		 "gunicorn",
		 ROLE_WORKER,
		 "x"},
		{.who = {.executable = "evil", "evil|", "ray::IDLE"}, "Ray", ROLE_WORKER, "IDLE"},
		{.who = {.executable = "evil", "evil|", "systemd", "systemd"}},
		{.who = {.executable = "bash", "bash|", "gunicorn: worker [x]"},
		 "gunicorn",
		 ROLE_WORKER,
		 "x",
		 BOUNDARY},
	};

	ASSERT_SIGHTS(sights);
}

/* frameworks' forks show their parent's title and comm until they set their own. */
static void an_inherited_title_says_nothing(void **state)
{
	static const struct who worker = {
		.args = GUNICORN, "gunicorn: worker [a]", "gunicorn: worke", true};
	struct who execed = worker;
	const struct sight forked = {.who = worker, "gunicorn", .parent = worker};
	const struct sight tracker = {.who = {.args = TRACKER, .comm = "pt_data_worker"},
				      "DataLoader",
				      ROLE_SUB_WORKER,
				      .flags = LAUNCHED,
				      .parent = {.args = TRACKER, .comm = "pt_data_worker"}};

	assert_sight(&forked);
	assert_sight(&tracker);
	execed.forked = false; /* then it is its own, equal or not */
	assert_sight(
		&(struct sight){.who = execed, "gunicorn", ROLE_WORKER, "a", .parent = worker});
}

static void exec_keys_tell_whose_exec_it_is(void **state)
{
	struct process parent = process_of(&(struct who){.args = FORKSERVER});
	struct process child = process_of(&(struct who){.args = FORKSERVER, .forked = true});

	parent.exec = child.exec = (struct exec_key){1, 2};
	assert_int_equal(profiles__hint(profiles, &child, &parent).role, ROLE_WORKER);
	parent.exec.arg_start = 3;
	assert_int_equal(profiles__hint(profiles, &child, &parent).role, ROLE_UNKNOWN);
	parent.exec = (struct exec_key){0};
	assert_int_equal(profiles__hint(profiles, &child, &parent).role, ROLE_WORKER);
}

static void survives_any_bytes(void **state)
{
	for (size_t i = 0; i < N_HOSTILE; i++) {
		struct process p = process_of(&(struct who){.executable = "uwsgi", "uwsgi|"});

		snprintf(p.title, sizeof(p.title), "uWSGI worker %s", hostile[i].name);
		assert_memory_equal(profiles__hint(profiles, &p, NULL).label + 7, hostile[i].name,
				    strlen(hostile[i].name) + 1);
	}
}

/* No NUL anywhere that the kernel or a reader could have left out. */
static void reads_no_further_than_a_process(void **state)
{
	struct process p;
	struct hint hint;

	memset(&p, 'x', sizeof(p));
	p.args_bytes = sizeof(p.args);
	p.forked_only = false;
	memcpy(p.title, "uWSGI worker ", 13);
	hint = profiles__hint(profiles, &p, &p);
	assert_int_equal(strlen(hint.label), sizeof(hint.label) - 1);
	memcpy(p.args, "python\0-c", 10);
	profiles__hint(profiles, &p, &p);
}

static void rules_are_sound(const struct profile *profile)
{
	for (size_t i = 0; i < profile->n; i++) {
		const char *key, *fault = rule__fault(&profile->rules[i], &key);

		if (fault)
			fail_msg("%s, rule %zu: %s: %s", profile->framework.name, i, key, fault);
	}
}

static void framework_is_sound(const struct framework *f)
{
	assert_true(strlen(f->name) < PROFILE_NAME_BYTES);
	assert_true(strlen(f->reaction) < PROFILE_TEXT_BYTES);
	assert_int_equal(f->reaction[strlen(f->reaction) - 1], '.');
	assert_true(!f->advice || strlen(f->advice) < PROFILE_TEXT_BYTES);
}

static void messages_are_sound(const struct message *messages)
{
	for (const struct message *m = messages; m && m->pattern; m++)
		if (message__fault(m->pattern))
			fail_msg("%s: %s", m->pattern, message__fault(m->pattern));
}

static size_t count_named(const char *name)
{
	size_t n = 0;

	for (size_t i = 0; built_in[i]; i++)
		for (size_t j = 0; j < built_in[i]->n; j++) {
			const char *other = built_in[i]->profiles[j].framework.name;

			n += other && !strcmp(name, other);
		}
	return n;
}

static void the_tables_are_sound(void **state)
{
	size_t n = 0;

	for (size_t i = 0; built_in[i]; i++)
		for (size_t j = 0; j < built_in[i]->n; j++) {
			const struct profile *profile = &built_in[i]->profiles[j];

			rules_are_sound(profile);
			messages_are_sound(profile->framework.messages);
			if (!profile->framework.name)
				continue;
			framework_is_sound(&profile->framework);
			assert_int_equal(count_named(profile->framework.name), 1);
			n++;
		}
	assert_true(n >= 29); /* a table that is not in built_in would be missing here */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_what_keeps_groups_apart),
		cmocka_unit_test(takes_no_likeness_for_the_thing),
		cmocka_unit_test(words_alone_make_no_edge),
		cmocka_unit_test(an_inherited_title_says_nothing),
		cmocka_unit_test(exec_keys_tell_whose_exec_it_is),
		cmocka_unit_test(survives_any_bytes),
		cmocka_unit_test(reads_no_further_than_a_process),
		cmocka_unit_test(the_tables_are_sound),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
