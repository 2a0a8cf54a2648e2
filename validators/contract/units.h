/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * units.h -- small flat zones that libunbound loads as if each were the zone.
 *
 * A unit holds the apex SOA and DNSKEY RRset with signatures, and the RRsets
 * of its claims with exactly one RRSIG each: no cuts, no glue, nothing else.
 * Every claim is a question with a positive answer: owner and type itself.
 * (The apex NSEC cannot be asked for: it is judged through NODATA.)
 *
 * Records are written `owner TTL IN TYPEn \# length hex' (RFC 3597 5): all
 * readers take that alike, whatever mnemonics they know, and the text owes
 * nothing to the signer's style.  What comes back from libunbound is compared
 * with the index octet by octet, so a unit cannot stand for anything else.
 *
 * zonegate-survey writes the file, zonegate-unbound reads it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UNITS_MAGIC "zg-units"
#define UNITS_VERSION 1

enum unit_kind {
	UNIT_VOID,    /* zero: never valid */
	UNIT_PLAIN,   /* asked for by owner and type */
	UNIT_ALIAS,   /* CNAME or DNAME RRsets: apart, since they redirect */
	UNIT_APEX_NS, /* the apex NS RRset: a delegation to look at, asked last */
	UNIT_APEX_NSEC, /* judged by NODATA for an absent type at the apex */
	UNIT_DNSKEY,    /* one RRSIG over DNSKEY; the anchor is its own key */
	UNIT_CHAIN,     /* DNSKEY with all its RRSIGs, and SOA; the anchors */
};

struct units_row {
	uint32_t kind; /* enum unit_kind */
	uint32_t first_claim;
	uint32_t n_claims;
	uint32_t zero;
	uint64_t text_offset;   /* zone text, from the start of the file */
	uint64_t text_length;   /* 0: too much to ask of libunbound; unjudged */
	uint64_t anchor_offset; /* DS and DNSKEY records, a line each */
	uint64_t
	    anchor_length; /* 0 in UNIT_CHAIN: the operator's anchor file */
};

struct units_header {
	char magic[8];
	uint32_t version;
	uint32_t n_units;
	uint64_t size;
	uint8_t snapshot_sha256[32];
	/* rows follow */
};

struct units {
	const struct units_header *header;
	const struct units_row *rows;
	const char *text; /* the file's first octet, for the offsets */
};

/*
 * Checks SIZE octets at AT, aligned to 8, against N_CLAIMS claims and fills
 * UNITS.  Returns NULL, or a text that says what is wrong; then UNITS is
 * untouched.  Units cover the claims in order, each claim once.
 */
const char *units_open(const void *at, size_t size, uint32_t n_claims,
    struct units *units);
