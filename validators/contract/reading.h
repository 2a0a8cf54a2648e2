/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reading.h -- what a reader read, in a form that two readers can compare.
 *
 * Sums modulo 2^256 of SHA-256 over records: order does not matter, how often
 * a record stands there does.  They cover what no signature does, delegations
 * and glue, as well.  Needs OpenSSL: not for zonegate-unbound.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct index;

struct sum256 {
	uint64_t word[4]; /* least significant first */
};

struct reading {
	uint64_t records; /* all records, signatures too */
	uint64_t rrsigs;  /* RRSIG records */
	uint64_t owed;    /* RRSIGs whose tag and algorithm name a DNSKEY and
	                          that cover an RRset at their owner */
	struct sum256 records_sum;
	struct sum256 rrsigs_sum;
	struct sum256 owed_sum;
};

/*
 * SHA-256 of a record: owner in wire form and lower case, type, class, TTL,
 * RDLENGTH in network order, and RDATA as read, case kept.
 */
void record_digest(const uint8_t *owner_lower, uint16_t type, uint16_t class_,
    uint32_t ttl, const uint8_t *rdata, size_t rdata_length,
    uint8_t digest[32]);

void sum256_add(struct sum256 *sum, const uint8_t digest[32]);

/* What INDEX holds: its records and RRSIGs, and as owed its RRSIG claims. */
void reading_of_index(const struct index *index, struct reading *reading);

/* NULL if A and B say the same, or what they differ in. */
const char *reading_difference(const struct reading *a,
    const struct reading *b);
