/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rrsig_checks.c -- checks of each signature by its fields: does it belong
 * where it stands, and do signer, labels, TTLs, key and length fit.  Its
 * times are in rrsig_time_checks.c.
 */
#include "survey/signing.h"

/* Where the signer's name begins in the RDATA: RFC 4034 3.1. */
#define SIGNER_OFFSET 18

void
check_rrsig_absent_nonauth(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[i];
		const struct index_owner *owner = rrsig_owner(s, rrsig);

		if (rrsig->type_covered == TYPE_RRSIG ||
		    (owner->flags & OWNER_OUT_OF_ZONE) != 0 ||
		    must_be_signed(owner, rrsig->type_covered)) {
			continue;
		}
		/* RFC 4035 2.2: NS at delegations and glue MUST NOT be
		 * signed. */
		finding(s, CHECK_rrsig_absent_nonauth, place_rrsig(s, rrsig),
		    "expected no signature: %s",
		    (owner->flags & OWNER_BELOW_CUT) != 0
		        ? "the name is below a delegation"
		    : (owner->flags & OWNER_BELOW_DNAME) != 0
		        ? "the name is below a DNAME"
		        : "at a delegation only DS and NSEC are signed");
	}
}

void
check_rrsig_not_self(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[i];

		/* RFC 4035 2.2: an RRSIG RR itself MUST NOT be signed. */
		if (rrsig->type_covered == TYPE_RRSIG) {
			finding(s, CHECK_rrsig_not_self, place_rrsig(s, rrsig),
			    "expected a type other than RRSIG to be covered");
		}
	}
}

void
check_rrsig_signer_name(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[i];

		/* RFC 4034 3.1.7: MUST be the zone of the covered RRset. */
		if (rrsig->signer_is_apex == 0) {
			char signer[LIMIT_NAME_TEXT], apex[LIMIT_NAME_TEXT];
			const uint8_t *rdata =
			    at(s, rrsig_record(s, rrsig)->rdata);

			name_to_text(rdata + SIGNER_OFFSET, signer);
			finding(s, CHECK_rrsig_signer_name,
			    place_rrsig(s, rrsig),
			    "expected signer %.300s, found %.300s",
			    name_to_text(s->apex, apex), signer);
		}
	}
}

void
check_rrsig_labels(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[i];
		const struct index_owner *owner = rrsig_owner(s, rrsig);
		uint32_t labels = owner->labels;

		/* RFC 4034 3.1.3: neither the root label nor a wildcard
		 * label is counted. */
		if (name_is_wildcard(at(s, owner->name))) {
			labels--;
		}
		if (rrsig->labels != labels) {
			finding(s, CHECK_rrsig_labels, place_rrsig(s, rrsig),
			    "expected %u labels, found %u", labels,
			    rrsig->labels);
		}
	}
}

void
check_rrsig_original_ttl(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[i];

		if (rrsig->rrset == INDEX_NONE) {
			continue;
		}
		uint32_t ttl = s->index.rrsets[rrsig->rrset].ttl;

		/* RFC 4035 2.2. */
		if (rrsig->original_ttl != ttl) {
			finding(s, CHECK_rrsig_original_ttl,
			    place_rrsig(s, rrsig),
			    "expected original TTL %u, as the RRset's, found "
			    "%u",
			    ttl, rrsig->original_ttl);
		}
	}
}

void
check_rrsig_ttl_equal(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[i];

		if (rrsig->rrset == INDEX_NONE) {
			continue;
		}
		uint32_t ttl = s->index.rrsets[rrsig->rrset].ttl;
		uint32_t own = rrsig_record(s, rrsig)->ttl;

		/* RFC 4034 3: the TTL value of an RRSIG RR MUST match that
		 * of the RRset it covers. */
		if (own != ttl) {
			finding(s, CHECK_rrsig_ttl_equal, place_rrsig(s, rrsig),
			    "expected TTL %u, as the RRset's, found %u", ttl,
			    own);
		}
	}
}

void
check_rrsig_class(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[i];
		unsigned own = rrsig_own_rrset(s, rrsig)->class_;
		unsigned covered = rrsig->rrset != INDEX_NONE
		                       ? s->index.rrsets[rrsig->rrset].class_
		                       : CLASS_IN;

		/* RFC 4034 3: an RRSIG RR belongs to the class of the RRset
		 * it covers. */
		if (own != covered) {
			finding(s, CHECK_rrsig_class, place_rrsig(s, rrsig),
			    "expected CLASS%u, as the RRset's, found CLASS%u",
			    covered, own);
		}
	}
}

void
check_rrsig_covers_missing(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[i];

		/* RFC 4035 2.2: a signature's type covered is the type of an
		 * RRset at its owner. */
		if (rrsig->rrset == INDEX_NONE &&
		    rrsig->type_covered != TYPE_RRSIG) {
			char type[TYPE_TEXT];

			finding(s, CHECK_rrsig_covers_missing,
			    place_rrsig(s, rrsig),
			    "expected %s at this name, found none",
			    type_to_text(rrsig->type_covered, type));
		}
	}
}

void
check_rrsig_orphan_key(struct survey *s)
{
	bool is_declared = option(s, OPTION_algorithm_rollover) != 0;

	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[i];

		/* RFC 6840 5.12: rollovers may require such signatures;
		 * validators disregard them, and so nobody has judged it. */
		if (rrsig->key == INDEX_NONE) {
			finding_as(s, CHECK_rrsig_orphan_key,
			    is_declared ? SEVERITY_WARN : SEVERITY_HOLD,
			    is_declared ? OPTION_algorithm_rollover
			                : OPTION_none,
			    place_rrsig(s, rrsig),
			    "expected a key of the DNSKEY RRset, found key "
			    "tag %u, algorithm %u",
			    rrsig->key_tag, rrsig->algorithm);
		}
	}
}

/* Octets of the modulus of an RSA key (RFC 3110 2), or 0 if it has none. */
static size_t
modulus_octets(const uint8_t *key, size_t length)
{
	size_t exponent, offset = 1;

	if (length < 3) {
		return 0;
	}
	exponent = key[0];
	if (exponent == 0) {
		exponent = (size_t)key[1] << 8 | key[2];
		offset = 3;
	}
	offset += exponent;
	while (offset < length && key[offset] == 0) {
		offset++;
	}
	return offset < length ? length - offset : 0;
}

/* Octets that a signature by KEY must have, or 0 if that is unknown. */
static size_t
signature_octets(const struct survey *s, const struct index_key *key)
{
	switch (key->algorithm) {
	case ALGORITHM_RSAMD5:
	case ALGORITHM_RSASHA1:
	case ALGORITHM_RSASHA1_NSEC3:
	case ALGORITHM_RSASHA256:
	case ALGORITHM_RSASHA512:
		/* RFC 5702 3, RFC 3110 3: as many as the modulus. */
		return modulus_octets(key_rdata(s, key) + 4,
		    (size_t)key_record(s, key)->rdata.length - 4);
	case ALGORITHM_ECDSAP256:
		return 64; /* RFC 6605 4 */
	case ALGORITHM_ECDSAP384:
		return 96; /* RFC 6605 4 */
	case ALGORITHM_ED25519:
		return 64; /* RFC 8080 4 */
	case ALGORITHM_ED448:
		return 114; /* RFC 8080 4 */
	}
	return 0;
}

/* True if the signature's length fits one of the keys that it names. */
static bool
length_fits(const struct survey *s, const struct index_rrsig *rrsig)
{
	uint32_t key = rrsig->key;

	while (key != INDEX_NONE) {
		size_t octets = signature_octets(s, &s->index.keys[key]);

		if (octets == 0 || octets == rrsig->signature.length) {
			return true;
		}
		key = next_key_like(s, key);
	}
	return false;
}

void
check_rrsig_sig_length(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsigs; i++) {
		const struct index_rrsig *rrsig = &s->index.rrsigs[i];

		if (rrsig->key != INDEX_NONE && !length_fits(s, rrsig)) {
			const struct index_key *key =
			    &s->index.keys[rrsig->key];

			finding(s, CHECK_rrsig_sig_length,
			    place_rrsig(s, rrsig),
			    "expected %zu octets with key %u, algorithm %u, "
			    "found %u",
			    signature_octets(s, key), key->tag, key->algorithm,
			    rrsig->signature.length);
		}
	}
}
