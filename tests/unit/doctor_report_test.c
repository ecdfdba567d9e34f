// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What the doctor prints: 80 columns, one line of JSON, and no byte of a stranger's as it is. */
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "doctor/report.h"
#include "hostile.h"

#define ID  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define POD "/kubepods/burstable/pod11111111-2222-3333-4444-555555555555/" ID

static const struct framework gunicorn = {.name = "gunicorn",
					  .reaction = "The master starts another worker at once."};

static const struct node node = {.uts = {.nodename = "node1", .release = "6.12.0"},
				 .boot_to_real_ns = 1};

static struct risk risk_of(const char *path)
{
	struct risk r = {.path = (char *)path,
			 .status = STATUS_WARN,
			 .limit_known = true,
			 .limit_bytes = 200 << 20,
			 .limit_path = (char *)path,
			 .usage_known = true,
			 .usage_bytes = 100 << 20,
			 .missing = MISSING_CGROUP_V1,
			 .consequence = CONSEQUENCE_UNKNOWN,
			 .manager_pid = 235,
			 .manager = "python3",
			 .service = "serve.py",
			 .workers = 3,
			 .helpers = 1};

	container__identify(&r.identity.container, path);
	return r;
}

static struct doctor_report report_of(struct finding *findings, int n, struct risk *risks,
				      size_t n_risks)
{
	return (struct doctor_report){
		.node = &node, .findings = findings, .n_findings = n, .risks = {risks, n_risks}};
}

/* Freed by the caller. */
static char *text_of(const struct doctor_report *r)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	assert_int_equal(doctor_report__text(out, r), 0);
	fclose(out);
	return text;
}

static json_t *json_of(const struct doctor_report *r)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);
	json_t *json;

	assert_int_equal(doctor_report__json(out, r), 0);
	fclose(out);
	assert_ptr_equal(strchr(text, '\n'), text + n - 1);
	json = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json);
	free(text);
	return json;
}

static void assert_printable_on_80_columns(const char *text)
{
	size_t columns = 0;

	for (const char *c = text; *c; c++) {
		columns = *c == '\n' ? 0 : columns + ((*c & 0xc0) != 0x80);
		assert_true(columns <= 80);
		assert_true(*c == '\n' || ((unsigned char)*c >= 0x20 && *c != 0x7f));
	}
}

/* ---- what it looks like ---- */

static void looks_as_documented(void **state)
{
	struct finding findings[] = {
		{"lockdown", STATUS_PASS, "none", NULL},
		{"cgroup", STATUS_WARN, "memory is on version 1, which has no memory.oom.group",
		 "Boot with systemd.unified_cgroup_hierarchy=1."},
	};
	struct risk risks[] = {risk_of(POD), risk_of("/system.slice/web.service")};
	struct doctor_report r = report_of(findings, 2, risks, 2);
	char *text;

	risks[0].identity.names =
		(struct names){.pod = "ranker-0", .namespace = "ml", .container = "server"};
	risks[1] = (struct risk){.path = "/system.slice/web.service",
				 .status = STATUS_PASS,
				 .limit_known = true,
				 .unlimited = true,
				 .missing = MISSING_UNIT,
				 .consequence = CONSEQUENCE_FRAMEWORK,
				 .framework = &gunicorn,
				 .service = "gunicorn",
				 .manager_pid = 7,
				 .workers = 2};
	text = text_of(&r);
	assert_string_equal(
		text,
		"oomtrace " OOMTRACE_VERSION " on node1, Linux 6.12.0\n"
		"\n"
		"PASS  lockdown                  none\n"
		"WARN  cgroup                    memory is on version 1, which has no\n"
		"                                memory.oom.group\n"
		"                                -> Boot with "
		"systemd.unified_cgroup_hierarchy=1.\n"
		"\n"
		"Groups, and what would become of each if its largest worker were killed:\n"
		"\n"
		"      CONTAINER OR UNIT                WORKERS       LIMIT      IN USE OOM.GROUP\n"
		"WARN  ml/ranker-0/server                     3   200.0 MiB   100.0 MiB        no\n"
		"      /kubepods/burstable/pod11111111-2222-3333-4444-555555555555/aaaaaaaaaaaaaa\n"
		"      aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
		"      serve.py, manager 235: The manager and 2 workers stay alive; unless it\n"
		"      starts another, the group stays incomplete.\n"
		"      No flag: cgroup version 1 has no such flag. Move the node to cgroup\n"
		"      version 2.\n"
		"PASS  web.service                            2        none           ?        no\n"
		"      /system.slice/web.service\n"
		"      gunicorn, manager 7: The master starts another worker at once.\n"
		"      No flag: Not Kubernetes: a unit has it with OOMPolicy=kill only. Set\n"
		"      OOMPolicy=kill in the unit.\n"
		"\n"
		"1 passed, 1 warning, 0 failures; 1 of 2 groups at risk\n");
	assert_printable_on_80_columns(text);
	free(text);
}

static void without_groups(void **state)
{
	struct finding findings[] = {{"btf", STATUS_FAIL, "no", "yes"}};
	struct doctor_report r = report_of(findings, 1, NULL, 0);
	char *text = text_of(&r);

	assert_non_null(strstr(text, "\nNo group of processes runs"));
	assert_non_null(strstr(text, "\n0 passed, 0 warnings, 1 failure; 0 of 0 groups at risk\n"));
	free(text);
}

static void the_worst_is_the_status(void **state)
{
	static const enum status cases[][3] = {
		/* finding, group, whole */
		{STATUS_PASS, STATUS_PASS, STATUS_PASS},
		{STATUS_PASS, STATUS_WARN, STATUS_WARN},
		{STATUS_WARN, STATUS_PASS, STATUS_WARN},
		{STATUS_FAIL, STATUS_WARN, STATUS_FAIL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct finding finding = {"x", cases[i][0], "", NULL};
		struct risk risk = risk_of("/a");
		struct doctor_report r = report_of(&finding, 1, &risk, 1);

		risk.status = cases[i][1];
		assert_int_equal(doctor_report__status(&r), cases[i][2]);
	}
}

/* ---- strangers ---- */

static void names_of_strangers_are_harmless(void **state)
{
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		struct finding finding = {"other_killers", STATUS_WARN, "", "Look."};
		struct risk risk;
		struct doctor_report r = report_of(&finding, 1, &risk, 1);
		char path[64], *text;

		snprintf(path, sizeof(path), "/%s", hostile[i].name);
		risk = risk_of(path);
		snprintf(risk.service, sizeof(risk.service), "%s", hostile[i].name);
		snprintf(risk.manager, sizeof(risk.manager), "%s", hostile[i].name);
		snprintf(finding.text, sizeof(finding.text), "%s", hostile[i].name);
		text = text_of(&r);
		assert_printable_on_80_columns(text);
		free(text);
		json_decref(json_of(&r));
	}
}

static void the_longest_path_fits(void **state)
{
	static char path[EVENT_PATH_BYTES];
	struct risk risks[50];
	struct doctor_report r = report_of(NULL, 0, risks, 50);
	char *text;
	json_t *json;

	memset(path, '\1', sizeof(path) - 1);
	path[0] = '/';
	for (int i = 0; i < 50; i++)
		risks[i] = risk_of(path);
	text = text_of(&r);
	assert_printable_on_80_columns(text);
	assert_non_null(strstr(text, "50 of 50 groups at risk\n"));
	free(text);
	json = json_of(&r);
	assert_int_equal(json_array_size(json_object_get(json, "groups")), 50);
	json_decref(json);
}

/* ---- the flag ---- */

static void says_what_it_changed(void **state)
{
	struct oom_group_change list[] = {
		{.path = POD, .act = ACT_SET},
		{.path = "/machine.slice/libpod-" ID ".scope", .act = ACT_FAILED, .err = -30},
	};
	struct oom_group_changes changes = {list, 2};
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	for (int i = 0; i < 2; i++)
		container__identify(&list[i].identity.container, list[i].path);
	assert_int_equal(oom_group__text(out, &changes), 0);
	assert_int_equal(oom_group__json(out, &changes, &node), 0);
	fclose(out);
	assert_non_null(strstr(text, "container aaaaaaaaaaaa: memory.oom.group set\n"));
	assert_non_null(
		strstr(text, "podman aaaaaaaaaaaa: memory.oom.group failed: Read-only file"));
	assert_non_null(strstr(text, "\"act\":\"failed\",\"error\":\"EROFS\""));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(looks_as_documented),
		cmocka_unit_test(without_groups),
		cmocka_unit_test(the_worst_is_the_status),
		cmocka_unit_test(names_of_strangers_are_harmless),
		cmocka_unit_test(the_longest_path_fits),
		cmocka_unit_test(says_what_it_changed),
	};

	return cmocka_run_group_tests_name("doctor_report", tests, NULL, NULL);
}
