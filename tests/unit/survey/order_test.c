/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "survey/order.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "contract/name.h"
#include "survey/sort.h"

enum { MANY = 5000 };

/* RFC 4034 6.1, and octets that end labels in a key. */
static const char *const in_order[] = {"example.", "a.example.",
    "yljkjljk.a.example.", "z.a.example.", "zabc.a.example.", "z.example.",
    "\\000.z.example.", "\\000\\000.z.example.", "\\000\\001.z.example.",
    "\\001.z.example.", "\\001\\000.z.example.", "\\002.z.example.",
    "*.z.example.", "\\200.z.example.", "\\200\\200.z.example.", "examplea."};

enum { N_NAMES = sizeof(in_order) / sizeof(in_order[0]) };

static uint8_t names[N_NAMES][LIMIT_NAME_OCTETS];

/* Run I has name order[i]. */
static struct raw_zone
runs_of(const unsigned *order, unsigned n)
{
	struct raw_zone raw = {
	    .runs = calloc(n, sizeof(*raw.runs)),
	    .n_runs = n,
	};

	for (unsigned i = 0; i < n; i++) {
		size_t length =
		    name_from_text(in_order[order[i]], names[order[i]]);

		cr_assert_neq(length, 0);
		raw.runs[i].owner = names[order[i]];
		raw.runs[i].owner_length = (uint32_t)length;
	}
	return raw;
}

Test(order, owners_come_in_canonical_order)
{
	unsigned order[N_NAMES];
	uint32_t owner_of[N_NAMES], first_run[N_NAMES];

	for (unsigned i = 0; i < N_NAMES; i++) {
		order[i] = (i * 7 + 3) % N_NAMES;
	}
	struct raw_zone raw = runs_of(order, N_NAMES);
	uint32_t n_owners = order_owners(&raw, owner_of, first_run);

	free(raw.runs);
	cr_assert_eq(n_owners, N_NAMES);
	for (unsigned i = 0; i < N_NAMES; i++) {
		cr_expect_eq(owner_of[i], order[i], "%s has rank %u",
		    in_order[order[i]], owner_of[i]);
		cr_expect_eq(order[first_run[i]], i);
	}
}

Test(order, runs_with_one_name_are_one_owner)
{
	static const unsigned order[] = {2, 0, 2, 1, 0, 2};
	uint32_t owner_of[6], first_run[6];
	struct raw_zone raw = runs_of(order, 6);
	uint32_t n_owners = order_owners(&raw, owner_of, first_run);

	free(raw.runs);
	cr_assert_eq(n_owners, 3);
	for (unsigned i = 0; i < 6; i++) {
		cr_expect_eq(owner_of[i], order[i]);
	}
}

static int
by_row(const void *context, uint32_t a, uint32_t b)
{
	(void)context;
	return (a > b) - (a < b);
}

static void
expect_sorted(uint64_t modulus)
{
	static struct sort_item items[MANY], scratch[MANY];
	uint64_t key = 1;

	for (uint32_t i = 0; i < MANY; i++) {
		key = key * 6364136223846793005U + 1442695040888963407U;
		items[i].key = (key >> 33) % modulus;
		items[i].row = (i * 17) % MANY;
	}
	sort_items(items, scratch, MANY, by_row, NULL);
	for (uint32_t i = 1; i < MANY; i++) {
		cr_assert(items[i - 1].key < items[i].key ||
		          (items[i - 1].key == items[i].key &&
		              items[i - 1].row <= items[i].row));
	}
}

Test(sort, many_items_are_sorted)
{
	expect_sorted(UINT64_MAX);
	expect_sorted(10);
	expect_sorted(1);
}
