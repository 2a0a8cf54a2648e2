/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * order.c -- see order.h.
 *
 * A name becomes a key whose order as octets is canonical order: labels from
 * the right, each ended by 0, with 0 and 1 inside a label written 1 1 and
 * 1 2.  The first octets in which keys differ are compared as one number.
 */
#include "survey/order.h"

#include <stdlib.h>
#include <string.h>

#include "survey/sort.h"

/* Each octet may take two; length octets become terminators. */
#define KEY_MAX (2 * LIMIT_NAME_OCTETS)

struct key {
	const uint8_t *at;
	size_t length;
};

struct keys {
	struct arena arena;
	struct key *rows;
};

/* Writes the key of NAME to KEY; returns its length. */
static size_t
make_key(const uint8_t *name, uint8_t key[KEY_MAX])
{
	const uint8_t *labels[LIMIT_NAME_OCTETS / 2 + 1];
	unsigned n = 0;
	size_t length = 0;

	for (; *name != 0; name += *name + 1) {
		labels[n++] = name;
	}
	while (n > 0) {
		const uint8_t *label = labels[--n];

		for (unsigned i = 1; i <= *label; i++) {
			if (label[i] <= 1) {
				key[length++] = 1;
				key[length++] = (uint8_t)(label[i] + 1);
			} else {
				key[length++] = label[i];
			}
		}
		key[length++] = 0;
	}
	return length;
}

/* Returns the number of octets with which all keys begin. */
static size_t
common_prefix(const struct keys *keys, size_t n)
{
	size_t common = n == 0 ? 0 : keys->rows[0].length;

	for (size_t i = 1; i < n && common > 0; i++) {
		const struct key *key = &keys->rows[i];

		if (key->length < common) {
			common = key->length;
		}
		while (common > 0 &&
		       memcmp(key->at, keys->rows[0].at, common) != 0) {
			common--;
		}
	}
	return common;
}

static uint64_t
number_at(const struct key *key, size_t from)
{
	uint64_t number = 0;

	for (size_t i = 0; i < sizeof(number); i++) {
		uint8_t octet = from + i < key->length ? key->at[from + i] : 0;

		number = number << 8 | octet;
	}
	return number;
}

static int
compare_keys(const void *context, uint32_t a, uint32_t b)
{
	const struct keys *keys = context;
	const struct key *key_a = &keys->rows[a];
	const struct key *key_b = &keys->rows[b];
	size_t least =
	    key_a->length < key_b->length ? key_a->length : key_b->length;
	int difference = memcmp(key_a->at, key_b->at, least);

	if (difference != 0) {
		return difference;
	}
	return (key_a->length > key_b->length) -
	       (key_a->length < key_b->length);
}

uint32_t
order_owners(const struct raw_zone *raw, uint32_t *owner_of,
    uint32_t *first_run)
{
	size_t n = raw->n_runs;
	struct keys keys = {.rows = xcalloc(n, sizeof(*keys.rows))};
	struct sort_item *items = xcalloc(n, sizeof(*items));
	struct sort_item *scratch = xcalloc(n, sizeof(*scratch));

	for (size_t i = 0; i < n; i++) {
		uint8_t key[KEY_MAX];
		size_t length = make_key(raw->runs[i].owner, key);

		keys.rows[i].at = arena_copy(&keys.arena, key, length);
		keys.rows[i].length = length;
	}
	size_t common = common_prefix(&keys, n);

	for (size_t i = 0; i < n; i++) {
		items[i].key = number_at(&keys.rows[i], common);
		items[i].row = (uint32_t)i;
	}
	sort_items(items, scratch, n, compare_keys, &keys);

	uint32_t n_owners = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t run = items[i].row;

		if (i == 0 || compare_keys(&keys, items[i - 1].row, run) != 0) {
			first_run[n_owners++] = run;
		}
		owner_of[run] = n_owners - 1;
	}
	arena_release(&keys.arena);
	free(keys.rows);
	free(items);
	free(scratch);
	return n_owners;
}
