/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"

Test(memory, an_arena_aligns_what_it_hands_out)
{
	struct arena arena = {NULL};

	for (size_t size = 1; size < 100; size++) {
		void *at = arena_alloc(&arena, size);

		cr_assert_eq((uintptr_t)at % 8, 0);
		memset(at, 1, size);
	}
	arena_release(&arena);
	cr_assert_null(arena.chunks);
}

Test(memory, an_arena_packs_copies)
{
	struct arena arena = {NULL};
	char *a = arena_copy(&arena, "abc", 3), *b = arena_copy(&arena, "d", 1);

	cr_assert_eq(b, a + 3);
	cr_assert_arr_eq(a, "abcd", 4);
	arena_release(&arena);
}

Test(memory, an_arena_takes_more_than_a_chunk)
{
	struct arena arena = {NULL};
	size_t size = (size_t)5 << 20;

	memset(arena_alloc(&arena, size), 1, size);
	memset(arena_alloc(&arena, 10), 2, 10);
	arena_release(&arena);
}

Test(memory, a_growing_array_ends_at_its_maximum, .exit_code = EXIT_FAULT)
{
	size_t capacity = 0;
	int *rows = NULL;

	for (size_t n = 0;; n++) {
		rows = grow(rows, n, &capacity, 1000, sizeof(*rows));
		cr_assert_leq(capacity, 1000);
		rows[n] = 1;
	}
}
