/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * signing.c -- what must be signed and who signs it.
 */
#include "survey/signing.h"

#include <stdio.h>
#include <string.h>

#include "survey/rdata.h"

/* What most DNSKEY RDATA fits in; longer keys are not toggled. */
#define TOGGLED_OCTETS 4096

bool
algorithm_must_not_sign(uint8_t algorithm)
{
	/* The column "Use for DNSSEC Signing" of the IANA registry that RFC
	 * 9904 opened: MUST NOT. */
	return algorithm == ALGORITHM_RSAMD5 || algorithm == ALGORITHM_DSA ||
	       algorithm == ALGORITHM_DSA_NSEC3 ||
	       /* RFC 9905. */
	       algorithm == ALGORITHM_RSASHA1 ||
	       algorithm == ALGORITHM_RSASHA1_NSEC3 ||
	       /* RFC 9906. */
	       algorithm == ALGORITHM_ECC_GOST;
}

bool
must_be_signed(const struct index_owner *owner, uint16_t type)
{
	/* RFC 4035 2.2: an RRSIG RR itself MUST NOT be signed. */
	if (type == TYPE_RRSIG || (owner->flags & OWNER_OUT_OF_ZONE) != 0) {
		return false;
	}
	/* Hashed owners are authoritative wherever their label sorts: beside
	 * a delegation of that very label, and below a DNAME at the apex
	 * (RFC 5155 10.2). */
	if (type == TYPE_NSEC3) {
		return (owner->flags & OWNER_BELOW_CUT) == 0;
	}
	if ((owner->flags & OWNER_OCCLUDED) != 0) {
		return false;
	}
	/* RFC 4035 2.6: of what stands at a delegation only NSEC and DS are
	 * the parent's own. */
	if ((owner->flags & OWNER_CUT) != 0) {
		return type == TYPE_DS || type == TYPE_NSEC;
	}
	return true;
}

bool
key_is_usable(const struct index_key *key)
{
	/* RFC 4034 2.1.1, 2.1.2; RFC 5011 2.1. */
	return (key->flags & DNSKEY_ZONE) != 0 && key->protocol == 3 &&
	       !key_is_revoked(key);
}

static bool
is_judged_by_flag(const struct survey *s, const struct index_key *key)
{
	const enum check_id check = CHECK_dnskey_role_separation;

	return !key_signs(key) ||
	       (option(s, OPTION_ksk_zsk_split) == SPLIT_REQUIRE &&
	           certain_severity(s, check, SEVERITY_HOLD) <= SEVERITY_HOLD);
}

bool
key_is_for_dnskey(const struct survey *s, const struct index_key *key)
{
	return is_judged_by_flag(s, key) ? key_is_sep(key)
	                                 : key->n_dnskey_rrsigs > 0;
}

bool
is_ksk_work(uint16_t type)
{
	return type == TYPE_DNSKEY || type == TYPE_CDS || type == TYPE_CDNSKEY;
}

/* How many of the signatures over the apex RRset of TYPE name KEY. */
static uint32_t
n_rrsigs_by(const struct survey *s, uint16_t type, const struct index_key *key)
{
	uint32_t row = index_find_rrset(&s->index, s->header.apex, type), n = 0;

	if (row == INDEX_NONE) {
		return 0;
	}
	const struct index_rrset *rrset = &s->index.rrsets[row];

	for (uint32_t i = 0; i < rrset->n_rrsigs; i++) {
		const struct index_rrsig *rrsig =
		    &s->index.rrsigs[rrset->first_rrsig + i];

		n += rrsig->key_tag == key->tag &&
		     rrsig->algorithm == key->algorithm;
	}
	return n;
}

bool
key_is_for_data(const struct survey *s, const struct index_key *key)
{
	if (is_judged_by_flag(s, key)) {
		return !key_is_sep(key);
	}
	return key->n_data_rrsigs > n_rrsigs_by(s, TYPE_CDS, key) +
	                                n_rrsigs_by(s, TYPE_CDNSKEY, key);
}

uint16_t
key_tag_toggled(const struct survey *s, const struct index_key *key)
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

bool
has_revoked_key(const struct survey *s)
{
	for (uint32_t i = 0; i < s->index.n_keys; i++) {
		if (key_is_revoked(&s->index.keys[i])) {
			return true;
		}
	}
	return false;
}

uint32_t
next_key_like(const struct survey *s, uint32_t key)
{
	const struct index_key *keys = s->index.keys;
	/* More keys than that are refused whatever they are (check
	 * dnskey_count_max); do not let them cost time. */
	uint32_t end =
	    s->index.n_keys < LIMIT_KEYS ? s->index.n_keys : LIMIT_KEYS;

	for (uint32_t i = key + 1; i < end; i++) {
		if (keys[i].tag == keys[key].tag &&
		    keys[i].algorithm == keys[key].algorithm) {
			return i;
		}
	}
	return INDEX_NONE;
}

bool
is_by_usable_key(const struct survey *s, const struct index_rrsig *rrsig)
{
	uint32_t key = rrsig->key;

	while (key != INDEX_NONE) {
		if (key_is_usable(&s->index.keys[key])) {
			return true;
		}
		key = next_key_like(s, key);
	}
	return false;
}

char *
algorithms_to_text(const struct algorithms *set, char text[ALGORITHMS_TEXT])
{
	size_t used = 0;

	snprintf(text, ALGORITHMS_TEXT, "none");
	for (unsigned i = 0; i < 256; i++) {
		if (algorithms_has(set, i)) {
			used += (size_t)snprintf(text + used,
			    ALGORITHMS_TEXT - used, used > 0 ? ", %u" : "%u",
			    i);
		}
	}
	return text;
}
