/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zone_keys.h -- the apex DNSKEY RRset of the zone that ldns read: which tags and
 * algorithms it names, and its public keys, imported once.
 */
#pragma once

#include <ldns/ldns.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>

#include "contract/limits.h"
#include "ldns/zone_records.h"

enum {
	KEY_FLAG_ZONE = 0x0100,   /* RFC 4034 2.1.1 */
	KEY_FLAG_REVOKE = 0x0080, /* RFC 5011 7 */
};

struct key {
	ldns_rr *rr;
	uint32_t record; /* row of zone.records */
	uint16_t flags;
	uint16_t tag;
	uint8_t protocol;
	uint8_t algorithm;
	EVP_PKEY *public;     /* NULL: ldns cannot import it */
	const EVP_MD *digest; /* NULL for EdDSA */
};

struct keys {
	struct key key[LIMIT_KEYS];
	unsigned n;
	bool too_many; /* there are more than LIMIT_KEYS */
	struct zone_rrset rrset;
	uint32_t apex;  /* row of zone.owners, or ZONE_NONE */
	uint8_t *named; /* one bit for each tag and algorithm */
};

/* True if ldns has code to verify signatures of ALGORITHM. */
bool algorithm_is_known(uint8_t algorithm);

/* Collects the keys of the sealed ZONE whose apex is APEX (lower case). */
void keys_init(struct keys *keys, const struct zone *zone, const uint8_t *apex);
void keys_release(struct keys *keys);

/* True if a key of the RRset, however many there are, has TAG and
 * ALGORITHM. */
bool keys_name(const struct keys *keys, uint16_t tag, uint8_t algorithm);

/* Counts and sums the RRSIGs that are owed a verdict: those that name a key
 * and cover an RRset at their owner. */
void keys_count_owed(const struct keys *keys, struct zone *zone);
