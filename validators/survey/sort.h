/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sort.h -- merge sort of row numbers by a number, ties by a callback.
 *
 * qsort(3) is not used: the zone's author chooses the order of its input, and
 * glibc's asks the system how much memory there is, which a confined process
 * may not do.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct sort_item {
	uint64_t key;
	uint32_t row;
	uint32_t zero;
};

/* Less than, equal to or greater than zero, as strcmp(3). */
typedef int sort_tie(const void *context, uint32_t a, uint32_t b);

/*
 * Sorts the N ITEMS by key, items with one key by TIE; stable.  SCRATCH has
 * room for N items.
 */
void sort_items(struct sort_item *items, struct sort_item *scratch, size_t n,
    sort_tie *tie, const void *context);
