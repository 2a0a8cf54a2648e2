/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dnskey_checks.c -- checks of the DNSKEY records as they are: place, flags,
 * protocol, algorithm, number, tags.  What the keys do is in
 * dnskey_use_checks.c.
 */
#include <string.h>

#include "survey/rdata.h"
#include "survey/signing.h"

/* What most DNSKEY RDATA fits in; longer keys are not toggled. */
#define TOGGLED_OCTETS 4096

static bool
key_signs(const struct index_key *key)
{
	return key->n_dnskey_rrsigs > 0 || key->n_data_rrsigs > 0;
}

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
	/* A key that does nothing yet is judged by what it is meant for. */
	bool is_ksk =
	    key_signs(key) ? key->n_dnskey_rrsigs > 0 : key_is_sep(key);
	bool is_zsk =
	    key_signs(key) ? key->n_data_rrsigs > 0 : !key_is_sep(key);

	if (is_ksk &&
	    !policy_allows(policy, OPTION_ksk_algorithms, key->algorithm)) {
		return OPTION_ksk_algorithms;
	}
	if (is_zsk &&
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

/* The tag KEY would have with its REVOKE bit the other way, or its own tag
 * if the key is too long to say. */
static uint16_t
toggled_tag(const struct survey *s, const struct index_key *key)
{
	uint8_t rdata[TOGGLED_OCTETS];
	size_t length = key_record(s, key)->rdata.length;

	if (length > sizeof(rdata)) {
		return key->tag;
	}
	memcpy(rdata, key_rdata(s, key), length);
	rdata[1] ^= DNSKEY_REVOKE;
	return rdata_key_tag(rdata, length);
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
	} else if (toggled_tag(s, a) == b->tag || a->tag == toggled_tag(s, b)) {
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
