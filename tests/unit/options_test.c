// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Command lines: what they set, and the one line that each wrong one is answered with. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "options/options.h"

#define MAX_ARGS 12

/* Returns what the parser does; *said gets what it wrote, to be freed. */
static int parse(struct options *o, const char *const *args, char **said)
{
	static char *argv[MAX_ARGS + 1]; /* what is parsed points into it */
	FILE *err;
	size_t n;
	int argc = 1, status;

	memset(argv, 0, sizeof(argv));
	argv[0] = "oomtrace";
	for (; args[argc - 1]; argc++)
		argv[argc] = (char *)args[argc - 1];
	err = open_memstream(said, &n);
	assert_non_null(err);
	memset(o, 0xa5, sizeof(*o));
	status = options__parse(o, argc, argv, err);
	fclose(err);
	return status;
}

#define ARGS(...) ((const char *const[MAX_ARGS]){__VA_ARGS__})

static struct options good(const char *const *args)
{
	struct options o;
	char *said;

	if (parse(&o, args, &said))
		fail_msg("%s: refused: %s", args[0], said);
	assert_string_equal(said, "");
	free(said);
	return o;
}

static void has_defaults(void **state)
{
	struct options o = good(ARGS(NULL));

	assert_int_equal(o.command, COMMAND_RUN);
	assert_int_equal(o.format, FORMAT_AUTO);
	assert_null(o.output);
	assert_null(o.btf);
	assert_null(o.profile);
	assert_null(o.record);
	assert_null(o.operand);
	assert_string_equal(o.pin_path, "/sys/fs/bpf/oomtrace");
	assert_int_equal(o.pin, PIN_AUTO);
	assert_int_equal(o.fallback, FALLBACK_NONE);
	assert_int_equal(o.sync, SYNC_EVENT);
	assert_int_equal(o.max_bytes, 0);
	assert_int_equal(o.max_files, 4);
	assert_int_equal(o.ring_bytes, 4194304);
	assert_int_equal(o.audit_seconds, 60);
	assert_true(o.exec_cache);
	assert_false(o.quiet);
	assert_false(o.verbose);
	assert_null(o.state);
	assert_false(o.no_state);
}

static void knows_commands(void **state)
{
	assert_int_equal(good(ARGS("run")).command, COMMAND_RUN);
	assert_int_equal(good(ARGS("unload")).command, COMMAND_UNLOAD);
	assert_int_equal(good(ARGS("-h")).command, COMMAND_HELP);
	assert_int_equal(good(ARGS("--help")).command, COMMAND_HELP);
	assert_int_equal(good(ARGS("run", "--help")).command, COMMAND_HELP);
	assert_int_equal(good(ARGS("--help")).about, COMMAND_RUN);
	assert_int_equal(good(ARGS("unload", "--help")).command, COMMAND_HELP);
	assert_int_equal(good(ARGS("unload", "--help")).about, COMMAND_UNLOAD);
	assert_int_equal(good(ARGS("replay", "-h")).about, COMMAND_REPLAY);
	assert_int_equal(good(ARGS("explain")).command, COMMAND_EXPLAIN);
	assert_int_equal(good(ARGS("--version")).command, COMMAND_VERSION);
	assert_string_equal(good(ARGS("unload", "--pin-path", "/p")).pin_path, "/p");
}

static void takes_several_at_once(void **state)
{
	struct options o = good(ARGS("run", "-qvo", "file", "--format=json", "--btf", "b", "--pin",
				     "--ring-size", "8192", "--audit=5", "--no-exec-cache"));

	assert_int_equal(o.command, COMMAND_RUN);
	assert_true(o.quiet);
	assert_true(o.verbose);
	assert_string_equal(o.output, "file");
	assert_int_equal(o.format, FORMAT_JSON);
	assert_string_equal(o.btf, "b");
	assert_int_equal(o.pin, PIN_ALWAYS);
	assert_int_equal(o.ring_bytes, 8192);
	assert_int_equal(o.audit_seconds, 5);
	assert_false(o.exec_cache);
}

static void takes_what_explain_is_asked(void **state)
{
	struct options o =
		good(ARGS("explain", "app.log", "--events=e", "--json", "--tz=+03:00",
			  "--date=2026-11-24", "--since", "2026-11-24 04:10", "--pid=37"));

	assert_string_equal(o.operand, "app.log");
	assert_string_equal(o.events, "e");
	assert_true(o.json);
	assert_string_equal(o.zone, "+03:00");
	assert_string_equal(o.date, "2026-11-24");
	assert_string_equal(o.since, "2026-11-24 04:10");
	assert_int_equal(o.pid, 37);
	assert_string_equal(good(ARGS("explain", "-", "--pod", "p")).pod, "p");
	assert_string_equal(good(ARGS("explain", "-")).operand, "-");
	assert_null(good(ARGS("explain")).operand);
}

static void takes_values_as_they_are(void **state)
{
	assert_string_equal(good(ARGS("-o", "./-")).output, "./-");
	assert_string_equal(good(ARGS("-o--quiet")).output, "--quiet");
	assert_string_equal(good(ARGS("-o", "--quiet")).output, "--quiet");
	assert_string_equal(good(ARGS("--output", "a b\n")).output, "a b\n");
	assert_string_equal(good(ARGS("--host-root=")).host_root, "");
	assert_string_equal(good(ARGS("-o", "run")).output, "run");
	assert_string_equal(good(ARGS("--profile", "a.json")).profile, "a.json");
	assert_int_equal(good(ARGS("--format", "text")).format, FORMAT_TEXT);
	assert_int_equal(good(ARGS("--no-pin")).pin, PIN_NEVER);
	assert_int_equal(good(ARGS("--sync", "event")).sync, SYNC_EVENT);
	assert_int_equal(good(ARGS("--sync", "interval")).sync, SYNC_INTERVAL);
	assert_int_equal(good(ARGS("--sync", "none")).sync, SYNC_NONE);
	assert_int_equal(good(ARGS("--max-size", "4294967295")).max_bytes, 4294967295);
	assert_int_equal(good(ARGS("--max-files", "1000")).max_files, 1000);
}

static void the_last_one_counts(void **state)
{
	assert_string_equal(good(ARGS("-o", "a", "--output", "b")).output, "b");
	assert_int_equal(good(ARGS("--pin", "--no-pin")).pin, PIN_NEVER);
	assert_int_equal(good(ARGS("--format=text", "--format=json")).format, FORMAT_JSON);
	assert_int_equal(good(ARGS("--help", "--version")).command, COMMAND_VERSION);
	assert_int_equal(good(ARGS("--help", "show")).about, COMMAND_SHOW);
	assert_string_equal(good(ARGS("report", "f", "--outp", "page")).output, "page");
}

/* Nothing is left over of the line before: getopt keeps its place in globals. */
static void parses_one_line_after_another(void **state)
{
	struct options o;
	char *said;

	assert_int_equal(parse(&o, ARGS("-v", "--nonsense"), &said), -EINVAL);
	free(said);
	assert_false(good(ARGS(NULL)).verbose);
	assert_int_equal(good(ARGS("-q", "-o", "f")).quiet, true);
	assert_int_equal(good(ARGS("--ring-size", "4096")).ring_bytes, 4096);
}

#define SEE_HELP "; see oomtrace --help\n"

struct wrong {
	const char *args[MAX_ARGS];
	const char *says;
};

static void assert_wrong(const struct wrong *wrong, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct options o;
		char *said;

		if (parse(&o, wrong[i].args, &said) != -EINVAL)
			fail_msg("%s: not refused", wrong[i].args[0]);
		assert_string_equal(said, wrong[i].says);
		free(said);
	}
}

#define ASSERT_WRONG(cases) assert_wrong(cases, sizeof(cases) / sizeof((cases)[0]))

static void refuses_what_it_does_not_know(void **state)
{
	static const struct wrong cases[] = {
		{{"--nonsense"}, "oomtrace: unknown option '--nonsense'" SEE_HELP},
		{{"--nonsense=1"}, "oomtrace: unknown option '--nonsense=1'" SEE_HELP},
		{{"-x"}, "oomtrace: unknown option '-x'" SEE_HELP},
		{{"-v", "-x", "-q"}, "oomtrace: unknown option '-x'" SEE_HELP},
		{{"file", "-x"}, "oomtrace: unknown option '-x'" SEE_HELP},
		{{"--no"}, "oomtrace: unknown option '--no'" SEE_HELP}, /* -pin or -exec-cache */
		{{"file"}, "oomtrace: unknown command 'file'" SEE_HELP},
		{{""}, "oomtrace: unknown command ''" SEE_HELP},
		{{"-"}, "oomtrace: unknown command '-'" SEE_HELP},
		{{"-v", "run"},
		 "oomtrace: run has to come before all options: oomtrace run [OPTION]...\n"},
		{{"run", "run"}, "oomtrace: unexpected argument 'run'" SEE_HELP},
		{{"run", "unload"}, "oomtrace: unexpected argument 'unload'" SEE_HELP},
		{{"-v", "--", "-q"}, "oomtrace: unknown command '-q'" SEE_HELP},
	};

	ASSERT_WRONG(cases);
}

/* The letter is named wherever in its word it stands. */
static void names_an_unknown_letter_in_a_cluster(void **state)
{
	static const struct wrong cases[] = {
		{{"-vx"}, "oomtrace: unknown option '-x'" SEE_HELP},
		{{"-xv"}, "oomtrace: unknown option '-x'" SEE_HELP},
		{{"-v", "-xv"}, "oomtrace: unknown option '-x'" SEE_HELP},
		{{"-qxo", "f"}, "oomtrace: unknown option '-x'" SEE_HELP},
	};

	ASSERT_WRONG(cases);
}

static void refuses_missing_values(void **state)
{
	static const struct wrong cases[] = {
		{{"-o"}, "oomtrace: no value given for '-o'" SEE_HELP},
		{{"-qo"}, "oomtrace: no value given for '-qo'" SEE_HELP},
		{{"--output"}, "oomtrace: no value given for '--output'" SEE_HELP},
		{{"-q", "--format"}, "oomtrace: no value given for '--format'" SEE_HELP},
		{{"--btf"}, "oomtrace: no value given for '--btf'" SEE_HELP},
		{{"--profile"}, "oomtrace: no value given for '--profile'" SEE_HELP},
		{{"--ring-size"}, "oomtrace: no value given for '--ring-size'" SEE_HELP},
	};

	ASSERT_WRONG(cases);
}

static void refuses_wrong_values(void **state)
{
	static const struct wrong cases[] = {
		{{"--output="}, "oomtrace: --output: the name of FILE is empty\n"},
		{{"-o", "-"},
		 "oomtrace: --output: - is no file: leave it out for stdout, or give ./-\n"},
		{{"--format", "xml"}, "oomtrace: --format xml: must be text or json\n"},
		{{"--format", "JSON"}, "oomtrace: --format JSON: must be text or json\n"},
		{{"--format="}, "oomtrace: --format : must be text or json\n"},
		{{"--audit", "0"}, "oomtrace: --audit 0: must be a number from 1 to 86400\n"},
		{{"--audit", "86401"},
		 "oomtrace: --audit 86401: must be a number from 1 to 86400\n"},
		{{"--audit", "1s"}, "oomtrace: --audit 1s: must be a number from 1 to 86400\n"},
		{{"--sync", "always"},
		 "oomtrace: --sync always: must be event, interval or none\n"},
		{{"--max-size", "4294967296"},
		 "oomtrace: --max-size 4294967296: must be a number from 65536 to 4294967295\n"},
		{{"--max-size", "1"},
		 "oomtrace: --max-size 1: must be a number from 65536 to 4294967295\n"},
		{{"--max-files", "0"},
		 "oomtrace: --max-files 0: must be a number from 1 to 1000\n"},
		{{"--max-files", "1001"},
		 "oomtrace: --max-files 1001: must be a number from 1 to 1000\n"},
	};

	ASSERT_WRONG(cases);
}

static void reads_one_kernel_log(void **state)
{
	static const struct wrong cases[] = {
		{{"klog", "a", "b"},
		 "oomtrace: unexpected argument 'b'; see oomtrace klog --help\n"},
		{{"klog", "a", "--fallback", "klog"},
		 "oomtrace: --fallback is an option of run; not of klog; see oomtrace klog "
		 "--help\n"},
		{{"--fallback", "x"}, "oomtrace: --fallback x: must be klog\n"},
	};

	assert_int_equal(good(ARGS("klog")).command, COMMAND_KLOG);
	assert_int_equal(good(ARGS("show")).n_operands, 0);
	assert_int_equal(good(ARGS("show", "a", "-n", "3", "b")).n_operands, 2);
	assert_int_equal(good(ARGS("show", "a", "-n", "3", "b")).lines, 3);
	assert_null(good(ARGS("klog")).operand);
	assert_string_equal(good(ARGS("klog", "-")).operand, "-");
	assert_string_equal(good(ARGS("klog", "a", "--format", "text")).operand, "a");
	assert_int_equal(good(ARGS("--fallback=klog")).fallback, FALLBACK_KLOG);
	ASSERT_WRONG(cases);
}

static void replays_one_recording(void **state)
{
	static const struct wrong cases[] = {
		{{"replay"}, "oomtrace: replay: give the FILE of a recording\n"},
		{{"replay", "a", "b"},
		 "oomtrace: unexpected argument 'b'; see oomtrace replay --help\n"},
		{{"replay", "a", "--record", "b"},
		 "oomtrace: --record is an option of run; not of replay; see oomtrace replay "
		 "--help\n"},
		{{"replay", "a", "-q"},
		 "oomtrace: --quiet without --output FILE would record nothing\n"},
		{{"run", "replay"}, "oomtrace: unexpected argument 'replay'" SEE_HELP},
	};
	struct options o = good(ARGS("replay", "--format", "json", "a", "-o", "b"));

	assert_int_equal(o.command, COMMAND_REPLAY);
	assert_string_equal(o.operand, "a");
	assert_string_equal(o.output, "b");
	assert_int_equal(o.format, FORMAT_JSON);
	assert_string_equal(good(ARGS("--record", "r")).record, "r");
	ASSERT_WRONG(cases);
}

static void reports_on_several_files(void **state)
{
	static const struct wrong cases[] = {
		{{"report"}, "oomtrace: report: give the FILEs that oomtrace -o FILE wrote\n"},
		{{"report", "a", "-q"},
		 "oomtrace: --quiet is an option of run, klog, replay; not of report; see oomtrace "
		 "report "
		 "--help\n"},
	};
	struct options o = good(ARGS("report", "a", "-o", "page", "b", "c"));

	assert_int_equal(o.command, COMMAND_REPORT);
	assert_string_equal(o.output, "page");
	assert_int_equal(o.n_operands, 3);
	assert_string_equal(o.operands[0], "a");
	assert_string_equal(o.operands[2], "c");
	assert_int_equal(good(ARGS("replay", "a")).n_operands, 1);
	ASSERT_WRONG(cases);
}

static void refuses_what_is_not_the_commands(void **state)
{
	static const struct wrong cases[] = {
		{{"unload", "-o", "f"},
		 "oomtrace: --output is an option of run, report, doctor, klog, replay; not of "
		 "unload; see oomtrace unload "
		 "--help\n"},
		{{"unload", "-v"},
		 "oomtrace: --verbose is an option of run, doctor; not of unload; see oomtrace "
		 "unload "
		 "--help\n"},
		{{"unload", "x"},
		 "oomtrace: unexpected argument 'x'; see oomtrace unload --help\n"},
		{{"unload", "--nonsense"},
		 "oomtrace: unknown option '--nonsense'; see oomtrace unload --help\n"},
		{{"replay", "--pin-path"},
		 "oomtrace: no value given for '--pin-path'; see oomtrace replay --help\n"},
		{{"replay", "--sync", "none", "f"},
		 "oomtrace: --sync is an option of run; not of replay; see oomtrace replay "
		 "--help\n"},
	};

	ASSERT_WRONG(cases);
}

static void listens_at_an_address(void **state)
{
	static const struct wrong cases[] = {
		{{"--listen", "localhost:9642"},
		 "oomtrace: --listen localhost:9642: must be a port, or as 10.0.0.7:9642 or "
		 "[::1]:9642\n"},
	};

	assert_string_equal(good(ARGS("--listen", "9642")).listen, "9642");
	ASSERT_WRONG(cases);
}

static void finishes_only_what_it_is_told(void **state)
{
	static const struct wrong cases[] = {
		{{"--finish-group", "stop"},
		 "oomtrace: --finish-group stop: must be term or kill\n"},
		{{"--finish-enforce"},
		 "oomtrace: --finish-enforce needs --finish-group term or kill\n"},
		{{"--finish-match", "/a"},
		 "oomtrace: --finish-match needs --finish-group term or kill\n"},
		{{"--finish-group=kill", "--finish-enforce"},
		 "oomtrace: --finish-enforce needs --finish-match: '*' is every group\n"},
		{{"--finish-group=kill", "--finish-enforce", "--finish-match", "a", "--watch=4"},
		 "oomtrace: --finish-enforce needs --watch 5 or more, for managers to help "
		 "themselves\n"},
		{{"--finish-group=term", "--finish-grace", "3601"},
		 "oomtrace: --finish-grace 3601: must be a number from 0 to 3600\n"},
		{{"replay", "f", "--finish-group=kill"},
		 "oomtrace: --finish-group is an option of run; not of replay; see oomtrace replay "
		 "--help\n"},
	};
	struct options o = good(ARGS(NULL));

	assert_int_equal(o.finish.with, FINISH_NEVER);
	assert_int_equal(o.finish.grace_seconds, 30);
	o = good(ARGS("--finish-group", "term", "--watch", "0"));
	assert_int_equal(o.finish.with, FINISH_TERM);
	assert_false(o.finish.enforce);
	o = good(ARGS("--finish-group=kill", "--finish-enforce", "--finish-match", "/*",
		      "--finish-match", "ml/*"));
	assert_int_equal(o.finish.with, FINISH_KILL);
	assert_true(o.finish.enforce);
	assert_int_equal(o.finish.n_matches, 2);
	assert_string_equal(o.finish.matches[0], "/*");
	assert_string_equal(o.finish.matches[1], "ml/*");
	ASSERT_WRONG(cases);
}

static void takes_so_many_and_no_more(void **state)
{
	static const struct wrong cases[] = {
		{{"--finish-group=kill", "--finish-match=1", "--finish-match=2", "--finish-match=3",
		  "--finish-match=4", "--finish-match=5", "--finish-match=6", "--finish-match=7",
		  "--finish-match=8", "--finish-match=9"},
		 "oomtrace: --finish-match 9: is one more than the 8 there may be\n"},
	};

	ASSERT_WRONG(cases);
}

static void refuses_quiet_without_a_file(void **state)
{
	static const struct wrong cases[] = {
		{{"-q"}, "oomtrace: --quiet without --output FILE would record nothing\n"},
		{{"run", "--quiet", "-v"},
		 "oomtrace: --quiet without --output FILE would record nothing\n"},
	};

	ASSERT_WRONG(cases);
	assert_int_equal(good(ARGS("-q", "--version")).command, COMMAND_VERSION);
	assert_int_equal(good(ARGS("-q", "--help")).command, COMMAND_HELP);
}

static void takes_only_ring_sizes_that_a_kernel_takes(void **state)
{
	static const char *const out_of_range[] = {
		"0",
		"1",
		"2048",
		"2147483648",
		"18446744073709551616",
		"-1",
		"-4096",
		"+4096",
		" 4096",
		"4096 ",
		"",
		"x",
		"4096x",
		"4k",
		"0x1000",
		"1e6",
		"4096.0",
		"4294971392" /* 2^32 + 4096 */,
		"18446744073709547520" /* -4096 */,
	};
	static const char *const no_powers[] = {"4097", "5000", "12288", "1073741823"};
	char says[128];

	for (size_t i = 0; i < sizeof(out_of_range) / sizeof(out_of_range[0]); i++) {
		struct wrong wrong = {{"--ring-size", out_of_range[i]}, says};

		snprintf(says, sizeof(says),
			 "oomtrace: --ring-size %s: must be a number from 4096 to 1073741824\n",
			 out_of_range[i]);
		assert_wrong(&wrong, 1);
	}
	for (size_t i = 0; i < sizeof(no_powers) / sizeof(no_powers[0]); i++) {
		struct wrong wrong = {{"--ring-size", no_powers[i]}, says};

		snprintf(says, sizeof(says), "oomtrace: --ring-size %s: must be a power of two\n",
			 no_powers[i]);
		assert_wrong(&wrong, 1);
	}
	for (uint32_t bytes = 4096; bytes <= 1u << 30; bytes *= 2) {
		snprintf(says, sizeof(says), "%u", bytes);
		assert_int_equal(good(ARGS("--ring-size", says)).ring_bytes, bytes);
	}
}

static void takes_how_long_to_watch(void **state)
{
	const struct wrong wrong = {
		{"--watch", "3601"},
		"oomtrace: --watch 3601: must be a number from 0 to 3600\n",
	};

	assert_int_equal(good(ARGS("--ring-size", "4096")).watch_seconds, 30);
	assert_int_equal(good(ARGS("--watch", "0")).watch_seconds, 0);
	assert_int_equal(good(ARGS("--watch", "3600")).watch_seconds, 3600);
	assert_wrong(&wrong, 1);
}

static char *help(enum command about)
{
	size_t n;
	char *text;
	FILE *out = open_memstream(&text, &n);

	options__help(out, about);
	fclose(out);
	return text;
}

/* Each "  -o, --output FILE  append" is one that the command takes, with a value if it shows one.
 * Returns how many there are. */
static int check_help_options(const char *text, const char *command)
{
	int options = 0;

	for (const char *at = text; (at = strstr(at, " --")); at++) {
		size_t len = strcspn(at + 1, " ");
		char *name, *said;
		struct options o;

		if (at < text + 6 || at[-6] != '\n')
			continue;
		name = strndup(at + 1, len);
		options++;
		parse(&o, ARGS(command, name), &said);
		assert_null(strstr(said, "unknown option"));
		assert_null(strstr(said, "not of"));
		assert_int_equal(!!strstr(said, "no value given"), at[1 + len + 1] != ' ');
		free(said);
		free(name);
	}
	return options;
}

static void the_help_tells_the_truth(void **state)
{
	static const struct {
		const char *command;
		enum command about;
		const char *usage;
		int options;
	} cases[] = {
		{"run", COMMAND_RUN, "Usage: oomtrace [run] [OPTION]...\n", 30},
		{"replay", COMMAND_REPLAY, "Usage: oomtrace replay FILE [OPTION]...\n", 6},
		{"klog", COMMAND_KLOG, "Usage: oomtrace klog [FILE|-] [OPTION]...\n", 5},
		{"unload", COMMAND_UNLOAD, "Usage: oomtrace unload [OPTION]...\n", 3},
		{"doctor", COMMAND_DOCTOR, "Usage: oomtrace doctor [OPTION]...\n", 12},
		{"status", COMMAND_STATUS, "Usage: oomtrace status [OPTION]...\n", 5},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = help(cases[i].about);

		assert_int_equal(strncmp(text, cases[i].usage, strlen(cases[i].usage)), 0);
		assert_int_equal(check_help_options(text, cases[i].command), cases[i].options);
		free(text);
	}
}

static void the_help_has_every_command(void **state)
{
	char *text = help(COMMAND_RUN);

	assert_non_null(strstr(text, "       oomtrace COMMAND [ARGUMENT]... [OPTION]...\n"));
	assert_non_null(strstr(text, "\n  replay FILE               print the records"));
	assert_non_null(strstr(text, "\n  unload                    remove hooks"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_defaults),
		cmocka_unit_test(knows_commands),
		cmocka_unit_test(takes_several_at_once),
		cmocka_unit_test(takes_what_explain_is_asked),
		cmocka_unit_test(takes_values_as_they_are),
		cmocka_unit_test(the_last_one_counts),
		cmocka_unit_test(parses_one_line_after_another),
		cmocka_unit_test(refuses_what_it_does_not_know),
		cmocka_unit_test(names_an_unknown_letter_in_a_cluster),
		cmocka_unit_test(refuses_missing_values),
		cmocka_unit_test(refuses_wrong_values),
		cmocka_unit_test(reads_one_kernel_log),
		cmocka_unit_test(replays_one_recording),
		cmocka_unit_test(reports_on_several_files),
		cmocka_unit_test(refuses_what_is_not_the_commands),
		cmocka_unit_test(listens_at_an_address),
		cmocka_unit_test(finishes_only_what_it_is_told),
		cmocka_unit_test(takes_so_many_and_no_more),
		cmocka_unit_test(refuses_quiet_without_a_file),
		cmocka_unit_test(takes_only_ring_sizes_that_a_kernel_takes),
		cmocka_unit_test(takes_how_long_to_watch),
		cmocka_unit_test(the_help_tells_the_truth),
		cmocka_unit_test(the_help_has_every_command),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
