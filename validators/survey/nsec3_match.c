/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "survey/nsec3_match.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "survey/denial.h"

/* Tables of first rows need not be larger: 2^20 rows of 4 octets. */
#define FIRST_BITS_MAX 20

/* The leading BITS bits of HASH. */
static uint32_t
leading(const uint8_t hash[NSEC3_HASH_OCTETS], unsigned bits)
{
	uint32_t word = (uint32_t)hash[0] << 24 | (uint32_t)hash[1] << 16 |
	                (uint32_t)hash[2] << 8 | hash[3];

	return bits == 0 ? 0 : word >> (32 - bits);
}

/* Hashes spread evenly, so a table by leading bits finds a row in one or two
 * steps; rows made up to be crowded still cost only halving. */
static void
build_first(struct survey *s, struct nsec3_chain *chain)
{
	unsigned bits = 0;

	while (bits < FIRST_BITS_MAX && (uint32_t)1 << bits < chain->n_rows) {
		bits++;
	}
	size_t n = ((size_t)1 << bits) + 1;

	chain->first_bits = bits;
	chain->first = arena_alloc(&s->arena, n * sizeof(*chain->first));
	uint32_t row = 0;

	for (uint32_t i = 0; i < n; i++) {
		while (row < chain->n_rows &&
		       leading(chain->rows[row].hash, bits) < i) {
			row++;
		}
		chain->first[i] = row;
	}
}

uint32_t
nsec3_row_at_or_after(const struct nsec3_chain *chain,
    const uint8_t hash[NSEC3_HASH_OCTETS])
{
	uint32_t bucket = leading(hash, chain->first_bits);
	uint32_t low = chain->first[bucket];
	uint32_t high = chain->first[bucket + 1];

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (memcmp(chain->rows[middle].hash, hash, NSEC3_HASH_OCTETS) <
		    0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

uint32_t
nsec3_row_before(const struct nsec3_chain *chain,
    const uint8_t hash[NSEC3_HASH_OCTETS])
{
	uint32_t row = nsec3_row_at_or_after(chain, hash);

	return row == 0 ? chain->n_rows - 1 : row - 1;
}

static void
hash_names(struct survey *s, const struct denial *d, struct nsec3_chain *chain)
{
	struct nsec3_rdata parts;
	bool is_read = nsec3_record_read(s, chain->rows[0].record, &parts);

	assert(is_read);
	struct nsec3_hasher *hasher =
	    nsec3_hasher_new(parts.salt, parts.salt_length, parts.iterations);

	for (uint32_t i = 0; i < d->n_names; i++) {
		struct index_octets name = d->names[i].name;

		nsec3_hash(hasher, at(s, name), name.length, chain->hash[i]);
	}
	nsec3_hasher_free(hasher);
}

void
nsec3_place_names(const struct denial *d, struct nsec3_chain *chain)
{
	for (uint32_t i = 0; i < d->n_names; i++) {
		const uint8_t *hash = chain->hash[i];
		uint32_t row = nsec3_row_at_or_after(chain, hash);

		chain->row[i] = INDEX_NONE;
		if (row < chain->n_rows && memcmp(chain->rows[row].hash, hash,
		                               NSEC3_HASH_OCTETS) == 0) {
			chain->row[i] = row;
			chain->rows[row].name = i;
		}
	}
}

/*
 * RFC 5155 7.1: every name with authoritative data and every empty
 * non-terminal needs an NSEC3 record, but for those that exist only because
 * of insecure delegations covered by opt-out; an insecure delegation that has
 * its own record is not covered.  Whether opt-out does cover a delegation
 * that has none is nsec3_optout_correct.
 */
static void
find_needs(const struct denial *d, struct nsec3_chain *chain)
{
	for (uint32_t i = 0; i < d->n_names; i++) {
		chain->is_needed[i] = d->names[i].kind == NAME_AUTHORITATIVE ||
		                      d->names[i].kind == NAME_SECURE_CUT;
	}
	/* A name comes before those below it. */
	for (uint32_t i = d->n_names; i-- > 1;) {
		const struct denial_name *name = &d->names[i];

		if (chain->is_needed[i] || (name->kind == NAME_INSECURE_CUT &&
		                               chain->row[i] != INDEX_NONE)) {
			/* Only an empty non-terminal was not needed yet:
			 * nothing is below a cut. */
			chain->is_needed[name->parent] = true;
		}
	}
}

static int
compare_hashes(const void *a, const void *b)
{
	return memcmp(a, b, NSEC3_HASH_OCTETS);
}

bool
nsec3_lacks(const struct nsec3_chain *chain, uint32_t name)
{
	return chain->is_needed[name] && chain->row[name] == INDEX_NONE;
}

static void
find_missing(struct survey *s, const struct denial *d,
    struct nsec3_chain *chain)
{
	for (uint32_t i = 0; i < d->n_names; i++) {
		chain->n_missing += nsec3_lacks(chain, i);
	}
	chain->missing =
	    arena_alloc(&s->arena, chain->n_missing * sizeof(*chain->missing));
	uint32_t n = 0;

	for (uint32_t i = 0; i < d->n_names; i++) {
		if (nsec3_lacks(chain, i)) {
			memcpy(chain->missing[n++], chain->hash[i],
			    NSEC3_HASH_OCTETS);
		}
	}
	qsort(chain->missing, n, NSEC3_HASH_OCTETS, compare_hashes);
}

bool
nsec3_is_missing(const struct nsec3_chain *chain,
    const uint8_t hash[NSEC3_HASH_OCTETS])
{
	return bsearch(hash, chain->missing, chain->n_missing,
	           NSEC3_HASH_OCTETS, compare_hashes) != NULL;
}

/* Backwards twice around, as the last rows depend on the first. */
static void
measure_reach(struct nsec3_chain *chain)
{
	uint32_t steps = chain->n_rows;

	for (int round = 0; round < 2; round++) {
		for (uint32_t i = chain->n_rows; i-- > 0;) {
			struct nsec3_row *row = &chain->rows[i];

			row->reach = steps;
			if (row->name != INDEX_NONE) {
				steps = 1;
			} else if (steps < chain->n_rows) {
				steps++;
			}
		}
	}
}

void
nsec3_match(struct survey *s, struct denial *d, struct nsec3_chain *chain)
{
	chain->hash = arena_alloc(&s->arena, d->n_names * sizeof(*chain->hash));
	chain->row = arena_alloc(&s->arena, d->n_names * sizeof(*chain->row));
	chain->is_needed =
	    arena_alloc(&s->arena, d->n_names * sizeof(*chain->is_needed));
	build_first(s, chain);
	hash_names(s, d, chain);
	nsec3_place_names(d, chain);
	find_needs(d, chain);
	find_missing(s, d, chain);
	measure_reach(chain);
}
