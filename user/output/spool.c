// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Lines that wait; see spool.h. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "output/spool.h"

/* Stands before each line, at any address. */
struct entry {
	uint32_t len;
	uint32_t victims;
};

_Static_assert(sizeof(struct entry) == SPOOL_ENTRY_BYTES, "what a line takes beside itself");

int spool__open(struct spool *s, size_t room_bytes)
{
	*s = (struct spool){.room_bytes = room_bytes};
	if (room_bytes > UINT32_MAX)
		return -EINVAL;
	s->room = mmap(NULL, room_bytes, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (s->room != MAP_FAILED)
		return 0;
	s->room = NULL;
	return -errno;
}

void spool__close(struct spool *s)
{
	if (s->room)
		munmap(s->room, s->room_bytes);
	*s = (struct spool){0};
}

static struct entry oldest(const struct spool *s)
{
	struct entry e;

	memcpy(&e, s->room + s->next, sizeof(e));
	return e;
}

/* Moves the lines to the front of the room, so that what is free is in one piece. */
static void pack(struct spool *s)
{
	memmove(s->room, s->room + s->first, s->end - s->first);
	s->next -= s->first;
	s->end -= s->first;
	s->first = 0;
}

int spool__push(struct spool *s, const char *line, size_t len, uint32_t victims)
{
	struct entry e = {.len = len, .victims = victims};
	size_t free_bytes = s->room_bytes - (s->end - s->first);

	if (free_bytes < sizeof(e) || len > free_bytes - sizeof(e))
		return -ENOBUFS;
	if (s->room_bytes - s->end < sizeof(e) + len)
		pack(s);
	memcpy(s->room + s->end, &e, sizeof(e));
	memcpy(s->room + s->end + sizeof(e), line, len);
	s->end += sizeof(e) + len;
	s->lines++;
	s->victims += victims;
	return 0;
}

bool spool__is_half_full(const struct spool *s)
{
	return s->end - s->first > s->room_bytes / 2;
}

const char *spool__rest(const struct spool *s, size_t *len)
{
	if (!s->lines)
		return NULL;
	*len = oldest(s).len - s->sent;
	return s->room + s->next + sizeof(struct entry) + s->sent;
}

bool spool__advance(struct spool *s, size_t n)
{
	s->sent += n;
	return s->sent == oldest(s).len;
}

void spool__rewind(struct spool *s)
{
	s->sent = 0;
}

void spool__keep(struct spool *s)
{
	struct entry e = oldest(s);

	s->next += sizeof(e) + e.len;
	s->sent = 0;
	s->lines--;
	s->victims -= e.victims;
	s->kept++;
	s->kept_victims += e.victims;
}

size_t spool__kept_bytes(const struct spool *s)
{
	return s->next - s->first - s->kept * sizeof(struct entry);
}

static void keep_none(struct spool *s)
{
	s->kept = 0;
	s->kept_victims = 0;
}

void spool__release(struct spool *s)
{
	keep_none(s);
	if (!s->lines)
		s->next = s->end = 0;
	s->first = s->next;
}

void spool__return(struct spool *s)
{
	s->next = s->first;
	s->sent = 0;
	s->lines += s->kept;
	s->victims += s->kept_victims;
	keep_none(s);
}

void spool__pop(struct spool *s)
{
	spool__keep(s);
	spool__release(s);
}
