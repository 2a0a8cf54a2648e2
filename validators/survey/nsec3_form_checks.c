/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nsec3_form_checks.c -- whether there can be NSEC3 records in this zone at
 * all, and whether those there are have the form of one.
 */
#include <string.h>

#include "survey/denial.h"
#include "survey/signing.h"

/* ---- nsec3_hash_sha1 ---- */

static void
say_algorithm(struct survey *s, uint32_t record)
{
	struct nsec3_rdata parts;

	/* RFC 5155 7.4: zones with an unrecognized hash algorithm SHOULD be
	 * rejected when loading. */
	if (nsec3_record_read(s, record, &parts) &&
	    parts.algorithm != NSEC3_SHA1) {
		finding(s, CHECK_nsec3_hash_sha1,
		    place_record(s, &s->index.records[record]),
		    "expected hash algorithm 1, found %u", parts.algorithm);
	}
}

void
check_nsec3_hash_sha1(struct survey *s)
{
	const struct denial *d = denial_of(s);
	const struct index_rrset *params = nsec3param_rrset(s);

	for (uint32_t i = 0; params != NULL && i < params->n_records; i++) {
		say_algorithm(s, params->first_record + i);
	}
	for (uint32_t i = 0; i < d->nsec3.n_odd; i++) {
		say_algorithm(s, d->nsec3.odd[i].record);
	}
}

/* ---- nsec3_owner_format ---- */

static void
check_next_length(struct survey *s, uint32_t record)
{
	struct nsec3_rdata parts;

	if (nsec3_record_read(s, record, &parts) &&
	    parts.next_length != NSEC3_HASH_OCTETS) {
		finding(s, CHECK_nsec3_owner_format,
		    place_record(s, &s->index.records[record]),
		    "expected a next hash of %d octets, found %u",
		    NSEC3_HASH_OCTETS, parts.next_length);
	}
}

void
check_nsec3_owner_format(struct survey *s)
{
	const struct denial *d = denial_of(s);

	for (uint32_t i = 0; i < d->nsec3.n_odd; i++) {
		const struct nsec3_odd *odd = &d->nsec3.odd[i];

		if (odd->oddity == NSEC3_OWNER) {
			finding(s, CHECK_nsec3_owner_format,
			    place_record(s, &s->index.records[odd->record]),
			    "expected a hash of 32 base32hex characters, one "
			    "label below the apex, as owner");
		}
	}
	for (uint32_t i = 0; i < d->nsec3.n_chains; i++) {
		const struct nsec3_chain *chain = &d->nsec3.chains[i];

		for (uint32_t row = 0; row < chain->n_rows; row++) {
			check_next_length(s, chain->rows[row].record);
		}
	}
}

/* ---- nsec3_collision ---- */

static void
say_collision(struct survey *s, const struct denial *d,
    const struct nsec3_chain *chain, uint32_t name, uint32_t other)
{
	char hash_text[NSEC3_HASH_TEXT + 1];
	char other_text[LIMIT_NAME_TEXT];

	/* RFC 5155 7.1: "If a hash collision is detected, then a new salt has
	 * to be chosen". */
	finding(s, CHECK_nsec3_collision,
	    denial_place(s, &d->names[name], TYPE_NSEC3),
	    "expected a hash of its own, found %s, which is that of %.300s too",
	    nsec3_hash_to_text(chain->hash[name], hash_text),
	    name_to_text(at(s, d->names[other].name), other_text));
}

void
check_nsec3_collision(struct survey *s)
{
	const struct denial *d = denial_of(s);

	for (uint32_t i = 0; i < d->nsec3.n_chains; i++) {
		const struct nsec3_chain *chain = &d->nsec3.chains[i];

		for (uint32_t j = 0;
		     chain->standing == NSEC3_JUDGED && j < d->n_names; j++) {
			uint32_t row = chain->row[j];

			if (row != INDEX_NONE && chain->rows[row].name != j) {
				say_collision(s, d, chain, j,
				    chain->rows[row].name);
			}
		}
	}
}

/* ---- nsec3_alg_compat ---- */

/* NSEC3 records, or the word that servers shall use them. */
static bool
has_nsec3(struct survey *s)
{
	return denial_of(s)->has_nsec3 || nsec3param_rrset(s) != NULL;
}

void
check_nsec3_alg_compat(struct survey *s)
{
	bool is_wrong = has_nsec3(s);

	for (uint32_t i = 0; is_wrong && i < s->index.n_keys; i++) {
		const struct index_key *key = &s->index.keys[i];

		if (key->algorithm != ALGORITHM_DSA &&
		    key->algorithm != ALGORITHM_RSASHA1) {
			continue;
		}
		/* RFC 5155 2: such zones MUST only use the aliases. */
		finding(s, CHECK_nsec3_alg_compat,
		    place_record(s, key_record(s, key)),
		    "expected algorithm %d or a newer one, found %u",
		    key->algorithm == ALGORITHM_DSA ? ALGORITHM_DSA_NSEC3
		                                    : ALGORITHM_RSASHA1_NSEC3,
		    key->algorithm);
	}
}

/* ---- nsec3_name_length ---- */

bool
nsec3_apex_is_too_long(const struct survey *s)
{
	size_t length = name_length(s->apex, LIMIT_NAME_OCTETS);

	/* A label of 32 characters comes before it. */
	return length + 1 + NSEC3_HASH_TEXT > LIMIT_NAME_OCTETS;
}

void
check_nsec3_name_length(struct survey *s)
{
	if (nsec3_apex_is_too_long(s) && has_nsec3(s)) {
		finding(s, CHECK_nsec3_name_length,
		    place_owner(s, s->index.header->apex),
		    "expected a zone name of at most %d octets, found %zu",
		    LIMIT_NAME_OCTETS - 1 - NSEC3_HASH_TEXT,
		    name_length(s->apex, LIMIT_NAME_OCTETS));
	}
}
