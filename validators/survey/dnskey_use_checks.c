/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dnskey_use_checks.c -- checks of what the keys do: which is the secure
 * entry point, what revoked keys sign, whether KSK and ZSK keep their roles.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "survey/signing.h"

/* True if KEY is where trust enters the zone: an anchor names it, and it
 * signs the DNSKEY RRset. */
static bool
is_entry_point(const struct survey *s, const struct index_key *key)
{
	bool is_anchored = s->job->has_anchors == 0 || key->is_anchored != 0;

	return key_is_usable(key) && is_anchored && key->n_dnskey_rrsigs > 0;
}

void
check_dnskey_sep_present(struct survey *s)
{
	uint32_t entries = 0, flagged = 0;

	for (uint32_t i = 0; i < s->index.n_keys; i++) {
		const struct index_key *key = &s->index.keys[i];

		if (is_entry_point(s, key)) {
			entries++;
			flagged += key_is_sep(key) ? 1 : 0;
		}
	}
	/* Without an entry the chain is broken: ds_parent_match says so, and
	 * no policy may lower that.  Without anchors any key that signs DNSKEY counts as an entry, ZSKs
	 * too: then one with the flag is enough. */
	if (flagged == entries || (s->job->has_anchors == 0 && flagged > 0)) {
		return;
	}
	for (uint32_t i = 0; i < s->index.n_keys; i++) {
		const struct index_key *key = &s->index.keys[i];

		if (is_entry_point(s, key) && !key_is_sep(key)) {
			finding(s, CHECK_dnskey_sep_present,
			    place_record(s, key_record(s, key)),
			    "key %u is a secure entry point without the SEP "
			    "flag: expected flags 257, found %u",
			    key->tag, key->flags);
		}
	}
}

/* A revoked key signs DNSKEY and nothing else. */
static void
revoked_key_signs(struct survey *s, const struct index_key *key)
{
	struct place place = place_record(s, key_record(s, key));

	/* RFC 5011 2.1: it is revoked only when seen in an RRset that it
	 * signs itself. */
	if (key->n_dnskey_rrsigs == 0) {
		finding(s, CHECK_dnskey_revoked_handling, place,
		    "revoked key %u does not sign DNSKEY, so nobody takes it "
		    "for revoked",
		    key->tag);
	}
	/* RFC 5011 2.1: MUST NOT be used for any other purpose. */
	if (key->n_data_rrsigs > 0) {
		finding(s, CHECK_dnskey_revoked_handling, place,
		    "revoked key %u: expected signatures over DNSKEY only, "
		    "found %u over other RRsets",
		    key->tag, key->n_data_rrsigs);
	}
}

/* An RRset with signatures by published keys, all of them revoked, stands
 * alone: to libldns and libunbound it is secure. */
static void
rrset_by_revoked_keys(struct survey *s, const struct index_rrset *rrset)
{
	bool is_by_revoked = false;

	for (uint32_t i = 0; i < rrset->n_rrsigs; i++) {
		const struct index_rrsig *rrsig =
		    &s->index.rrsigs[rrset->first_rrsig + i];

		if (rrsig->key == INDEX_NONE) {
			continue;
		}
		if (is_by_usable_key(s, rrsig)) {
			return;
		}
		is_by_revoked =
		    is_by_revoked || key_is_revoked(&s->index.keys[rrsig->key]);
	}
	if (is_by_revoked) {
		finding(s, CHECK_dnskey_revoked_handling, place_rrset(s, rrset),
		    "expected a signature by an unrevoked key, found "
		    "signatures by revoked keys only");
	}
}

/* Anchors that name revoked keys: some is a leftover, all is the end. */
static void
anchors_of_revoked_keys(struct survey *s)
{
	const struct anchor *first = NULL;
	unsigned revoked = 0, others = 0;

	for (unsigned i = 0; i < s->n_anchors; i++) {
		const struct anchor *anchor = &s->anchors[i];

		if (anchor->key == INDEX_NONE) {
			continue;
		}
		if (key_is_revoked(&s->index.keys[anchor->key])) {
			first = first != NULL ? first : anchor;
			revoked++;
		} else {
			others++;
		}
	}
	if (first == NULL) {
		return;
	}
	const struct index_key *key = &s->index.keys[first->key];

	/* RFC 5011 2.1: a revoked key is no trust anchor. */
	finding_as(s, CHECK_dnskey_revoked_handling,
	    others > 0 ? SEVERITY_WARN : SEVERITY_BLOCK, OPTION_none,
	    place_record(s, key_record(s, key)),
	    "expected anchors for unrevoked keys, found %u for revoked ones, "
	    "the first for key %u, and %u for others",
	    revoked, key->tag, others);
}

void
check_dnskey_revoked_handling(struct survey *s)
{
	if (!has_revoked_key(s)) {
		return;
	}
	for (uint32_t i = 0; i < s->index.n_keys; i++) {
		if (key_is_revoked(&s->index.keys[i])) {
			revoked_key_signs(s, &s->index.keys[i]);
		}
	}
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		rrset_by_revoked_keys(s, &s->index.rrsets[i]);
	}
	/* With the anchor `self' keys are anchors because they sign. */
	if (s->job->has_anchors != 0) {
		anchors_of_revoked_keys(s);
	}
}

/* Reports the first RRSIG, and the number of those, by which each KSK signs
 * data. */
static void
ksk_signs_data(struct survey *s)
{
	struct {
		uint32_t n, first;
	} *by_key =
	    xcalloc(s->index.n_keys > 0 ? s->index.n_keys : 1, sizeof(*by_key));

	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[i];

		if (rrsig->key != INDEX_NONE &&
		    !is_ksk_work(rrsig->type_covered) &&
		    by_key[rrsig->key].n++ == 0) {
			by_key[rrsig->key].first = i;
		}
	}
	for (uint32_t i = 0; i < s->index.n_keys; i++) {
		const struct index_key *key = &s->index.keys[i];

		if (key_is_sep(key) && by_key[i].n > 0) {
			finding_as(s, CHECK_dnskey_role_separation,
			    SEVERITY_HOLD, OPTION_ksk_zsk_split,
			    place_one_of(place_rrsig(s,
			                     &s->index.rrsigs[by_key[i].first]),
			        by_key[i].n),
			    "key %u has the SEP flag: expected signatures over "
			    "DNSKEY, CDS and CDNSKEY only, found %u over other "
			    "RRsets",
			    key->tag, by_key[i].n);
		}
	}
	free(by_key);
}

void
check_dnskey_role_separation(struct survey *s)
{
	if (option(s, OPTION_ksk_zsk_split) != SPLIT_REQUIRE) {
		return;
	}
	ksk_signs_data(s);
	for (uint32_t i = 0; i < s->index.n_keys; i++) {
		const struct index_key *key = &s->index.keys[i];

		if (!key_is_sep(key) && key->n_dnskey_rrsigs > 0) {
			finding_as(s, CHECK_dnskey_role_separation,
			    SEVERITY_HOLD, OPTION_ksk_zsk_split,
			    place_record(s, key_record(s, key)),
			    "key %u signs DNSKEY without the SEP flag",
			    key->tag);
		}
	}
}

void
check_rrsig_dnskey_ksk_only(struct survey *s)
{
	if (option(s, OPTION_dnskey_signers) != SIGNERS_KSK_ONLY) {
		return;
	}
	for (uint32_t i = 0; i < s->index.n_keys; i++) {
		const struct index_key *key = &s->index.keys[i];

		if (!key_is_sep(key) && key->n_dnskey_rrsigs > 0) {
			finding_as(s, CHECK_rrsig_dnskey_ksk_only,
			    SEVERITY_HOLD, OPTION_dnskey_signers,
			    place_record(s, key_record(s, key)),
			    "key %u, flags %u, signs DNSKEY: expected keys "
			    "with the SEP flag only",
			    key->tag, key->flags);
		}
	}
}
