// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* See command.h. */
#include <string.h>

#include "profile/command.h"

bool command__next(struct text *words, struct text *word)
{
	if (!words->len)
		return false;
	*word = (struct text){words->at, strnlen(words->at, words->len)};
	words->at += word->len;
	words->len -= word->len;
	if (words->len) { /* the last one has lost its NUL if the arguments were cut */
		words->at++;
		words->len--;
	}
	return true;
}

static struct text without_directory(struct text path)
{
	const char *slash = path.len ? memrchr(path.at, '/', path.len) : NULL;

	if (!slash)
		return path;
	return (struct text){slash + 1, path.at + path.len - (slash + 1)};
}

static bool begins_with(struct text text, const char *start)
{
	size_t len = strlen(start);

	return text.len >= len && !memcmp(text.at, start, len);
}

/* python3.13t, pypy3 */
static bool is_python(struct text name)
{
	return begins_with(name, "python") || begins_with(name, "pypy");
}

/* The value of a short option: the rest of its word, or the next word. */
static struct text value_of(struct text word, size_t letter, struct text *words)
{
	struct text value = {word.at + letter + 1, word.len - letter - 1};

	if (!value.len)
		command__next(words, &value);
	return value;
}

/*
 * A word of options, "-u", "-Im", "-Xdev". Returns true if it says what to run, which *found gets:
 * -c and -m end the options, -Q, -W and -X have a value (CPython's Python/getopt.c).
 */
static bool take_options(struct text word, struct text *words, struct text *found)
{
	if (begins_with(word, "--check-hash-based-pycs"))
		command__next(words, found);
	if (begins_with(word, "--"))
		return false;
	for (size_t i = 1; i < word.len; i++) {
		if (memchr("cm", word.at[i], 2)) {
			*found = value_of(word, i, words);
			return true;
		}
		if (memchr("QWX", word.at[i], 3)) {
			value_of(word, i, words);
			return false;
		}
	}
	return false;
}

/* words: the arguments after the interpreter. False: they name nothing to run. */
static bool parse_python(struct command *c, struct text words)
{
	struct text word, found;

	while (command__next(&words, &word)) {
		bool option = word.len > 1 && word.at[0] == '-';
		bool runs = option && take_options(word, &words, &found);

		if (option && !runs)
			continue;
		c->path = option ? found : word;
		c->program = option ? found : without_directory(word);
		c->arguments = words;
		return true;
	}
	return false;
}

struct command command__parse(const struct process *p)
{
	struct text words = {p->args, p->args_bytes};
	struct text executable = {p->executable, strnlen(p->executable, REC_NAME_BYTES)};
	struct command c = {0};

	if (!command__next(&words, &c.path))
		return c;
	c.program = without_directory(c.path);
	c.arguments = words;
	if (is_python(c.program) || is_python(executable))
		parse_python(&c, words);
	return c;
}
