// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Files of profiles: what they add and replace, and the one line that each bad one is answered
 * with. */
#include <errno.h>
#include <stdio.h>

#include "profile/profile.h"
#include "sandbox.h"

#define FILE_NAME "profiles.json"

static char why[512];

static int read_text(struct profiles *profiles, const char *text, size_t len)
{
	int err;

	put_text(FILE_NAME, text, len);
	err = profiles__read(profiles, FILE_NAME, why, sizeof(why));
	assert_int_equal(remove(FILE_NAME), 0);
	return err;
}

static void add(struct profiles *profiles, const char *text)
{
	if (read_text(profiles, text, strlen(text)))
		fail_msg("%s", why);
}

static struct profiles *with(const char *text)
{
	struct profiles *profiles = profiles__new();

	assert_non_null(profiles);
	add(profiles, text);
	return profiles;
}

/* args: | for NUL */
static struct hint hint_of(const struct profiles *profiles, const char *args, const char *title)
{
	struct process p = {.executable = "python3.11", .args_bytes = strlen(args)};

	for (size_t i = 0; i < p.args_bytes; i++)
		p.args[i] = args[i] == '|' ? '\0' : args[i];
	snprintf(p.title, sizeof(p.title), "%s", title);
	return profiles__hint(profiles, &p, NULL);
}

/* As in the README. */
static void adds_frameworks(void **state)
{
	struct profiles *p = with("{\"frameworks\": [{"
				  "  \"name\": \"image service\", \"like\": \"Aqueduct\","
				  "  \"advice\": \"Page the image team.\","
				  "  \"rules\": ["
				  "    {\"program\": \"serve.py\", \"role\": \"manager\"},"
				  "    {\"title\": \"image: <step *>\", \"role\": \"worker\","
				  "     \"passing\": true},"
				  "    {\"program\": \"warm.py\", \"argument\": \"--gpu\","
				  "     \"label\": \"warmer\", \"role\": \"helper\", \"forks\": "
				  "\"sub_worker\", \"launched\": true}]}]}");
	struct hint hint = hint_of(p, "python|/srv/serve.py|", "");

	assert_string_equal(hint.framework->name, "image service");
	assert_string_equal(hint.framework->messages[0].pattern,
			    "The process {pid} for {name} handler is dead");
	assert_string_equal(hint.framework->advice, "Page the image team.");
	assert_non_null(strstr(hint.framework->reaction, "SocketFlow"));
	assert_int_equal(hint.role, ROLE_MANAGER);
	assert_false(hint.launched || hint.passing);

	hint = hint_of(p, "python|/srv/serve.py|", "image: step 3");
	assert_int_equal(hint.role, ROLE_WORKER);
	assert_string_equal(hint.label, "step 3");
	assert_true(hint.passing);

	hint = hint_of(p, "python|warm.py|-x|--gpu|", "");
	assert_int_equal(hint.role, ROLE_HELPER);
	assert_string_equal(hint.label, "warmer");
	assert_true(hint.launched);
	assert_null(hint_of(p, "python|warm.py|-x|", "").framework);
	assert_string_equal(hint_of(p, "python|gunicorn|", "").framework->name, "gunicorn");
	profiles__free(p);
}

static void replaces_frameworks(void **state)
{
	struct profiles *p = with(
		"{\"frameworks\": [{\"name\": \"gunicorn\", \"like\": \"gunicorn\","
		"\"reaction\": \"Ours.\", \"message\": \"gone: {pid}\", \"rules\": [{\"program\": "
		"\"gu\"}]}]}");
	struct hint hint = hint_of(p, "python|gu|", "");

	assert_string_equal(hint.framework->reaction, "Ours.");
	assert_string_equal(hint.framework->messages[0].pattern, "gone: {pid}");
	assert_null(hint.framework->messages[1].pattern);
	assert_non_null(strstr(hint.framework->advice, "--preload"));
	assert_null(hint_of(p, "python|gunicorn|", "").framework);

	add(p, "{\"frameworks\": [{\"name\": \"ours\", \"like\": \"gunicorn\","
	       "\"rules\": [{\"program\": \"gu\"}]}]}");
	hint = hint_of(p, "python|gu|", "");
	assert_string_equal(hint.framework->name, "ours");
	assert_string_equal(hint.framework->reaction, "Ours.");
	profiles__free(p);
}

static void adds_boundaries(void **state)
{
	struct profiles *p = with("{\"boundaries\": [{\"program\": \"jupyter-lab\"}]}");

	assert_true(hint_of(p, "python|/usr/bin/jupyter-lab|", "").boundary);
	assert_false(hint_of(p, "python|jupyter|", "").boundary);
	profiles__free(p);
}

static void a_bad_file_changes_nothing(void **state)
{
	static const char bad[] = "{\"frameworks\": [{\"name\": \"gunicorn\", \"reaction\": \"x\","
				  "\"rules\": [{\"program\": \"gu\"}]}, {}]}";
	struct profiles *p = profiles__new();

	assert_int_equal(read_text(p, bad, strlen(bad)), -EINVAL);
	assert_null(hint_of(p, "python|gu|", "").framework);
	assert_string_equal(hint_of(p, "python|gunicorn|", "").framework->name, "gunicorn");
	profiles__free(p);
}

static void assert_refused(const char *text, size_t len, const char *says)
{
	struct profiles *p = profiles__new();
	int err = read_text(p, text, len);

	if (!err)
		fail_msg("%.60s: not refused", text);
	if (strncmp(why, FILE_NAME ": ", 15) || !strstr(why + 15, says))
		fail_msg("%.60s: \"%s\", not \"%s\"", text, why, says);
	profiles__free(p);
}

#define FRAMEWORK(members) "{\"frameworks\": [" members "]}"
#define NAMED(members)	   FRAMEWORK("{\"name\": \"n\", \"reaction\": \"r\", " members "}")
#define RULE(members)	   NAMED("\"rules\": [{" members "}]")

static void says_what_is_wrong_and_where(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"", "line 1, column 0: '[' or '{' expected near end of file"},
		{"{\n\"frameworks\": [}\n", "line 2, column 16: unexpected token near '}'"},
		{"{\"boundaries\": [], \"boundaries\": []}", "duplicate object key"},
		{"{} {}", "end of file expected"},
		{"[]", "must be an object with frameworks or boundaries"},
		{"{}", "has neither frameworks nor boundaries"},
		{"{\"framework\": []}",
		 "framework: is not known; known are frameworks, boundaries"},
		{"{\"frameworks\": {}}", "frameworks: must be an array"},
		{FRAMEWORK("1"), "frameworks[0]: must be an object"},
		{FRAMEWORK("{}"), "frameworks[0].name: is missing"},
		{FRAMEWORK("{\"name\": 1}"), "frameworks[0].name: must be a string"},
		{FRAMEWORK("{\"name\": \"\"}"), "frameworks[0].name: is empty"},
		{FRAMEWORK("{\"name\": \"n\"}"),
		 "frameworks[0].reaction: is missing; give it, or like"},
		{FRAMEWORK("{\"name\": \"n\", \"like\": \"Gunicorn\"}"),
		 "frameworks[0].like: must be the name of a framework that is known"},
		{FRAMEWORK("{\"name\": \"n\", \"like\": null}"), "frameworks[0].like: must be"},
		{NAMED("\"massage\": \"x\""),
		 "frameworks[0].massage: is not known; known are name, like, reaction, message, "
		 "advice, rules"},
		{NAMED("\"message\": null"), "frameworks[0].message: must be a string"},
		{NAMED("\"message\": \"{pid}\""), "frameworks[0].message: must begin with 4 bytes"},
		{NAMED("\"message\": \"gone {pif}\""), "frameworks[0].message: has a {"},
		{NAMED("\"advice\": \"\""), "frameworks[0].advice: is empty; leave it out"},
		{FRAMEWORK("{\"name\": \"n\", \"reaction\": \"r\"}"),
		 "frameworks[0].rules: must be an array with at least one rule"},
		{NAMED("\"rules\": []"), "frameworks[0].rules: must be an array"},
		{NAMED("\"rules\": {\"title\": \"x\"}"), "frameworks[0].rules: must be an array"},
		{NAMED("\"rules\": [{\"title\": \"x\"}, 1]"),
		 "frameworks[0].rules[1]: must be an object"},
		{RULE(""), "frameworks[0].rules[0]: matches everything; give one of executable,"},
		{RULE("\"role\": \"worker\""), "frameworks[0].rules[0]: matches everything"},
		{RULE("\"argv\": \"x\""),
		 "frameworks[0].rules[0].argv: is not known; known are executable, program,"},
		{RULE("\"title\": 1"), "frameworks[0].rules[0].title: must be a string"},
		{RULE("\"title\": \"<*>\""), "rules[0].title: matches everything"},
		{RULE("\"title\": \"a<\""), "rules[0].title: the label has no end"},
		{RULE("\"title\": \"a\\\\b\""), "rules[0].title: \\ stands before"},
		{RULE("\"comm\": \"gunicorn: worker\""),
		 "rules[0].comm: no comm has more than 15 bytes; cut it there"},
		{RULE("\"title\": \"<a>\", \"program\": \"<b>\""),
		 "rules[0]: has more than one label"},
		{RULE("\"title\": \"<a>\", \"label\": \"b\""), "rules[0]: has more than one label"},
		{RULE("\"title\": \"a\", \"role\": \"boss\""),
		 "rules[0].role: must be manager, worker, sub_worker or helper"},
		{RULE("\"title\": \"a\", \"role\": 2"), "rules[0].role: must be manager"},
		{RULE("\"program\": \"a\", \"forks\": \"single\""), "rules[0].forks: must be"},
		{RULE("\"program\": \"a\", \"launched\": 1"), "launched: must be true or false"},
		{RULE("\"program\": \"a\", \"passing\": 1"), "passing: must be true or false"},
		{RULE("\"title\": \"a\", \"launched\": true"), "rules[0]: launched and forks"},
		{RULE("\"comm\": \"a\", \"forks\": \"worker\""), "rules[0]: launched and forks"},
		{"{\"frameworks\": [{\"name\": \"n\", \"reaction\": \"r\", \"rules\": [{\"title\": "
		 "\"a\"}]}, {\"name\": \"n\", \"reaction\": \"r\"}]}",
		 "frameworks[1].name: is frameworks[0]'s already"},
		{"{\"boundaries\": []}", "boundaries: must be an array with at least one rule"},
		{"{\"boundaries\": [{\"executable\": \"x\"}, {\"title\": \"x\"}]}",
		 "boundaries[1].title: is not known here; known are executable, program,"},
		{"{\"boundaries\": [{\"executable\": \"x\", \"role\": \"worker\"}]}",
		 "boundaries[0].role: is not known here"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_refused(cases[i].text, strlen(cases[i].text), cases[i].says);
}

static void refuses_hostile_files(void **state)
{
	static const char nul[] = "{\"boundaries\": [{\"program\": \"a\0b\"}]}";
	static const char escaped[] = "{\"boundaries\": [{\"program\": \"a\\u0000b\"}]}";
	static const char latin[] = "{\"boundaries\": [{\"program\": \"\xe4\"}]}";
	static const char surrogate[] = "{\"boundaries\": [{\"program\": \"\\ud800\"}]}";
	static char large[70000];

	assert_refused(nul, sizeof(nul) - 1, "line 1, column ");
	assert_refused(escaped, sizeof(escaped) - 1, "\\u0000 is not allowed");
	assert_refused(latin, sizeof(latin) - 1, "unable to decode byte 0xe4");
	assert_refused(surrogate, sizeof(surrogate) - 1, "invalid Unicode '\\uD800'");
	memset(large, '[', sizeof(large));
	assert_refused(large, 65536, "maximum parsing depth reached");
	memset(large, ' ', sizeof(large));
	assert_refused(large, 65536, "expected near end of file");
	assert_refused(large, 65537, "is longer than 65536 bytes");
}

static void refuses_texts_that_are_too_long(void **state)
{
	static const struct {
		const char *before;
		size_t longest;
		const char *after, *says;
	} cases[] = {
		{"{\"frameworks\": [{\"name\": \"", 63,
		 "\", \"reaction\": \"r\", \"rules\": [{\"title\": \"t\"}]}]}",
		 "frameworks[0].name: is longer than 63 bytes"},
		{"{\"frameworks\": [{\"name\": \"n\", \"reaction\": \"", 511,
		 "\", \"rules\": [{\"title\": \"t\"}]}]}",
		 "frameworks[0].reaction: is longer than 511 bytes"},
		{"{\"boundaries\": [{\"program\": \"", 255, "\"}]}",
		 "boundaries[0].program: is longer than 255 bytes"},
		{"{\"frameworks\": [{\"name\": \"n\", \"reaction\": \"r\", \"rules\": [{\"title\": "
		 "\"t\", \"label\": \"",
		 63, "\"}]}]}", "rules[0].label: is longer than 63 bytes"},
	};
	char longest[512], text[1024];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(longest, 'x', sizeof(longest));
		longest[cases[i].longest] = '\0';
		snprintf(text, sizeof(text), "%s%s%s", cases[i].before, longest, cases[i].after);
		profiles__free(with(text));
		snprintf(text, sizeof(text), "%sx%s%s", cases[i].before, longest, cases[i].after);
		assert_refused(text, strlen(text), cases[i].says);
	}
}

/* A key that clears the screen, one that is invalid as a name, and a short buffer for all that. */
static void its_errors_are_safe_to_print(void **state)
{
	static const char text[] = "{\"\\u001b[2J\\u202e\": []}";
	struct profiles *p = profiles__new();
	char small[24];

	assert_int_equal(read_text(p, text, strlen(text)), -EINVAL);
	assert_string_equal(why, FILE_NAME ": ?[2J???: is not known; known are frameworks, "
					   "boundaries");
	put_text(FILE_NAME, text, strlen(text));
	assert_int_equal(profiles__read(p, FILE_NAME, small, sizeof(small)), -EINVAL);
	assert_string_equal(small, FILE_NAME ": ?[2J???:");
	profiles__free(p);
}

static void says_why_it_cannot_read(void **state)
{
	struct profiles *p = profiles__new();

	assert_int_equal(profiles__read(p, "nowhere", why, sizeof(why)), -ENOENT);
	assert_string_equal(why, "nowhere: No such file or directory");
	assert_int_equal(profiles__read(p, ".", why, sizeof(why)), -EISDIR);
	assert_string_equal(why, ".: Is a directory");
	assert_int_equal(profiles__read(p, "/dev/zero", why, sizeof(why)), -EFBIG);
	profiles__free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_sandbox(adds_frameworks),
		in_sandbox(replaces_frameworks),
		in_sandbox(adds_boundaries),
		in_sandbox(a_bad_file_changes_nothing),
		in_sandbox(says_what_is_wrong_and_where),
		in_sandbox(refuses_hostile_files),
		in_sandbox(refuses_texts_that_are_too_long),
		in_sandbox(its_errors_are_safe_to_print),
		in_sandbox(says_why_it_cannot_read),
	};

	return cmocka_run_group_tests_name("profile_file", tests, NULL, NULL);
}
