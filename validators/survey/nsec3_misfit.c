/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "survey/nsec3_misfit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "survey/denial.h"
#include "survey/nsec3_match.h"

/* True if CHAIN wants a record at HASH and has none: a name needs it, or the
 * record before points there. */
static bool
is_wanted(const struct survey *s, const struct nsec3_chain *chain,
    const uint8_t hash[NSEC3_HASH_OCTETS])
{
	uint32_t row = nsec3_row_at_or_after(chain, hash);
	struct nsec3_rdata before;

	if (row < chain->n_rows &&
	    memcmp(chain->rows[row].hash, hash, NSEC3_HASH_OCTETS) == 0) {
		return false;
	}
	row = nsec3_row_before(chain, hash);
	return nsec3_is_missing(chain, hash) ||
	       (nsec3_record_read(s, chain->rows[row].record, &before) &&
	           before.next_length == NSEC3_HASH_OCTETS &&
	           memcmp(before.next, hash, NSEC3_HASH_OCTETS) == 0);
}

static void
add_misfit(struct nsec3_chain *chain, const uint8_t hash[NSEC3_HASH_OCTETS],
    uint32_t record, enum check_id cause)
{
	struct nsec3_misfit *misfit = &chain->misfits[chain->n_misfits++];

	memcpy(misfit->hash, hash, NSEC3_HASH_OCTETS);
	misfit->record = record;
	misfit->cause = cause;
}

static void
add_odd(const struct survey *s, const struct nsec3_chains *chains,
    struct nsec3_chain *chain)
{
	uint8_t hash[NSEC3_HASH_OCTETS];

	for (uint32_t i = 0; i < chains->n_odd; i++) {
		const struct nsec3_odd *odd = &chains->odd[i];

		if (odd->oddity != NSEC3_TWICE &&
		    nsec3_owner_hash(s, odd->record, hash) &&
		    is_wanted(s, chain, hash)) {
			add_misfit(chain, hash, odd->record,
			    odd->oddity == NSEC3_ALGORITHM
			        ? CHECK_nsec3_hash_sha1
			        : CHECK_nsec3_chain_closed);
		}
	}
}

/* A row that serves a name of its own chain is no misfit of another. */
static bool
is_idle(const struct nsec3_chain *chain, const struct nsec3_row *row)
{
	return chain->standing != NSEC3_JUDGED || row->name == INDEX_NONE;
}

static void
add_rows(const struct survey *s, struct nsec3_chain *other,
    struct nsec3_chain *chain)
{
	for (uint32_t i = 0; i < other->n_rows; i++) {
		struct nsec3_row *row = &other->rows[i];

		if (is_idle(other, row) && is_wanted(s, chain, row->hash)) {
			row->is_misfit = true;
			add_misfit(chain, row->hash, row->record,
			    CHECK_nsec3_params_uniform);
		}
	}
}

static int
compare_misfits(const void *a, const void *b)
{
	return memcmp(((const struct nsec3_misfit *)a)->hash,
	    ((const struct nsec3_misfit *)b)->hash, NSEC3_HASH_OCTETS);
}

static void
find_misfits(struct survey *s, struct nsec3_chains *chains,
    struct nsec3_chain *chain)
{
	size_t most = chains->n_odd;

	for (uint32_t i = 0; i < chains->n_chains; i++) {
		if (&chains->chains[i] != chain) {
			most += chains->chains[i].n_rows;
		}
	}
	if (most == 0) {
		return;
	}
	chain->misfits = arena_alloc(&s->arena, most * sizeof(*chain->misfits));
	add_odd(s, chains, chain);
	for (uint32_t i = 0; i < chains->n_chains; i++) {
		if (&chains->chains[i] != chain) {
			add_rows(s, &chains->chains[i], chain);
		}
	}
	qsort(chain->misfits, chain->n_misfits, sizeof(*chain->misfits),
	    compare_misfits);
}

void
nsec3_misfits_find(struct survey *s, struct nsec3_chains *chains)
{
	for (uint32_t i = 0; i < chains->n_chains; i++) {
		if (chains->chains[i].standing == NSEC3_JUDGED) {
			find_misfits(s, chains, &chains->chains[i]);
		}
	}
}

bool
nsec3_is_explained(const struct survey *s, const struct nsec3_chain *chain,
    const uint8_t hash[NSEC3_HASH_OCTETS], enum check_id derived)
{
	struct nsec3_misfit wanted;

	if (chain->n_misfits == 0) {
		return false;
	}
	memcpy(wanted.hash, hash, NSEC3_HASH_OCTETS);
	const struct nsec3_misfit *misfit = bsearch(&wanted, chain->misfits,
	    chain->n_misfits, sizeof(*chain->misfits), compare_misfits);

	return misfit != NULL && says_enough(s, misfit->cause, derived);
}

uint32_t
nsec3_row_of_its_own(const struct nsec3_chain *chain)
{
	uint32_t row = 0;

	while (row < chain->n_rows && chain->rows[row].is_misfit) {
		row++;
	}
	return row;
}

/* ---- nsec3_params_uniform ---- */

/* Octets of a salt that a message shows. */
#define SALT_SHOWN 16
#define SALT_TEXT (2 * SALT_SHOWN + sizeof("..."))

static char *
salt_to_text(const struct nsec3_rdata *parts, char text[SALT_TEXT])
{
	unsigned n =
	    parts->salt_length < SALT_SHOWN ? parts->salt_length : SALT_SHOWN;

	for (unsigned i = 0; i < n; i++) {
		snprintf(text + (size_t)2 * i, 3, "%02x", parts->salt[i]);
	}
	snprintf(text + (size_t)2 * n, sizeof("..."), "%s",
	    n == 0                   ? "-"
	    : n < parts->salt_length ? "..."
	                             : "");
	return text;
}

static void
say_misfit(struct survey *s, const struct nsec3_chain *chain,
    const struct nsec3_misfit *misfit)
{
	struct nsec3_rdata wanted, found;
	char wanted_salt[SALT_TEXT], found_salt[SALT_TEXT];

	if (misfit->cause != CHECK_nsec3_params_uniform ||
	    !nsec3_record_read(s, chain->rows[0].record, &wanted) ||
	    !nsec3_record_read(s, misfit->record, &found)) {
		return;
	}
	finding(s, CHECK_nsec3_params_uniform,
	    place_record(s, &s->index.records[misfit->record]),
	    "expected %u iterations and salt %s, as in the chain that wants a "
	    "record here; found %u and %s",
	    wanted.iterations, salt_to_text(&wanted, wanted_salt),
	    found.iterations, salt_to_text(&found, found_salt));
}

void
check_nsec3_params_uniform(struct survey *s)
{
	const struct denial *d = denial_of(s);

	for (uint32_t i = 0; i < d->nsec3.n_chains; i++) {
		const struct nsec3_chain *chain = &d->nsec3.chains[i];

		for (uint32_t j = 0; j < chain->n_misfits; j++) {
			say_misfit(s, chain, &chain->misfits[j]);
		}
	}
}
