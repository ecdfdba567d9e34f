// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A file of metrics, which anybody may have changed, into counters; and what is written of these. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "metrics/carry.h"
#include "metrics/exposition.h"
#include "promises.h"

#define MOST_BYTES (1 << 20)

static struct metrics metrics;

/* The metrics as text, to be freed. */
static char *write_out(size_t *bytes)
{
	static const struct kernel_facts facts;
	static const struct rec_ledger books;
	static const struct ledger ledger;
	const struct exposition x = {
		.metrics = &metrics, .facts = &facts, .books = &books, .ledger = &ledger};
	int fd = memfd_create("metrics", MFD_CLOEXEC);
	char *text = calloc(1, MOST_BYTES);

	promise(!exposition__write(&x, fd));
	*bytes = pread(fd, text, MOST_BYTES - 1, 0);
	close(fd);
	return text;
}

static char *write_and_read_back(const struct node *node, size_t *bytes)
{
	char *text = write_out(bytes), *read = strdup(text);

	metrics__init(&metrics, node);
	promise(!carry__read(&metrics, read, *bytes));
	free(read);
	return text;
}

/*
 * What is written is read back without a loss. Places are numbered as the text tells of them first,
 * family by family: so the first round may order them anew, and no later one does.
 */
static void promise_stable(const struct node *node)
{
	size_t bytes[3];
	char *text[3];

	for (int i = 0; i < 3; i++)
		text[i] = write_and_read_back(node, &bytes[i]);
	promise(bytes[0] == bytes[1] && bytes[1] == bytes[2]);
	promise(!memcmp(text[1], text[2], bytes[1]));
	for (int i = 0; i < 3; i++)
		free(text[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct node node = {.uts.release = "6.12.9"};
	char *text = calloc(1, size + 1);

	memcpy(text, data, size);
	metrics__init(&metrics, &node);
	if (!carry__read(&metrics, text, size))
		promise_stable(&node);
	free(text);
	return 0;
}
