/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"

#define CHUNK_OCTETS ((size_t)1 << 20)

struct arena_chunk {
	struct arena_chunk *next;
	size_t used;
	size_t size;
	_Alignas(8) unsigned char octets[];
};

void *
xmalloc(size_t size)
{
	void *memory = malloc(size == 0 ? 1 : size);

	if (memory == NULL) {
		die("out of memory (%zu octets)", size);
	}
	return memory;
}

void *
xcalloc(size_t count, size_t size)
{
	void *memory = calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);

	if (memory == NULL) {
		die("out of memory (%zu times %zu octets)", count, size);
	}
	return memory;
}

void *
xreallocarray(void *old, size_t count, size_t size)
{
	void *memory = reallocarray(old, count == 0 ? 1 : count, size);

	if (memory == NULL) {
		die("out of memory (%zu times %zu octets)", count, size);
	}
	return memory;
}

char *
xstrdup(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(xmalloc(size), text, size);
}

void *
grow(void *rows, size_t count, size_t *capacity, size_t most, size_t size)
{
	if (count < *capacity) {
		return rows;
	}
	if (count >= most) {
		die("limit reached: %zu rows", most);
	}
	size_t wanted = *capacity == 0 ? 64 : *capacity + *capacity / 2;

	*capacity = wanted > most ? most : wanted;
	return xreallocarray(rows, *capacity, size);
}

static void *
take(struct arena *arena, size_t size, size_t align)
{
	struct arena_chunk *chunk = arena->chunks;

	if (chunk != NULL) {
		size_t start = (chunk->used + align - 1) & ~(align - 1);

		if (start <= chunk->size && size <= chunk->size - start) {
			chunk->used = start + size;
			return chunk->octets + start;
		}
	}
	size_t capacity = size > CHUNK_OCTETS ? size : CHUNK_OCTETS;

	assert(capacity <= SIZE_MAX - sizeof(*chunk));
	chunk = xmalloc(sizeof(*chunk) + capacity);
	chunk->next = arena->chunks;
	chunk->used = size;
	chunk->size = capacity;
	arena->chunks = chunk;
	return chunk->octets;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	return take(arena, size, 8);
}

void *
arena_copy(struct arena *arena, const void *from, size_t size)
{
	return memcpy(take(arena, size, 1), from, size);
}

void
arena_release(struct arena *arena)
{
	while (arena->chunks != NULL) {
		struct arena_chunk *next = arena->chunks->next;

		free(arena->chunks);
		arena->chunks = next;
	}
}
