// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Looks at this machine, and says what it found; see doctor.h. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "doctor/checks.h"
#include "doctor/doctor.h"
#include "doctor/report.h"
#include "doctor/self_test.h"
#include "node/clock.h"
#include "node/processes.h"

#define DEFAULT_OUTPUT	  "/var/log/oomtrace.jsonl"
#define SELF_TEST_SECONDS 60 /* an emulated machine takes half of it to load the hooks */

struct doctor {
	const struct options *options;
	struct roots roots;
	struct node node;
	struct snapshot processes;
	struct profiles *profiles;
	struct pods *pods;
	struct kernel *kernel; /* NULL: it can't be traced */
	struct facts facts;
	struct finding findings[CHECKS_MAX + 1]; /* the self-test's the last */
	struct doctor_report report;
	int ended_by; /* a signal; 0: none came */
};

static int open_profiles(struct doctor *d)
{
	char why[512] = "no memory";
	int err = -ENOMEM;

	d->profiles = profiles__new();
	if (d->profiles)
		err = d->options->profile
			      ? profiles__read(d->profiles, d->options->profile, why, sizeof(why))
			      : 0;
	if (err)
		fprintf(stderr, "oomtrace: %s\n", why);
	return err;
}

static int look_at_processes(struct doctor *d)
{
	int err;

	err = node__init(&d->node);
	if (!err)
		err = processes__walk(&d->processes, d->roots.proc, d->node.cgroups.version, NULL);
	if (err)
		fprintf(stderr, "oomtrace: %s can't be read: %s\n", d->roots.proc, strerror(-err));
	else
		processes__complete(&d->processes, d->roots.proc, 0);
	return err;
}

/* ---- the report ---- */

static void run_checks(struct doctor *d)
{
	const struct kernel_config config = {
		.btf_path = d->options->btf, .exec_entries = 1, .verbose = d->options->verbose};

	if (!kernel__ask(&d->kernel, &config))
		d->facts.kernel = kernel__facts(d->kernel);
	d->facts.cgroup_version = d->node.cgroups.version;
	d->facts.pin_path = d->options->pin_path;
	d->facts.output.path = d->options->output ? d->options->output : DEFAULT_OUTPUT;
	d->facts.output.asked = d->options->output;
	facts__read(&d->facts, &d->roots, &d->processes);
	d->report.findings = d->findings;
	d->report.n_findings = checks__run(&d->facts, d->findings);
}

static void run_self_test(struct doctor *d)
{
	const struct self_test_config config = {
		.cgroups = &d->node.cgroups,
		.btf_path = d->options->btf,
		.seconds = SELF_TEST_SECONDS,
	};

	d->ended_by = self_test__run(&config, &d->findings[d->report.n_findings++]);
}

static bool is_systemd(const struct snapshot *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->processes[i].pid == 1)
			return !strcmp(s->processes[i].comm, "systemd");
	return false;
}

static int find_risks(struct doctor *d)
{
	const struct risk_sources sources = {
		.proc = d->roots.proc,
		.cgroups = &d->node.cgroups,
		.profiles = d->profiles,
		.kubelet = &d->facts.kubelet,
		.pods = d->pods,
		.systemd = is_systemd(&d->processes),
	};
	int err = risks__find(&d->report.risks, &sources, &d->processes);

	if (err)
		fprintf(stderr, "oomtrace: looking for groups: %s\n", strerror(-err));
	return err;
}

static int say(int err)
{
	if (err)
		fprintf(stderr, "oomtrace: stdout: %s\n", strerror(-err));
	return err;
}

static int examine(struct doctor *d)
{
	static const int statuses[] = {[STATUS_PASS] = 0, [STATUS_WARN] = 3, [STATUS_FAIL] = 4};
	int err;

	d->report.node = &d->node;
	d->report.time_ns = clock__boot_ns();
	run_checks(d);
	err = find_risks(d);
	if (err)
		return 1;
	if (d->options->self_test)
		run_self_test(d);
	if (d->ended_by)
		return 1;
	err = say(d->options->json ? doctor_report__json(stdout, &d->report)
				   : doctor_report__text(stdout, &d->report));
	return err ? 1 : statuses[doctor_report__status(&d->report)];
}

/* ---- the flag ---- */

static bool any_failed(const struct oom_group_changes *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->list[i].err)
			return true;
	return false;
}

static int change_flag(struct doctor *d)
{
	const struct options *o = d->options;
	const struct oom_group_order order = {
		.proc = d->roots.proc,
		.cgroups = &d->node.cgroups,
		.pods = d->pods,
		.match = o->set_oom_group ? o->set_oom_group : o->unset_oom_group,
		.set = o->set_oom_group,
	};
	struct oom_group_changes changes;
	int err;

	err = oom_group__change(&changes, &order, &d->processes);
	if (err == -EOPNOTSUPP)
		fprintf(stderr, "oomtrace: memory.oom.group is of cgroup version 2, and memory is "
				"not on it here\n");
	else if (err)
		fprintf(stderr, "oomtrace: %s\n", strerror(-err));
	else if (!changes.n)
		fprintf(stderr, "oomtrace: no running container matches %s\n", order.match);
	if (!err)
		err = say(o->json ? oom_group__json(stdout, &changes, &d->node)
				  : oom_group__text(stdout, &changes));
	if (any_failed(&changes) || !changes.n)
		err = -ENOENT;
	oom_group__free(&changes);
	return err ? 1 : 0;
}

/* ---- all of it ---- */

int doctor__run(const struct options *options)
{
	struct doctor d = {.options = options,
			   .roots = {.proc = "/proc", .sys = "/sys"},
			   .node = {.cgroups = {.fd = -1}}};
	int status = 1;

	d.pods = pods__open(options->host_root);
	if (!open_profiles(&d) && !look_at_processes(&d))
		status = options->set_oom_group || options->unset_oom_group ? change_flag(&d)
									    : examine(&d);
	risks__free(&d.report.risks);
	kernel__close(d.kernel);
	pods__close(d.pods);
	profiles__free(d.profiles);
	processes__free(&d.processes);
	node__done(&d.node);
	if (d.ended_by)
		raise(d.ended_by);
	return status;
}
