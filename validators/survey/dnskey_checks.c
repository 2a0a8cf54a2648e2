/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dnskey_checks.c -- checks of the DNSKEY records as they are: place, flags,
 * protocol, algorithm, number, tags.  What the keys do is in
 * dnskey_use_checks.c.
 */
#include <string.h>

#include "survey/signing.h"

void
check_dnskey_apex_only(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_rrsets; i++) {
		const struct index_rrset *rrset = &s->index.rrsets[i];

		/* RFC 4034 2.1.1: a zone key's owner is the name of a zone;
		 * RFC 4035 2.1: keys are kept at the zone's apex. */
		if (rrset->type == TYPE_DNSKEY &&
		    rrset->owner != s->index.header->apex) {
			finding(s, CHECK_dnskey_apex_only,
			    place_rrset(s, rrset),
			    "expected DNSKEY at the apex only");
		}
	}
}

void
check_dnskey_zone_flag(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_keys; i++) {
		const struct index_key *key = &s->index.keys[i];
		struct place place = place_record(s, key_record(s, key));

		if ((key->flags & DNSKEY_ZONE) != 0) {
			continue;
		}
		/* RFC 4035 2.1: other keys MAY be published, but MUST NOT be
		 * used to verify RRSIGs. */
		if (key_signs(key)) {
			finding(s, CHECK_dnskey_zone_flag, place,
			    "key %u, algorithm %u, has flags %u, expected 256 "
			    "or 257; %u signatures name it",
			    key->tag, key->algorithm, key->flags,
			    key->n_dnskey_rrsigs + key->n_data_rrsigs);
		} else {
			finding_as(s, CHECK_dnskey_zone_flag, SEVERITY_WARN,
			    OPTION_none, place,
			    "key %u, algorithm %u, has flags %u, expected 256 "
			    "or 257; it signs nothing",
			    key->tag, key->algorithm, key->flags);
		}
	}
}

void
check_dnskey_reserved_flags(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_keys; i++) {
		const struct index_key *key = &s->index.keys[i];
		unsigned reserved =
		    key->flags &
		    (unsigned)~(DNSKEY_ZONE | DNSKEY_REVOKE | DNSKEY_SEP);

		/* RFC 4034 2.1.1: bits 0-6 and 8-14 MUST have value 0;
		 * RFC 5011 3 takes one of them. */
		if (reserved != 0) {
			finding(s, CHECK_dnskey_reserved_flags,
			    place_record(s, key_record(s, key)),
			    "key %u has flags %u: expected 0 in the reserved "
			    "bits, found 0x%04X",
			    key->tag, key->flags, reserved);
		}
	}
}

void
check_dnskey_protocol_3(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_keys; i++) {
		const struct index_key *key = &s->index.keys[i];

		/* RFC 4034 2.1.2: MUST have value 3, invalid otherwise. */
		if (key->protocol != 3) {
			finding(s, CHECK_dnskey_protocol_3,
			    place_record(s, key_record(s, key)),
			    "key %u: expected protocol 3, found %u", key->tag,
			    key->protocol);
		}
	}
}

/* Returns the option that does not allow KEY in a role that it has, or
 * OPTION_none. */
static enum option_id
disallowing_option(const struct survey *s, const struct index_key *key)
{
	const struct policy_values *policy = &s->job->policy;

	if (key_is_for_dnskey(s, key) &&
	    !policy_allows(policy, OPTION_ksk_algorithms, key->algorithm)) {
		return OPTION_ksk_algorithms;
	}
	if (key_is_for_data(s, key) &&
	    !policy_allows(policy, OPTION_zsk_algorithms, key->algorithm)) {
		return OPTION_zsk_algorithms;
	}
	return OPTION_none;
}

void
check_dnskey_alg_status(struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_keys; i++) {
		const struct index_key *key = &s->index.keys[i];
		struct place place = place_record(s, key_record(s, key));
		enum option_id option_id = disallowing_option(s, key);

		if (algorithm_must_not_sign(key->algorithm)) {
			finding(s, CHECK_dnskey_alg_status, place,
			    "key %u has algorithm %u, which MUST NOT be used "
			    "for signing",
			    key->tag, key->algorithm);
		} else if (option_id != OPTION_none) {
			finding_as(s, CHECK_dnskey_alg_status, SEVERITY_HOLD,
			    option_id, place,
			    "key %u has algorithm %u, which the policy does "
			    "not allow for %s",
			    key->tag, key->algorithm,
			    option_id == OPTION_ksk_algorithms
			        ? "keys that sign DNSKEY"
			        : "keys that sign data");
		} else if (key->algorithm == ALGORITHM_RSASHA512) {
			/* RFC 9904: NOT RECOMMENDED. */
			finding_as(s, CHECK_dnskey_alg_status, SEVERITY_WARN,
			    OPTION_none, place,
			    "key %u has algorithm %u, which is NOT "
			    "RECOMMENDED for signing",
			    key->tag, key->algorithm);
		}
	}
}

void
check_dnskey_count_max(struct survey *s)
{
	int64_t keys = s->index.n_keys;
	enum option_id option_id = OPTION_none;
	enum severity severity = SEVERITY_BLOCK;
	int64_t most = LIMIT_KEYS;

	if (keys <= LIMIT_KEYS && keys > option(s, OPTION_dnskey_max_block)) {
		option_id = OPTION_dnskey_max_block;
		most = option(s, OPTION_dnskey_max_block);
	} else if (keys <= LIMIT_KEYS && keys > option(s, OPTION_dnskey_max)) {
		option_id = OPTION_dnskey_max;
		most = option(s, OPTION_dnskey_max);
		severity = SEVERITY_HOLD;
	} else if (keys <= LIMIT_KEYS) {
		return;
	}
	finding_as(s, CHECK_dnskey_count_max, severity, option_id,
	    place_record(s, key_record(s, &s->index.keys[0])),
	    "expected at most %d keys, found %u", (int)most, s->index.n_keys);
}

/* Octets of a message that has nothing to say: RFC 1035 4.1.1; those around a
 * name in the question (4.1.2) and around RDATA (4.1.3); an OPT record without
 * options; a pointer (4.1.4). */
enum {
	HEADER_OCTETS = 12,
	QUESTION_OCTETS = 4,
	RECORD_OCTETS = 10,
	OPT_OCTETS = 11,
	POINTER_OCTETS = 2,
};

/* Octets of the answer to a query for the DNSKEY RRset with its signatures.
 * Signers' names are not compressed (RFC 4034 3.1.7). */
static uint64_t
response_octets(const struct survey *s)
{
	const struct index *index = &s->index;
	uint32_t row = index_find_rrset(index, s->header.apex, TYPE_DNSKEY);
	size_t name = name_length(s->apex, LIMIT_NAME_OCTETS);
	size_t around =
	    RECORD_OCTETS + (name < POINTER_OCTETS ? name : POINTER_OCTETS);
	uint64_t octets = HEADER_OCTETS + name + QUESTION_OCTETS + OPT_OCTETS;

	if (row == INDEX_NONE) {
		return octets;
	}
	const struct index_rrset *rrset = &index->rrsets[row];

	for (uint32_t i = 0; i < index->n_keys; i++) {
		octets += around + key_record(s, &index->keys[i])->rdata.length;
	}
	for (uint32_t i = 0; i < rrset->n_rrsigs; i++) {
		octets += around + rrsig_record(s,
		                       &index->rrsigs[rrset->first_rrsig + i])
		                       ->rdata.length;
	}
	return octets;
}

void
check_dnskey_response_size(struct survey *s)
{
	int64_t most = option(s, OPTION_dnskey_response_max);
	uint64_t octets = response_octets(s);

	if (s->index.n_keys == 0 || most == 0 || octets <= (uint64_t)most) {
		return;
	}
	finding_as(s, CHECK_dnskey_response_size, SEVERITY_WARN,
	    OPTION_dnskey_response_max,
	    place_record(s, key_record(s, &s->index.keys[0])),
	    "expected an answer of at most %d octets, found %llu of %u keys "
	    "and their signatures",
	    (int)most, (unsigned long long)octets, s->index.n_keys);
}

/* True if A and B are one public key, whatever their flags. */
static bool
is_same_public_key(const struct survey *s, const struct index_key *a,
    const struct index_key *b)
{
	size_t length = key_record(s, a)->rdata.length;

	return length == key_record(s, b)->rdata.length &&
	       memcmp(key_rdata(s, a) + 4, key_rdata(s, b) + 4, length - 4) ==
	           0;
}

static void
compare_tags(struct survey *s, const struct index_key *a,
    const struct index_key *b)
{
	if (a->algorithm != b->algorithm || is_same_public_key(s, a, b)) {
		return;
	}
	/* RFC 4034 appendix B: tags MUST NOT be taken for unique; but what
	 * takes them so is out there. */
	if (a->tag == b->tag) {
		finding(s, CHECK_dnskey_keytag_collision,
		    place_record(s, key_record(s, b)),
		    "key tag %u, algorithm %u, is also that of the key in "
		    "line %u",
		    b->tag, b->algorithm, key_record(s, a)->line);
	} else if (key_tag_toggled(s, a) == b->tag ||
	           a->tag == key_tag_toggled(s, b)) {
		/* RFC 5011 2.1: revoking a key changes its tag. */
		finding(s, CHECK_dnskey_keytag_collision,
		    place_record(s, key_record(s, b)),
		    "key tags %u and %u, algorithm %u, become equal when the "
		    "REVOKE bit of one changes",
		    a->tag, b->tag, b->algorithm);
	}
}

void
check_dnskey_keytag_collision(struct survey *s)
{
	/* More keys are refused anyway: check dnskey_count_max. */
	uint32_t n =
	    s->index.n_keys < LIMIT_KEYS ? s->index.n_keys : LIMIT_KEYS;

	for (uint32_t i = 0; i < n; i++) {
		for (uint32_t j = i + 1; j < n; j++) {
			compare_tags(s, &s->index.keys[i], &s->index.keys[j]);
		}
	}
}
