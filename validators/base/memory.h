/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * memory.h -- allocation for processes that live for one snapshot: running
 * out is a fault, and a growing array knows its maximum.
 */
#pragma once

#include <stddef.h>

/* malloc, calloc and realloc of arrays that die instead of failing. */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xreallocarray(void *old, size_t count, size_t size);
char *xstrdup(const char *text);

/*
 * Makes room for one more row of SIZE octets in an array of COUNT rows whose
 * capacity is *CAPACITY; returns the array, perhaps moved.  Dies beyond MOST
 * rows.  For use as rows = grow(rows, n, &capacity, MOST, sizeof(*rows)).
 */
void *grow(void *rows, size_t count, size_t *capacity, size_t most,
    size_t size);

/* An arena: chunks that are freed together. */
struct arena {
	struct arena_chunk *chunks;
};

/* Returns SIZE octets aligned to 8, not cleared; they live until
 * arena_release(). */
void *arena_alloc(struct arena *arena, size_t size);
/* Copies SIZE octets into the arena, unaligned and packed. */
void *arena_copy(struct arena *arena, const void *from, size_t size);
void arena_release(struct arena *arena);
