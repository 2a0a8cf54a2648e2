/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zone_records.h -- the zone as libldns read it: records in wire form, packed, and
 * found again by owner and type, RRSIGs also by their digest.
 *
 * It knows nothing of ldns: read.c fills it, judge.c asks it.  (It cannot be
 * zone.h: nothing in this folder may be called as a header of libldns is, or
 * the library's own would include it.)
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "contract/reading.h"

#define ZONE_NONE UINT32_MAX

struct zone_record {
	const uint8_t *rdata; /* wire form, case kept */
	uint32_t owner;       /* row of owners */
	uint32_t ttl;
	uint16_t type;
	uint16_t class_;
	uint16_t rdata_length;
};

struct zone_owner {
	const uint8_t *name; /* wire form, lower case */
	uint32_t name_length;
	uint32_t first; /* in zone.order, once sealed */
	uint32_t n_records;
};

struct zone_rrsig {
	uint32_t record;
	uint8_t digest[32]; /* record_digest() */
};

struct zone {
	struct arena arena;
	struct zone_record *records;
	size_t n_records, records_capacity;
	struct zone_owner *owners;
	size_t n_owners, owners_capacity;
	struct zone_rrsig *rrsigs;
	size_t n_rrsigs, rrsigs_capacity;

	uint64_t seed;        /* of the owners' hashes */
	uint32_t *by_owner;   /* hash table: rows of owners */
	size_t by_owner_size; /* a power of two, or 0 */
	uint32_t *by_digest;  /* hash table: rows of rrsigs, once sealed */
	size_t by_digest_size;
	uint32_t
	    *order; /* rows of records by owner, type, class; once sealed */

	struct reading reading; /* all but what is owed */
};

/* Records of one owner, type and class: N rows of zone.order from FIRST. */
struct zone_rrset {
	uint32_t first;
	uint32_t n;
};

/* The octets of RRSIG RDATA, RFC 4034 3.1. */
struct rrsig_rdata {
	uint16_t type_covered;
	uint8_t algorithm;
	uint8_t labels;
	uint32_t original_ttl;
	uint32_t expiration;
	uint32_t inception;
	uint16_t key_tag;
	uint8_t signer[255]; /* wire form, lower case */
	const uint8_t *signature;
	size_t signature_length;
};

void zone_init(struct zone *zone, uint64_t seed);
void zone_release(struct zone *zone);

/* Adds the record of LENGTH octets at WIRE: uncompressed, as in a message.
 * Returns false if they are no record. */
bool zone_add(struct zone *zone, const uint8_t *wire, size_t length);

/* Called once, after the last record: sorts.  Nothing can be found before. */
void zone_seal(struct zone *zone);

/* Returns the row of the owner called NAME (lower case), or ZONE_NONE. */
uint32_t zone_find_owner(const struct zone *zone, const uint8_t *name);

/* Returns the RRset; n is 0 if there is none. */
struct zone_rrset zone_find_rrset(const struct zone *zone, uint32_t owner,
    uint16_t type, uint16_t class_);

/* Returns the row of a record that is an RRSIG with this digest, or
 * ZONE_NONE. */
uint32_t zone_find_rrsig(const struct zone *zone, const uint8_t digest[32]);

/* Splits the RDATA of RECORD.  Returns false if it is no RRSIG's. */
bool zone_rrsig_rdata(const struct zone_record *record,
    struct rrsig_rdata *rdata);
