/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sort.c -- see sort.h. */
#include "survey/sort.h"

#include <stdbool.h>
#include <string.h>

/* Below this, moving items beats merging them. */
#define FEW 12

struct order {
	sort_tie *tie;
	const void *context;
};

static bool
is_after(const struct order *order, const struct sort_item *a,
    const struct sort_item *b)
{
	if (a->key != b->key) {
		return a->key > b->key;
	}
	return order->tie(order->context, a->row, b->row) > 0;
}

static void
sort_few(const struct order *order, struct sort_item *items, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct sort_item item = items[i];
		size_t to = i;

		while (to > 0 && is_after(order, &items[to - 1], &item)) {
			items[to] = items[to - 1];
			to--;
		}
		items[to] = item;
	}
}

/* Merges two sorted neighbours, FROM[0..half) and FROM[half..n), into TO. */
static void
merge(const struct order *order, const struct sort_item *from, size_t half,
    size_t n, struct sort_item *to)
{
	size_t left = 0;
	size_t right = half;

	for (size_t i = 0; i < n; i++) {
		bool take_right =
		    left == half ||
		    (right < n && is_after(order, &from[left], &from[right]));

		to[i] = take_right ? from[right++] : from[left++];
	}
}

/* Recursion is as deep as the logarithm of N. */
static void
sort_many(const struct order *order, struct sort_item *items,
    struct sort_item *scratch, size_t n)
{
	if (n <= FEW) {
		sort_few(order, items, n);
		return;
	}
	size_t half = n / 2;

	sort_many(order, items, scratch, half);
	sort_many(order, items + half, scratch + half, n - half);
	/* Signers write names nearly in order: most halves already meet. */
	if (!is_after(order, &items[half - 1], &items[half])) {
		return;
	}
	memcpy(scratch, items, n * sizeof(*items));
	merge(order, scratch, half, n, items);
}

void
sort_items(struct sort_item *items, struct sort_item *scratch, size_t n,
    sort_tie *tie, const void *context)
{
	struct order order = {.tie = tie, .context = context};

	sort_many(&order, items, scratch, n);
}
