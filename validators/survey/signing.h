/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * signing.h -- what must be signed and who signs it: what the checks of
 * keys, signatures and anchors share.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "survey/survey.h"

/* Flags of a DNSKEY: RFC 4034 2.1.1, RFC 5011 7. */
#define DNSKEY_ZONE 0x0100
#define DNSKEY_REVOKE 0x0080
#define DNSKEY_SEP 0x0001

/* Algorithms of DNSKEY that the checks speak of by number. */
enum dnssec_algorithm {
	ALGORITHM_RSAMD5 = 1,
	ALGORITHM_DSA = 3,
	ALGORITHM_RSASHA1 = 5,
	ALGORITHM_DSA_NSEC3 = 6,
	ALGORITHM_RSASHA1_NSEC3 = 7,
	ALGORITHM_RSASHA256 = 8,
	ALGORITHM_RSASHA512 = 10,
	ALGORITHM_ECC_GOST = 12,
	ALGORITHM_ECDSAP256 = 13,
	ALGORITHM_ECDSAP384 = 14,
	ALGORITHM_ED25519 = 15,
	ALGORITHM_ED448 = 16,
};

/* True if RFC 9904 has ALGORITHM as one that must not sign. */
bool algorithm_must_not_sign(uint8_t algorithm);

/* True if an RRset of TYPE at OWNER is in the zone, authoritative, and so
 * must be signed; false where it must not be. */
bool must_be_signed(const struct index_owner *owner, uint16_t type);

/* True if validators may use KEY for data: it has the Zone Key flag and
 * protocol 3 and is not revoked. */
bool key_is_usable(const struct index_key *key);

static inline bool
key_is_revoked(const struct index_key *key)
{
	return (key->flags & DNSKEY_REVOKE) != 0;
}

static inline bool
key_is_sep(const struct index_key *key)
{
	return (key->flags & DNSKEY_SEP) != 0;
}

/* The tag KEY would have with its REVOKE flag the other way (RFC 5011 2.1), or
 * its own if the key is too long to say. */
uint16_t key_tag_toggled(const struct survey *s, const struct index_key *key);

/* What KEY does.  Of a key that does nothing yet what it is meant for; and of
 * all keys where check_dnskey_role_separation() refuses what they do beside
 * that. */
bool key_is_for_dnskey(const struct survey *s, const struct index_key *key);
bool key_is_for_data(const struct survey *s, const struct index_key *key);

/* True if TYPE is a KSK's to sign.  RFC 7344 4.1: CDS and CDNSKEY must be
 * signed by a key that the parent's DS names, so they are beside DNSKEY. */
bool is_ksk_work(uint16_t type);

static inline bool
key_signs(const struct index_key *key)
{
	return key->n_dnskey_rrsigs > 0 || key->n_data_rrsigs > 0;
}

/* True if the zone has a revoked key. */
bool has_revoked_key(const struct survey *s);

/* Returns the next row after KEY that has its tag and algorithm, or
 * INDEX_NONE.  Tags may collide (RFC 4034 appendix B). */
uint32_t next_key_like(const struct survey *s, uint32_t key);

/* True if one of the keys that RRSIG names is usable. */
bool is_by_usable_key(const struct survey *s, const struct index_rrsig *rrsig);

/* The DNSKEY record of KEY, and its RDATA. */
static inline const struct index_record *
key_record(const struct survey *s, const struct index_key *key)
{
	return &s->index.records[key->record];
}

static inline const uint8_t *
key_rdata(const struct survey *s, const struct index_key *key)
{
	return at(s, key_record(s, key)->rdata);
}

/* The record of an RRSIG, its RRset (of type RRSIG), and its owner. */
static inline const struct index_record *
rrsig_record(const struct survey *s, const struct index_rrsig *rrsig)
{
	return &s->index.records[rrsig->record];
}

static inline const struct index_rrset *
rrsig_own_rrset(const struct survey *s, const struct index_rrsig *rrsig)
{
	return &s->index.rrsets[rrsig_record(s, rrsig)->rrset];
}

static inline const struct index_owner *
rrsig_owner(const struct survey *s, const struct index_rrsig *rrsig)
{
	return &s->index.owners[rrsig_own_rrset(s, rrsig)->owner];
}

/* A set of algorithms. */
struct algorithms {
	uint64_t bits[4];
};

static inline void
algorithms_add(struct algorithms *set, uint8_t algorithm)
{
	set->bits[algorithm / 64] |= UINT64_C(1) << algorithm % 64;
}

static inline bool
algorithms_has(const struct algorithms *set, unsigned algorithm)
{
	return (set->bits[algorithm / 64] >> algorithm % 64 & 1) != 0;
}

static inline bool
algorithms_is_empty(const struct algorithms *set)
{
	return (set->bits[0] | set->bits[1] | set->bits[2] | set->bits[3]) == 0;
}

/* Longest text of a set with its terminator: "0, 1, ..., 255". */
#define ALGORITHMS_TEXT 1280

/* Writes the numbers in SET, separated by commas, or "none"; returns TEXT. */
char *algorithms_to_text(const struct algorithms *set,
    char text[ALGORITHMS_TEXT]);
