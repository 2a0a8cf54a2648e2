/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * signing.c -- what must be signed and who signs it.
 */
#include "survey/signing.h"

#include <stdio.h>

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
