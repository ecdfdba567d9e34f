// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What a state, a lock and the kernel's count mean together. All is well, and each case spoils it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "hostile.h"
#include "status/report.h"

#define BOOT	"9e0f2c5a-3f1d-4c55-9a0e-0f7f4a1b2c3d"
#define S	1000000000ll
#define NOW_NS	(1795493414 * S) /* 2026-11-24T04:10:14Z */
#define UP_NS	(90000 * S)
#define HOUR_NS (3600 * S)

static struct status_facts facts;
static struct judgement judgement;

/* Alive for two hours, nothing was killed. */
static void set_good(void)
{
	facts = (struct status_facts){
		.path = "/run/oomtrace/state.json",
		.file = STATE_READ,
		.taken = true,
		.boot_id = BOOT,
		.now_ns = NOW_NS,
		.uptime_ns = UP_NS,
		.vmstat_known = true,
		.vmstat = 100,
		.pin_path = "/sys/fs/bpf/oomtrace",
		.pins_known = true,
		.told = {.boot_id = BOOT,
			 .version = "0.1.0",
			 .pid = 412,
			 .time_ns = NOW_NS - 40 * S,
			 .uptime_ns = UP_NS - 40 * S,
			 .every_seconds = 60,
			 .since_ns = NOW_NS - 2 * HOUR_NS,
			 .hooks = {{.live = true, .name = "mark_victim"},
				   {.live = true, .name = "oom_kill_process"}},
			 .n_hooks = 2,
			 .pinned = "/sys/fs/bpf/oomtrace",
			 .books_since_ns = NOW_NS - 2 * HOUR_NS,
			 .compared = true,
			 .vmstat_before = 100,
			 .vmstat = 100,
			 .audited_ns = NOW_NS - 40 * S,
			 .output = "/var/log/o.jsonl"},
	};
}

/* Three kills, the last twelve minutes ago. */
static void set_kills(void)
{
	set_good();
	facts.told.seen = facts.told.written = facts.told.kills = 3;
	facts.vmstat = facts.told.vmstat = 103;
	facts.told.last_seq = 3;
	facts.told.last_ns = NOW_NS - 720 * S;
	facts.told.last_pid = 249;
	strcpy(facts.told.last_title, "python3");
	strcpy(facts.told.last_where, "ml/ranker-0/server");
}

static void set_gone(void)
{
	set_kills();
	facts.taken = false;
}

static void set_stopped(int exit_status)
{
	set_gone();
	facts.told.ended = true;
	facts.told.exit_status = exit_status;
}

static void expect(enum standing standing, enum status status, const char *text)
{
	judge(&judgement, &facts);
	assert_string_equal(judgement.text, text);
	assert_int_equal(judgement.standing, standing);
	assert_int_equal(judgement.status, status);
}

static const struct finding *found(const char *check)
{
	for (int i = 0; i < judgement.n_findings; i++)
		if (!strcmp(judgement.findings[i].check, check))
			return &judgement.findings[i];
	return NULL;
}

static void expect_finding(const char *check, enum status status, const char *text)
{
	const struct finding *f = found(check);

	assert_non_null(f);
	assert_string_equal(f->text, text);
	assert_int_equal(f->status, status);
}

/* ---- alive ---- */

static void explains_silence(void **state)
{
	set_good();
	expect(STANDING_ALIVE, STATUS_PASS,
	       "oomtrace is alive: no kills since 02:10:14Z, and the kernel's counter agrees.");
	expect_finding("process", STATUS_PASS,
		       "pid 412, oomtrace 0.1.0, since 02:10:14Z (2 h ago)");
	expect_finding("hooks", STATUS_PASS, "2 of 2 live");
	expect_finding("pinned", STATUS_PASS,
		       "/sys/fs/bpf/oomtrace: kills while it is down are kept");
	expect_finding("records", STATUS_PASS, "0 seen since 02:10:14Z, 0 written, 0 lost");
	expect_finding("kernel", STATUS_PASS, "0 counted, 0 seen; compared by oomtrace 40 s ago");
	expect_finding("output", STATUS_PASS, "/var/log/o.jsonl, all lines are written");
	assert_null(found("last_kill"));
	assert_true(judgement.unexplained_known);
}

static void tells_of_kills(void **state)
{
	set_kills();
	expect(STANDING_ALIVE, STATUS_PASS,
	       "oomtrace is alive: 3 kills since 02:10:14Z, the last 12 min ago, and the kernel's "
	       "counter agrees.");
	expect_finding("last_kill", STATUS_PASS,
		       "python3 (pid 249) in ml/ranker-0/server, 03:58:14Z (12 min ago)");
	facts.told.last_earlier = true; /* of the same books */
	expect(STANDING_ALIVE, STATUS_PASS,
	       "oomtrace is alive: 3 kills since 02:10:14Z, the last 12 min ago, and the kernel's "
	       "counter agrees.");
	expect_finding(
		"last_kill", STATUS_PASS,
		"python3 (pid 249) in ml/ranker-0/server, 03:58:14Z (12 min ago), told by an "
		"earlier run");
	facts.told.books_since_ns -= 24 * HOUR_NS;
	facts.told.last_seq = 0; /* nobody told which */
	expect(STANDING_ALIVE, STATUS_PASS,
	       "oomtrace is alive: 3 kills since 2026-11-23 02:10:14Z, and the kernel's counter "
	       "agrees.");
}

/* Which is older than these books. */
static void tells_of_the_last_kill_before(void **state)
{
	set_kills();
	facts.told.seen = facts.told.written = facts.told.kills = 0;
	facts.vmstat = facts.told.vmstat = 100;
	facts.told.last_earlier = true;
	facts.told.last_ns = NOW_NS - 3 * HOUR_NS;
	expect(STANDING_ALIVE, STATUS_PASS,
	       "oomtrace is alive: no kills since 02:10:14Z, the last before that 3 h ago, and the "
	       "kernel's counter agrees.");
	expect_finding("last_kill", STATUS_PASS,
		       "python3 (pid 249) in ml/ranker-0/server, 01:10:14Z (3 h ago), told by an "
		       "earlier run");
}

static void compares_with_the_kernel(void **state)
{
	set_kills();
	facts.vmstat = 106;
	expect(STANDING_ALIVE, STATUS_WARN,
	       "oomtrace is alive, but the kernel counted 3 kills more than it saw since "
	       "02:10:14Z.");
	expect_finding("kernel", STATUS_WARN, "6 counted, 3 seen; compared by oomtrace 40 s ago");
	assert_int_equal(judgement.unexplained, 3);
	facts.vmstat = 102;
	expect(STANDING_ALIVE, STATUS_WARN,
	       "oomtrace is alive, but the kernel counted 1 kill fewer than it saw since "
	       "02:10:14Z.");
	facts.vmstat_known = false;
	expect(STANDING_ALIVE, STATUS_PASS,
	       "oomtrace is alive: 3 kills since 02:10:14Z, the last 12 min ago; the kernel keeps "
	       "no count to compare with.");
	assert_null(found("kernel"));
	set_kills();
	facts.told.compared = false;
	facts.told.pod = true;
	expect(STANDING_ALIVE, STATUS_PASS,
	       "oomtrace is alive: 3 kills since 02:10:14Z, the last 12 min ago; it watches its "
	       "pod, and the kernel counts the whole machine's.");
	assert_false(judgement.unexplained_known);
}

static void tells_of_losses(void **state)
{
	set_kills();
	facts.told.written = 1;
	facts.told.lost[LOSS_RING_FULL] = 1;
	facts.told.lost[LOSS_OUTPUT] = 1;
	expect(STANDING_ALIVE, STATUS_WARN, "oomtrace is alive, but has lost 2 of 3 kills.");
	expect_finding("records", STATUS_WARN,
		       "3 seen since 02:10:14Z, 1 written, 2 lost (1 ring_full, 1 output)");
	assert_non_null(strstr(found("records")->remedy, "--ring-size"));
	set_kills();
	facts.told.lost_incidents = 2;
	expect(STANDING_ALIVE, STATUS_WARN,
	       "oomtrace is alive: 3 kills since 02:10:14Z, the last 12 min ago, and the kernel's "
	       "counter agrees.");
	expect_finding("records", STATUS_WARN,
		       "3 seen since 02:10:14Z, 3 written, 0 lost; 2 incidents found no room");
	set_kills();
	facts.told.written = 2;
	facts.told.duplicates = 1;
	expect(STANDING_ALIVE, STATUS_PASS, judgement.text);
	expect_finding("records", STATUS_PASS,
		       "3 seen since 02:10:14Z, 2 written, 0 lost, 1 under way; 1 came twice");
}

static void tells_of_hooks_that_matter(void **state)
{
	struct told_hook *missing = &facts.told.hooks[1];

	set_good();
	*missing = (struct told_hook){false, "oom_kill_process", "no kprobes"};
	expect(STANDING_ALIVE, STATUS_WARN, judgement.text);
	expect_finding("hooks", STATUS_WARN,
		       "1 of 2 live; without oom_kill_process, which limit was hit is not known "
		       "(no kprobes)");
	*missing = (struct told_hook){false, "wake_reaper", "not in this kernel"};
	expect(STANDING_ALIVE, STATUS_PASS, judgement.text);
	expect_finding("hooks", STATUS_PASS, "1 of 2 live");
	facts.told.n_hooks = 0;
	facts.told.from_log = true;
	expect(STANDING_ALIVE, STATUS_WARN,
	       "oomtrace is alive, but no hook is: it follows the kernel's log, which has less.");
	expect_finding("hooks", STATUS_WARN, "none: the kernel's log is followed");
}

static void tells_of_pins(void **state)
{
	set_good();
	facts.told.pinned[0] = '\0';
	expect(STANDING_ALIVE, STATUS_PASS, judgement.text);
	expect_finding("pinned", STATUS_PASS, "no: kills while it is down are not recorded");
	strcpy(facts.told.why_unpinned, "no BPF file system");
	expect(STANDING_ALIVE, STATUS_WARN, judgement.text);
	expect_finding("pinned", STATUS_WARN, "not possible: no BPF file system");
}

static void tells_of_lines_that_wait(void **state)
{
	set_good();
	facts.told.waiting = 7;
	strcpy(facts.told.output_error, "ENOSPC");
	expect(STANDING_ALIVE, STATUS_WARN, judgement.text);
	expect_finding("output", STATUS_WARN, "/var/log/o.jsonl: 7 lines wait, ENOSPC");
	facts.told.waiting = 1;
	facts.told.output_error[0] = facts.told.output[0] = '\0';
	expect(STANDING_ALIVE, STATUS_WARN, judgement.text);
	expect_finding("output", STATUS_WARN, "stdout: 1 line waits");
}

static void knows_that_it_begins(void **state)
{
	set_good();
	facts.told.since_ns = facts.told.books_since_ns = TOLD_NEVER;
	expect(STANDING_STARTING, STATUS_FAIL, "oomtrace is starting: its hooks are not live yet.");
	assert_int_equal(judgement.n_findings, 1);
}

/* Three audits that are missed, and two seconds. The time of day may be set meanwhile. */
static void knows_that_it_hangs(void **state)
{
	set_good();
	facts.told.uptime_ns = UP_NS - 181 * S;
	expect(STANDING_ALIVE, STATUS_PASS, judgement.text);
	facts.told.uptime_ns = UP_NS - 182 * S;
	facts.told.time_ns = NOW_NS - 182 * S;
	expect(STANDING_HANGS, STATUS_FAIL,
	       "oomtrace hangs: it runs, but has not been heard from since 04:07:12Z (3 min ago).");
	expect_finding("process", STATUS_FAIL,
		       "pid 412, oomtrace 0.1.0, writes its state each 60 s, and did last at "
		       "04:07:12Z (3 min ago)");
	facts.told.every_seconds = 0;
	expect(STANDING_ALIVE, STATUS_PASS, judgement.text);
	set_good();
	facts.told.time_ns = NOW_NS + HOUR_NS;
	expect(STANDING_ALIVE, STATUS_PASS, judgement.text);
}

/* ---- not there ---- */

static void knows_that_it_died(void **state)
{
	set_gone();
	facts.vmstat = 105;
	expect(STANDING_DIED, STATUS_FAIL,
	       "oomtrace is dead: it ended without saying so after 04:09:34Z (40 s ago). Kills are "
	       "not recorded now.");
	expect_finding("kernel", STATUS_WARN, "2 kills counted since then");
	expect_finding("records", STATUS_PASS, "3 seen since 02:10:14Z, 3 written, 0 lost");
	assert_null(found("hooks"));
	assert_null(found("pinned"));
}

static void knows_that_it_stopped(void **state)
{
	set_stopped(0);
	expect(STANDING_STOPPED, STATUS_FAIL,
	       "oomtrace is not running: it stopped at 04:09:34Z (40 s ago), exit status 0. Kills "
	       "are not recorded now.");
	expect_finding("kernel", STATUS_PASS, "0 kills counted since then");
	set_stopped(1);
	expect(STANDING_STOPPED, STATUS_FAIL,
	       "oomtrace is not running: it failed at 04:09:34Z (40 s ago), exit status 1. Kills "
	       "are not recorded now.");
	facts.told.since_ns = TOLD_NEVER;
	expect(STANDING_STOPPED, STATUS_FAIL,
	       "oomtrace is not running: it could not start at 04:09:34Z (40 s ago), exit status "
	       "1. Kills are not recorded now.");
	facts.taken = true; /* it has said its last, and closes */
	expect(STANDING_STOPPED, STATUS_FAIL, judgement.text);
}

static void tells_where_kills_are_kept(void **state)
{
	set_gone();
	facts.pinned = facts.kept_known = true;
	facts.kept = 2;
	facts.vmstat = 105;
	expect(STANDING_DIED, STATUS_FAIL,
	       "oomtrace is dead: it ended without saying so after 04:09:34Z (40 s ago). Its hooks "
	       "are live: 2 kills are kept in the kernel until the next start.");
	expect_finding("kernel", STATUS_PASS, "2 kills counted since then");
	expect_finding("pinned", STATUS_PASS,
		       "/sys/fs/bpf/oomtrace: kills wait there for the next start; oomtrace unload "
		       "ends that");
	facts.kept = 0;
	expect(STANDING_DIED, STATUS_FAIL,
	       "oomtrace is dead: it ended without saying so after 04:09:34Z (40 s ago). Its hooks "
	       "are live: kills are kept in the kernel until the next start, none so far.");
	facts.kept_known = facts.pins_known = false;
	expect(STANDING_DIED, STATUS_FAIL,
	       "oomtrace is dead: it ended without saying so after 04:09:34Z (40 s ago). Its hooks "
	       "are live: kills are kept in the kernel until the next start.");
}

static void knows_that_it_was_another_boot(void **state)
{
	set_gone();
	facts.boot_id[0] = '0';
	expect(STANDING_OTHER_BOOT, STATUS_FAIL,
	       "oomtrace has not run since this machine booted. Kills are not recorded now.");
	assert_int_equal(judgement.n_findings, 1);
}

static void knows_that_none_was_there(void **state)
{
	set_gone();
	facts.file = STATE_MISSING;
	expect(STANDING_NEVER, STATUS_FAIL, "No oomtrace has run here, or only with --no-state.");
	expect_finding("process", STATUS_FAIL, "there is no /run/oomtrace/state.json");
	facts.pinned = true;
	expect(STANDING_NEVER, STATUS_FAIL,
	       "No oomtrace has run here, or only with --no-state. Its hooks are live: kills are "
	       "kept in the kernel until the next start.");
}

static void knows_what_it_does_not_know(void **state)
{
	set_good();
	facts.file = STATE_DAMAGED;
	strcpy(facts.damage, "no JSON: '}' expected");
	expect(STANDING_UNKNOWN, STATUS_FAIL, "oomtrace is running, and its state cannot be read.");
	expect_finding("process", STATUS_FAIL, "/run/oomtrace/state.json: no JSON: '}' expected");
	facts.taken = false;
	expect(STANDING_UNKNOWN, STATUS_FAIL,
	       "oomtrace is not running, and its state cannot be read.");
	set_good();
	facts.file = STATE_MISSING;
	expect(STANDING_UNKNOWN, STATUS_FAIL, "oomtrace is running, and its state cannot be read.");
}

/* ---- as it is printed ---- */

static char *print(int (*report)(FILE *out))
{
	size_t n;
	char *text;
	FILE *out = open_memstream(&text, &n);

	judge(&judgement, &facts);
	assert_int_equal(report(out), 0);
	fclose(out);
	return text;
}

static int as_text(FILE *out)
{
	return status_report__text(out, &judgement);
}

static int as_json(FILE *out)
{
	return status_report__json(out, &judgement, &facts);
}

static void prints_80_columns(void **state)
{
	char *text;

	set_kills();
	text = print(as_text);
	assert_string_equal(
		text,
		"oomtrace is alive: 3 kills since 02:10:14Z, the last 12 min ago, and the\n"
		"kernel's counter agrees.\n"
		"\n"
		"PASS  process    pid 412, oomtrace 0.1.0, since 02:10:14Z (2 h ago)\n"
		"PASS  hooks      2 of 2 live\n"
		"PASS  pinned     /sys/fs/bpf/oomtrace: kills while it is down are kept\n"
		"PASS  records    3 seen since 02:10:14Z, 3 written, 0 lost\n"
		"PASS  last_kill  python3 (pid 249) in ml/ranker-0/server, 03:58:14Z (12 min ago)\n"
		"PASS  kernel     3 counted, 3 seen; compared by oomtrace 40 s ago\n"
		"PASS  output     /var/log/o.jsonl, all lines are written\n");
	free(text);
}

static void prints_a_line_of_json(void **state)
{
	json_t *record;
	char *text;

	set_kills();
	text = print(as_json);
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	record = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_string_equal(json_string_value(json_object_get(record, "standing")), "alive");
	assert_string_equal(json_string_value(json_object_get(record, "text")), judgement.text);
	assert_int_equal(json_array_size(json_object_get(record, "checks")), 7);
	json_decref(record);
	free(text);
}

/* Whoever may write the file, and whoever is killed, may call himself anything. */
static void lets_no_byte_through(void **state)
{
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		char *text;
		json_t *record;

		set_kills();
		snprintf(facts.told.last_title, sizeof(facts.told.last_title), "%s",
			 hostile[i].name);
		snprintf(facts.told.output, sizeof(facts.told.output), "%s", hostile[i].name);
		text = print(as_text);
		assert_non_null(strstr(text, hostile[i].text));
		assert_null(strchr(text, '\x1b'));
		free(text);
		text = print(as_json);
		assert_non_null(strstr(text, hostile[i].json));
		record = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(record);
		json_decref(record);
		free(text);
	}
}

/* The longest texts, each byte of them six in JSON. */
static void has_room_for_all(void **state)
{
	struct told *t = &facts.told;
	char *text;

	set_kills();
	memset(t->version, '\1', sizeof(t->version) - 1);
	memset(t->output, '\1', sizeof(t->output) - 1);
	memset(t->output_error, '\1', sizeof(t->output_error) - 1);
	memset(t->last_title, '\1', sizeof(t->last_title) - 1);
	memset(t->last_where, '\1', sizeof(t->last_where) - 1);
	t->n_hooks = TOLD_HOOKS;
	for (int i = 0; i < TOLD_HOOKS; i++) {
		memset(t->hooks[i].name, '\1', sizeof(t->hooks[i].name) - 1);
		memset(t->hooks[i].why, '\1', sizeof(t->hooks[i].why) - 1);
	}
	text = print(as_json);
	assert_true(strlen(text) > 60000);
	free(text);
}

/* ---- when ---- */

static void names_ages(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} rows[] = {
		{-5, "0 s"},	   {0, "0 s"},	  {119, "119 s"},   {120, "2 min"},
		{7199, "119 min"}, {7200, "2 h"}, {172799, "47 h"}, {172800, "2 days"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		set_kills();
		facts.told.last_ns = NOW_NS - rows[i].seconds * S;
		judge(&judgement, &facts);
		assert_non_null(strstr(found("last_kill")->text, rows[i].text));
	}
	facts.told.last_ns = INT64_MIN + 1;
	judge(&judgement, &facts);
	assert_non_null(strstr(found("last_kill")->text, "days ago"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(explains_silence),
		cmocka_unit_test(tells_of_kills),
		cmocka_unit_test(tells_of_the_last_kill_before),
		cmocka_unit_test(compares_with_the_kernel),
		cmocka_unit_test(tells_of_losses),
		cmocka_unit_test(tells_of_hooks_that_matter),
		cmocka_unit_test(tells_of_pins),
		cmocka_unit_test(tells_of_lines_that_wait),
		cmocka_unit_test(knows_that_it_begins),
		cmocka_unit_test(knows_that_it_hangs),
		cmocka_unit_test(knows_that_it_died),
		cmocka_unit_test(knows_that_it_stopped),
		cmocka_unit_test(tells_where_kills_are_kept),
		cmocka_unit_test(knows_that_it_was_another_boot),
		cmocka_unit_test(knows_that_none_was_there),
		cmocka_unit_test(knows_what_it_does_not_know),
		cmocka_unit_test(prints_80_columns),
		cmocka_unit_test(prints_a_line_of_json),
		cmocka_unit_test(lets_no_byte_through),
		cmocka_unit_test(has_room_for_all),
		cmocka_unit_test(names_ages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
