/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rrsig_cover_checks.c -- checks of the signatures that an RRset has as a
 * set: is there one, one for each algorithm, too many, two by one key.
 */
#include "survey/ds_set.h"

/* How many of RRSET's signatures name a published key. */
static uint32_t
n_by_published_keys(const struct survey *s, const struct index_rrset *rrset)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < rrset->n_rrsigs; i++) {
		if (s->index.rrsigs[rrset->first_rrsig + i].key != INDEX_NONE) {
			n++;
		}
	}
	return n;
}

void
check_rrsig_present_all(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];

		/* RFC 4035 2.2: for each authoritative RRset at least one
		 * RRSIG that names a zone key of the apex. */
		if (!must_be_signed(&s->index.owners[rrset->owner],
		        rrset->type) ||
		    n_by_published_keys(s, rrset) > 0) {
			continue;
		}
		if (rrset->n_rrsigs == 0) {
			finding(s, CHECK_rrsig_present_all,
			    place_rrset(s, rrset),
			    "expected at least one signature, found none");
		} else {
			finding(s, CHECK_rrsig_present_all,
			    place_rrset(s, rrset),
			    "expected a signature by a published key, found "
			    "%u, all by unpublished keys",
			    rrset->n_rrsigs);
		}
	}
}

/* The algorithms of the keys that validators may use for data. */
static struct algorithms
algorithms_of_keys(const struct survey *s)
{
	struct algorithms set = {{0}};

	for (uint32_t i = 0; i < s->index.n_keys; i++) {
		if (key_is_usable(&s->index.keys[i])) {
			algorithms_add(&set, s->index.keys[i].algorithm);
		}
	}
	return set;
}

/* The algorithms with which usable keys sign RRSET. */
static struct algorithms
algorithms_over(const struct survey *s, const struct index_rrset *rrset)
{
	struct algorithms set = {{0}};

	for (uint32_t i = 0; i < rrset->n_rrsigs; i++) {
		const struct index_rrsig *rrsig =
		    &s->index.rrsigs[rrset->first_rrsig + i];

		if (is_by_usable_key(s, rrsig)) {
			algorithms_add(&set, rrsig->algorithm);
		}
	}
	return set;
}

static struct algorithms
algorithms_less(const struct algorithms *a, const struct algorithms *b)
{
	struct algorithms set;

	for (unsigned i = 0; i < 4; i++) {
		set.bits[i] = a->bits[i] & ~b->bits[i];
	}
	return set;
}

static void
algorithms_missing(struct survey *s, const struct index_rrset *rrset,
    const struct algorithms *has, const struct algorithms *lacks)
{
	bool is_declared = option(s, OPTION_algorithm_rollover) != 0;
	char signed_with[ALGORITHMS_TEXT], missing[ALGORITHMS_TEXT];

	finding_as(s, CHECK_rrsig_valid_each_algorithm,
	    is_declared ? SEVERITY_WARN : SEVERITY_BLOCK,
	    is_declared ? OPTION_algorithm_rollover : OPTION_none,
	    place_rrset(s, rrset),
	    "expected signatures with every algorithm of the DNSKEY RRset; "
	    "missing: %s; found: %s",
	    algorithms_to_text(lacks, missing),
	    algorithms_to_text(has, signed_with));
}

/* What check_dnskey_signed_by_ds_algorithms() says of the DNSKEY RRset is not
 * said again, unless the policy says it more softly. */
static struct algorithms
algorithms_said(const struct survey *s)
{
	struct algorithms none = {{0}};
	const enum check_id check = CHECK_dnskey_signed_by_ds_algorithms;

	return certain_severity(s, check, SEVERITY_BLOCK) == SEVERITY_BLOCK
	           ? anchor_algorithms_unsigned(s)
	           : none;
}

void
check_rrsig_valid_each_algorithm(struct survey *s)
{
	struct algorithms wanted = algorithms_of_keys(s);
	struct algorithms said = algorithms_said(s);

	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];

		if (rrset->n_rrsigs == 0 ||
		    !must_be_signed(&s->index.owners[rrset->owner],
		        rrset->type)) {
			continue;
		}
		struct algorithms has = algorithms_over(s, rrset);
		struct algorithms lacks = algorithms_less(&wanted, &has);

		if (rrset->type == TYPE_DNSKEY) {
			lacks = algorithms_less(&lacks, &said);
		}

		/* RFC 4035 2.2, RFC 6840 5.11: with each algorithm, though
		 * not each key.  An RRset without any is a matter of
		 * rrsig_present_all and dnskey_revoked_handling. */
		if (!algorithms_is_empty(&has) &&
		    !algorithms_is_empty(&lacks)) {
			algorithms_missing(s, rrset, &has, &lacks);
		}
	}
}

void
check_rrsig_count_max(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];

		if (rrset->n_rrsigs > LIMIT_RRSIGS_PER_RRSET) {
			finding_as(s, CHECK_rrsig_count_max, SEVERITY_BLOCK,
			    OPTION_none, place_rrset(s, rrset),
			    "expected at most %d signatures, found %u",
			    LIMIT_RRSIGS_PER_RRSET, rrset->n_rrsigs);
		} else if (rrset->n_rrsigs > option(s, OPTION_rrsigs_max)) {
			finding_as(s, CHECK_rrsig_count_max, SEVERITY_HOLD,
			    OPTION_rrsigs_max, place_rrset(s, rrset),
			    "expected at most %d signatures, found %u",
			    (int)option(s, OPTION_rrsigs_max), rrset->n_rrsigs);
		}
	}
}

/* Returns an RRSIG before AFTER, of those from FIRST on, by the same tag and
 * algorithm, or NULL. */
static const struct index_rrsig *
rrsig_like(const struct index_rrsig *first, const struct index_rrsig *after)
{
	for (const struct index_rrsig *it = first; it < after; it++) {
		if (it->key_tag == after->key_tag &&
		    it->algorithm == after->algorithm) {
			return it;
		}
	}
	return NULL;
}

static void
find_signed_twice(struct survey *s, const struct index_rrset *rrset)
{
	const struct index_rrsig *first = &s->index.rrsigs[rrset->first_rrsig];
	/* More are refused anyway, and this is quadratic. */
	uint32_t n = rrset->n_rrsigs < LIMIT_RRSIGS_PER_RRSET
	                 ? rrset->n_rrsigs
	                 : LIMIT_RRSIGS_PER_RRSET;

	for (uint32_t i = 1; i < n; i++) {
		const struct index_rrsig *twin = rrsig_like(first, &first[i]);

		/* Two keys of one tag may each have signed. */
		if (twin == NULL ||
		    (first[i].key != INDEX_NONE &&
		        next_key_like(s, first[i].key) != INDEX_NONE)) {
			continue;
		}
		finding(s, CHECK_rrsig_duplicate, place_rrsig(s, &first[i]),
		    "key %u, algorithm %u, also signs it in line %u",
		    first[i].key_tag, first[i].algorithm,
		    rrsig_record(s, twin)->line);
	}
}

void
check_rrsig_duplicate(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		if (s->index.rrsets[i].n_rrsigs > 1) {
			find_signed_twice(s, &s->index.rrsets[i]);
		}
	}
}
